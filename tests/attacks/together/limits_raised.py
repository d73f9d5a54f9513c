# Raises its own limits: of size, number, time and priority.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os
import resource

for name in ("FSIZE", "NOFILE", "CORE", "MEMLOCK", "RTPRIO", "NICE"):
    kind = getattr(resource, f"RLIMIT_{name}", None)
    if kind is None:
        continue
    soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        try:
            resource.setrlimit(kind, (hard + 1, hard + 1))
            print("ESC" + "APED", name)
        except (ValueError, OSError):
            pass
try:
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    print("ESC" + "APED", "priority")
except OSError:
    pass
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    print("ESC" + "APED", "scheduler")
except OSError:
    pass
