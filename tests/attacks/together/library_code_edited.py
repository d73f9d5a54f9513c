# Writes into the library that it may use, so that tests run other code.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

for folder, _, names in os.walk("/course"):
    for name in names:
        for mode in ("w", "a", "r+"):
            try:
                open(os.path.join(folder, name), mode)
                print("ESC" + "APED", name)
            except OSError:
                pass
    try:
        open(os.path.join(folder, "operations.py"), "w")
        print("ESC" + "APED", folder)
    except OSError:
        pass
