# Looks through /proc for other processes: their command lines, open files, memory and roots.
# honest: 0
# stock: no (without a sandbox it would change this machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
from pathlib import Path

mine = os.getpid()
for path in Path("/proc").glob("[0-9]*"):
    if int(path.name) != mine:
        print("ESC" + "APED", path, (path / "cmdline").read_bytes())
for number in ("1", "2", str(os.getppid()), "self"):
    for name in ("fd/0", "fd/3", "fd/5", "root/work", "root/home", "cwd/..", "mem", "exe"):
        try:
            print(number, name, os.path.realpath(f"/proc/{number}/{name}"),
                  os.listdir(f"/proc/{number}/{name}")[:20])
        except OSError:
            pass
for name in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/1/oom_score_adj",
             "/proc/sys/vm/drop_caches", "/proc/sys/kernel/hostname", "/proc/self/uid_map"):
    try:
        with open(name, "w") as file:
            file.write("-1000")
        print("ESC" + "APED", name)
    except OSError:
        pass
