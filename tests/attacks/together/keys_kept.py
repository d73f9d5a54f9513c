# Leaves a key in the kernel's key rings, which outlive processes.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
add = {"x86_64": 248, "aarch64": 217}[platform.machine()]
for ring in (-1, -2, -3, -4, -5):
    if libc.syscall(add, b"user", b"cnncourse", b"bits", 4, ring) >= 0:
        print("ESC" + "APED", ring)
