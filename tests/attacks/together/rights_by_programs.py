# Looks for a way to rights: capabilities, programs that give some.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

for folder in ("/usr/bin", "/usr/sbin", "/tmp", "/dev/shm", "/home/student"):
    if not os.statvfs(folder).f_flag & os.ST_NOSUID:
        print("ESC" + "APED", folder)
for line in open("/proc/self/status"):
    if line.startswith(("CapEff", "CapPrm", "CapBnd", "CapAmb")) and int(line.split()[1], 16):
        print("ESC" + "APED", line)
    if line.startswith("NoNewPrivs") and line.split()[1] != "1":
        print("ESC" + "APED", line)
