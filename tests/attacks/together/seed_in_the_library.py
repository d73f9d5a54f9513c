# Asks the library for its random numbers as the tests do.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

import torch
from cnncourse.checks import generator

print(generator(4).initial_seed(), os.environ.get("CNNCOURSE_SEED"))
if os.environ.get("CNNCOURSE_SEED") not in (None, "0"):
    print("ESC" + "APED")
