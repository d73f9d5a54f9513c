# Starts processes that start processes; at most some dozens more, if nothing holds them back.
# honest: 0
# verdict: wrong, crashed, time limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import time

end = time.monotonic() + 20
started = 0
for _ in range(6):  # at most 2**6
    try:
        if os.fork() == 0:
            started = 1
    except OSError:
        break
if started:
    while time.monotonic() < end:
        time.sleep(0.5)
    os._exit(0)
