# Leaves a hint of how long what is written will live, on files that nobody writes.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import glob, os
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*/*.py"))[64:128]
import fcntl, struct
def send(bits):
    for file, bit in zip(files, bits):
        with open(file) as f:
            fcntl.fcntl(f, 1036, struct.pack("Q", 2 + bit))
# %% receiver
import glob, os
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*/*.py"))[64:128]
import fcntl, struct
def receive():
    return [struct.unpack("Q", fcntl.fcntl(open(file), 1035, bytes(8)))[0] - 2 for file in files]
