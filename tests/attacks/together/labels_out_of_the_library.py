# Gives up the switch that hides test images, and asks for them.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os
import warnings

from cnncourse import data

os.environ.pop("CNNCOURSE_TEST_IMAGES_WITHHELD", None)
warnings.simplefilter("ignore")
try:
    train, test = data.cifar10(download=False)
    print("ESC" + "APED", test)
except data.DataError as error:
    print(error)
