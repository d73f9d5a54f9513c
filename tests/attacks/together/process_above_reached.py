# Reaches for the processes that started this one.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import os
import signal

if os.getppid() != 0:
    print("ESC" + "APED", os.getppid())
try:
    pidfd = os.pidfd_open(1)
    for number in (434, 438):
        ctypes.CDLL(None).syscall(438, pidfd, 0, 0)
except OSError:
    pass
print(os.getpid(), os.getsid(0))
