# Asks the system what the machine's other processes do: counters, locks, the kernel's log.
# honest: 0
# stock: no (without a sandbox there is much to see)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os

here = {"self", "thread-self"} | {name for name in os.listdir("/proc") if name.isdigit()}
if set(os.listdir("/proc")) - here:
    print("ESC" + "APED", sorted(set(os.listdir("/proc")) - here))
for name in ("loadavg", "stat", "meminfo", "locks", "sys/fs/file-nr", "sys/fs/aio-nr", "key-users",
             "net/unix/../../../locks", "self/../locks", "sys/kernel/ns_last_pid", "keys", "kmsg"):
    if os.path.exists(f"/proc/{name}"):
        print("ESC" + "APED", name)
if os.listdir("/dev/pts") != ["ptmx"]:
    print("ESC" + "APED", os.listdir("/dev/pts"))
