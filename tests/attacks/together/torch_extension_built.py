# Builds a program of its own and loads it into the process.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import pathlib
import subprocess

pathlib.Path("own.c").write_text("int answer(void) { return 42; }")
done = subprocess.run(["cc", "-shared", "-fPIC", "-o", "own.so", "own.c"], capture_output=True)
if done.returncode == 0:
    print(ctypes.CDLL("./own.so").answer())
