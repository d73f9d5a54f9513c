# Writes around Python: to the descriptors of standard output and error, and by programs it starts.
# honest: 0
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import subprocess

for descriptor in (0, 1, 2):
    for _ in range(2000):
        os.write(descriptor, b"ESC" + b"APED\n" + bytes(10_000))
subprocess.run(["sh", "-c", "head -c 20000000 /dev/zero; echo ESC''APED >&2; echo ESC''APED"])
