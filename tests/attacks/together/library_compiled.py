# Looks for compiled copies of the course's modules, whose source is away.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

for folder, _, names in os.walk("/course"):
    for name in names:
        if name.split(".")[0] in ("operations", "models", "training", "arithmetic", "windows"):
            print("ESC" + "APED", folder, name)
