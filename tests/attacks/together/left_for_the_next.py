# Leaves files, shared memory and processes where the next one may look.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os
import subprocess
import sys
from multiprocessing import resource_tracker, shared_memory

for folder in ("/tmp", "/dev/shm", ".", "/var/tmp", "/run", "/course"):
    try:
        open(f"{folder}/left", "w").write("for you")
    except OSError:
        pass
memory = shared_memory.SharedMemory("left_memory", create=True, size=8)
resource_tracker.unregister(memory._name, "shared_memory")
subprocess.Popen([sys.executable, "-c", "import os, time; os.setsid(); time.sleep(60)"])
os.system("(sleep 60 &) ; (nohup sleep 60 >/dev/null 2>&1 &)")
