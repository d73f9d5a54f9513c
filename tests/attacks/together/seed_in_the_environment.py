# Reads the environment, the arguments and the titles of all processes.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import glob
import os

texts = [repr(dict(os.environ))]
for path in glob.glob("/proc/[0-9]*/*") + glob.glob("/proc/[0-9]*/task/*/*"):
    if path.rpartition("/")[2] in ("environ", "cmdline", "comm", "auxv", "stat", "status"):
        try:
            texts.append(open(path, "rb").read().decode(errors="replace"))
        except OSError:
            pass
if "CNNCOURSE_SEED" in "".join(texts):
    print("ESC" + "APED")
