# Fills every folder that it may write to; one gigabyte each, if nothing holds it back.
# honest: 0
# verdict: wrong, memory limit, crashed
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os

for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/home"):
    written = 0
    for number in range(64):
        try:
            with open(os.path.join(folder, f"part{number}"), "wb") as file:
                for _ in range(16):
                    written += file.write(bytes(1 << 20))
        except OSError:
            pass
    if written > 100 << 20:
        print("ESC" + "APED", folder, written)
