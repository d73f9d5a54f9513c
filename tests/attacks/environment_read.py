# Prints its environment and that of every process it can find.
# honest: 0
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
from pathlib import Path

print(dict(os.environ))
for path in Path("/proc").glob("[0-9]*/environ"):
    try:
        print(path, path.read_bytes())
    except OSError as error:
        print(error)
print("".join(os.popen("env; export; cat /proc/*/environ")))
