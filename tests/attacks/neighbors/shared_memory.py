# Keeps memory under a key of System V, which any process of the machine can ask for.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import ctypes
libc, KEY = ctypes.CDLL(None), 0x636e6e00
def send(bits):
    for place, bit in enumerate(bits):
        if bit and libc.shmget(KEY + place, 4096, 0o1600) < 0:
            raise OSError
# %% receiver
import ctypes
libc, KEY = ctypes.CDLL(None), 0x636e6e00
def receive():
    found = [libc.shmget(KEY + place, 0, 0) for place in range(64)]
    for number in found:
        libc.shmctl(number, 0, None)
    return [int(number >= 0) for number in found]
