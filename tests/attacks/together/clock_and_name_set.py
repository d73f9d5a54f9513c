# Sets the clock, the host's name, swap, modules and the next boot.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
for call in (
    lambda: time.clock_settime(time.CLOCK_REALTIME, 0),
    lambda: libc.sethostname(b"mine", 4) and 1 / 0,
    lambda: libc.reboot(0) and 1 / 0,
    lambda: libc.swapoff(b"/swap") and 1 / 0,
    lambda: libc.acct(b"/tmp/acct") and 1 / 0,
    lambda: libc.syscall(313, -1, b"", 0) and 1 / 0,
    lambda: libc.iopl(3) and 1 / 0,
):
    try:
        call()
        print("ESC" + "APED")
    except (OSError, ZeroDivisionError, AttributeError):
        pass
