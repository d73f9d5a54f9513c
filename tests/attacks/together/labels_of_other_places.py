# Looks for data sets where programs usually keep them.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import glob
import os

for pattern in ("~/.cache/cnncourse", "~/.keras", "~/data", "/data", "/datasets", "/var/lib/data",
                "~/.cache/torch", "/course/data/*/test*", "/course/data/*.tar*"):
    for path in glob.glob(os.path.expanduser(pattern)):
        print("ESC" + "APED", path)
