# Leaves a process of its own session that ignores every signal and would write for half a minute.
# honest: 1
# stock: no (it would outlive the run)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import signal
import time

for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except OSError:
                    pass
            end = time.monotonic() + 30
            while time.monotonic() < end:
                for folder in (".", "/tmp", "/dev/shm"):
                    try:
                        with open(f"{folder}/daemon", "a") as file:
                            file.write("still here\n")
                    except OSError:
                        pass
                time.sleep(0.2)
        os._exit(0)


def double(x):
    return 2 * x
