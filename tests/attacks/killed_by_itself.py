# Dies of a signal that looks like the memory limit, to be graded again with more memory.
# honest: 1
# verdict: crashed
# stock: no (it ends at a limit that stock does not have, or only much later)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import signal


def double(x):
    return 2 * x


def scale(x, factor):
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    os.abort()
