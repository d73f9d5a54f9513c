# Leaves a key in the ring of the user that both are.
# bare: no (a machine's root may have no keys)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import ctypes, platform
libc = ctypes.CDLL(None)
ADD = {"x86_64": 248, "aarch64": 217}[platform.machine()]
def send(bits):
    if libc.syscall(ADD, b"user", b"cnncourse", bytes(bits), 64, -4) < 0:
        raise OSError
# %% receiver
import ctypes, platform
libc = ctypes.CDLL(None)
CONTROL = {"x86_64": 250, "aarch64": 219}[platform.machine()]
def receive():
    buffer = ctypes.create_string_buffer(64)
    key = libc.syscall(CONTROL, 10, -4, b"user", b"cnncourse", 0)
    if key < 0 or libc.syscall(CONTROL, 11, key, buffer, 64) < 0:
        raise OSError
    return list(buffer.raw)
