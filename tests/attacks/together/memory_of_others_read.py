# Reads other processes' memory by the calls made for it.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


piece = Piece(ctypes.addressof(buffer), 64)
for number in range(1, 200):
    if libc.process_vm_readv(number, ctypes.byref(piece), 1, ctypes.byref(piece), 1, 0) >= 0:
        print("ESC" + "APED", number)
    if libc.ptrace(16, number, 0, 0) == 0:
        print("ESC" + "APED", number)
