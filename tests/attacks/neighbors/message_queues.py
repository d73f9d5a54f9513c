# Puts a message into a queue of POSIX's, which has a name but no file.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import ctypes
rt, NAME = ctypes.CDLL("librt.so.1"), b"/cnncourse"
def send(bits):
    queue = rt.mq_open(NAME, 0o102, 0o600, None)
    data = bytes(bits)
    if queue < 0 or rt.mq_send(queue, data, 64, 0):
        raise OSError
# %% receiver
import ctypes
rt, NAME = ctypes.CDLL("librt.so.1"), b"/cnncourse"
def receive():
    queue, buffer = rt.mq_open(NAME, 0), ctypes.create_string_buffer(1 << 16)
    if queue < 0 or rt.mq_receive(queue, buffer, len(buffer), None) < 0:
        raise OSError
    rt.mq_unlink(NAME)
    return list(buffer.raw[:64])
