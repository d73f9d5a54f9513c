# Locks whole files of the system that both can read.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import glob, os
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*/*.py"))[0:64]
import fcntl
kept = []
def send(bits):
    for file, bit in zip(files, bits):
        if bit:
            kept.append(open(file))
            fcntl.flock(kept[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
# %% receiver
import glob, os
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*/*.py"))[0:64]
import fcntl
def locked(file):
    with open(file) as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 1
    return 0
def receive():
    return [locked(file) for file in files]
