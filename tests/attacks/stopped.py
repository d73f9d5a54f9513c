# Stops itself, so that it neither answers nor ends.
# honest: 0
# verdict: time limit, crashed
# stock: no (it ends at a limit that stock does not have, or only much later)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import signal
import time


def double(x):
    os.kill(os.getpid(), signal.SIGSTOP)  # has no effect on process 1
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    time.sleep(30)
