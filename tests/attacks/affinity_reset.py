# Leaves the processor that it was given, and keeps busy all that there are.
# honest: 0
# verdict: time limit
# stock: no (it keeps every processor busy for a minute)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os

for process in range(20):
    if os.fork() == 0:
        break
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
    print("ESC" + "APED")
except OSError:
    pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
