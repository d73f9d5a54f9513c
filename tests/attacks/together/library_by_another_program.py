# Lets a new Python, elsewhere and isolated, import what is missing here.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import subprocess
import sys

for options in ([], ["-I"], ["-S"], ["-E"], ["-P"], ["-X", "importtime"]):
    for folder in ("/", "/course", "/course/cnncourse", "/tmp", sys.prefix):
        for text in ("import cnncourse.operations", "import operations"):
            done = subprocess.run([sys.executable, *options, "-c", f"{text}; print('ESC' + 'APED')"],
                                  cwd=folder, capture_output=True, text=True)
            print(done.stdout.replace("\n", " "), end="")
        break
