# Locks files of the system, watches them, leases them, gives hints.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import fcntl
import os

with open("/usr/bin/env", "rb") as file:
    for command in (1024, 1026, 1035, 1036, 1037, 1038, 1039):  # leases, F_NOTIFY, hints, …
        try:
            fcntl.fcntl(file, command, 0)
            print("ESC" + "APED", command)
        except OSError:
            pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.inotify_init() >= 0 or libc.inotify_init1(0) >= 0 or libc.fanotify_init(0, 0) >= 0:
    print("ESC" + "APED", "watches")
