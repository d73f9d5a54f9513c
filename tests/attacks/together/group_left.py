# Looks for the control groups of others, and counts them by its own one's name.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import glob
import re

for path in glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True):
    print("ESC" + "APED", path)
text = open("/proc/self/cgroup").read()
if re.search(r"cnncourse-\d+-\d{1,6}$", text, re.MULTILINE):
    print("ESC" + "APED", "how many there were before", text)
