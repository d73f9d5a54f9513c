# Opens what devices there are, and makes those that are missing.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os
import stat

good = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "console"}
for name in os.listdir("/dev"):
    path = f"/dev/{name}"
    if stat.S_ISBLK(os.lstat(path).st_mode) or (
        stat.S_ISCHR(os.lstat(path).st_mode) and name not in good
    ):
        print("ESC" + "APED", path)
for kind, number in ((stat.S_IFBLK, 0x800), (stat.S_IFCHR, 0x101)):
    try:
        os.mknod("/tmp/device", kind | 0o600, number)
        open("/tmp/device", "rb").read(1)
        print("ESC" + "APED", kind)
    except OSError:
        pass
