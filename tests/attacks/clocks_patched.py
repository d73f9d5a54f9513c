# Clocks that stand still, so that no time ever passes.
# honest: 0
# verdict: time limit
# stock: no (it ends at a limit that stock does not have, or only much later)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import signal
import time

time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
signal.alarm = signal.setitimer = lambda *_: 0
really = time.sleep
time.sleep = lambda seconds: None
for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
while True:
    pass
