# Says that a cell is done while it goes on, and interrupts what the tests ask.
# honest: 1
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import signal
import threading
import time


def double(x):
    return 2 * x


def later():
    for _ in range(50):
        time.sleep(0.02)
        globals()["double"] = lambda x: 0
        globals()["double"] = globals()["first"]


first = double
threading.Thread(target=later, daemon=True).start()
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
