# Waits at an address of a file that both can map, and the other counts who wakes.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import ctypes, mmap, platform
import numpy as np
libc, FUTEX = ctypes.CDLL(None), {"x86_64": 202, "aarch64": 98}[platform.machine()]
file = open("/usr/bin/env", "rb")
page = mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_READ)
words = np.frombuffer(page, np.uint32)
base = words.ctypes.data
libc.syscall.argtypes = [ctypes.c_long, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32] + [ctypes.c_void_p] * 3
def wait(place):
    libc.syscall(FUTEX, base + 4 * place, 0, int(words[place]), None, None, None)
def wake(place):
    return libc.syscall(FUTEX, base + 4 * place, 1, 1, None, None, None)
import threading
def send(bits):
    for place, bit in enumerate(bits[:24]):
        if bit:
            threading.Thread(target=wait, args=(place,), daemon=True).start()
# %% receiver
import ctypes, mmap, platform
import numpy as np
libc, FUTEX = ctypes.CDLL(None), {"x86_64": 202, "aarch64": 98}[platform.machine()]
file = open("/usr/bin/env", "rb")
page = mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_READ)
words = np.frombuffer(page, np.uint32)
base = words.ctypes.data
libc.syscall.argtypes = [ctypes.c_long, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32] + [ctypes.c_void_p] * 3
def wait(place):
    libc.syscall(FUTEX, base + 4 * place, 0, int(words[place]), None, None, None)
def wake(place):
    return libc.syscall(FUTEX, base + 4 * place, 1, 1, None, None, None)
def receive():
    return [int(wake(place) > 0) for place in range(24)] + [0] * 40
