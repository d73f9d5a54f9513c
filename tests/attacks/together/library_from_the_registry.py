# Installs the course's library, or asks what is installed of it.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import importlib.metadata
import subprocess
import sys

for name in ("cnncourse",):
    try:
        for file in importlib.metadata.files(name) or ():
            if file.name == "operations.py" and file.locate().exists():
                print("ESC" + "APED", file)
    except importlib.metadata.PackageNotFoundError:
        pass
done = subprocess.run([sys.executable, "-m", "pip", "install", "--target=/tmp/x", "cnncourse"],
                      capture_output=True, text=True, timeout=20,
                      env={"PIP_NO_INPUT": "1", "PIP_RETRIES": "0", "HOME": "/tmp"})
if done.returncode == 0:
    print("ESC" + "APED")
