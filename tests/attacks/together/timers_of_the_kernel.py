# Starts timers and watches that would fire in somebody else's time.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import os
import signal
import time

libc = ctypes.CDLL(None, use_errno=True)
for number in range(3):
    timer = ctypes.c_void_p()
    libc.timer_create(number, None, ctypes.byref(timer))
descriptor = libc.timerfd_create(1, 0)
for clock in (8, 9):  # those that wake the machine
    if libc.timerfd_create(clock, 0) >= 0:
        print("ESC" + "APED", clock)
