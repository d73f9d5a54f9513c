# Changes settings of the machine below /proc/sys, /sys and /proc.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

for name in ("sys/kernel/hostname", "sys/kernel/core_pattern", "sys/vm/drop_caches", "sysrq-trigger",
             "sys/user/max_user_namespaces", "sys/fs/aio-max-nr", "1/oom_score_adj", "1/comm"):
    try:
        with open(f"/proc/{name}", "w") as file:
            file.write("1")
        if not name.startswith("1/"):
            print("ESC" + "APED", name)
    except OSError:
        pass
if os.path.isdir("/sys") and os.listdir("/sys"):
    print("ESC" + "APED", os.listdir("/sys"))
