# Locks bytes of a file of the system for a process.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import fcntl, struct
LOCK, F_GETLK, F_SETLK, F_OFD_GETLK, F_OFD_SETLK = "hh4xqqi4x", 5, 6, 36, 37
file = open("/usr/bin/env", "rb")
def send(bits):
    for place, bit in enumerate(bits):
        if bit:
            fcntl.fcntl(file, F_SETLK, struct.pack(LOCK, fcntl.F_RDLCK, 0, place, 1, 0))
# %% receiver
import fcntl, struct
LOCK, F_GETLK, F_SETLK, F_OFD_GETLK, F_OFD_SETLK = "hh4xqqi4x", 5, 6, 36, 37
file = open("/usr/bin/env", "rb")
def locked(place):
    asked = struct.pack(LOCK, fcntl.F_WRLCK, 0, place, 1, 0)
    return struct.unpack(LOCK, fcntl.fcntl(file, F_GETLK, asked))[0] != fcntl.F_UNLCK
def receive():
    return [int(locked(place)) for place in range(64)]
