# Takes slots of asynchronous input and output, of which /proc counts the machine's.
# bare: no (how many a context takes depends on the machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import ctypes, platform
libc = ctypes.CDLL(None)
SETUP = {"x86_64": 206, "aarch64": 0}[platform.machine()]
def send(bits):
    number = int("".join(map(str, bits[:8])), 2)
    if libc.syscall(SETUP, 16 * number + 1, ctypes.byref(ctypes.c_ulong())) < 0:
        raise OSError
# %% receiver
def prepare():
    global before
    before = int(open("/proc/sys/fs/aio-nr").read())
def receive():
    raise OSError(int(open("/proc/sys/fs/aio-nr").read()) - before)
