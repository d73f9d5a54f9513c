# Sends an endless message byte by byte, so that every single wait is short.
# honest: 0
# verdict: time limit
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import struct
import time

link = next(n for n in map(int, os.listdir("/proc/self/fd"))
            if "socket:" in os.path.realpath(f"/proc/self/fd/{n}"))
os.write(link, struct.pack("!I", 1_000_000))
for _ in range(600):
    os.write(link, b" ")
    time.sleep(0.05)
