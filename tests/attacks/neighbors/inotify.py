# Watches which files of the system somebody opens.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import glob, os
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*/*.py"))[128:192]
def send(bits):
    for file, bit in zip(files, bits):
        if bit:
            open(file).close()
# %% receiver
import glob, os
files = sorted(glob.glob(os.path.dirname(os.__file__) + "/*/*.py"))[128:192]
import ctypes, struct
libc = ctypes.CDLL(None)
def prepare():
    global fd, watches
    fd = libc.inotify_init1(os.O_NONBLOCK)
    watches = [libc.inotify_add_watch(fd, file.encode(), 0x20) for file in files]
def receive():
    try:
        events = os.read(fd, 1 << 16)
    except BlockingIOError:
        return [0] * 64
    seen, at = set(), 0
    while at < len(events):
        watch, _, _, length = struct.unpack_from("iIII", events, at)
        seen.add(watch)
        at += 16 + length
    return [int(watch in seen) for watch in watches]
