# Every call takes a little less than it may, so that all together take for ever.
# honest: 1
# verdict: time limit
# stock: no (it ends at a limit that stock does not have, or only much later)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import time


def double(x):
    time.sleep(2)
    return 2 * x


def scale(x, factor):
    time.sleep(2)
    return factor * x


class Account:
    def deposit(self, amount):
        time.sleep(2)
# %% another
time.sleep(2)
