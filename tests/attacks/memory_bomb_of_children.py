# The same shared out among children, each of which stays small, and among files in memory.
# honest: 0
# verdict: memory limit, crashed, wrong, time limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import time

children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        taken = bytearray(b"x") * (120 << 20)
        time.sleep(2)
        os._exit(0)
    children.append(child)
ends = [os.waitpid(child, 0)[1] for child in children]
if not any(ends):
    print("ESC" + "APED")
