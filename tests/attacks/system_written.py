# Writes to the system, to Python's packages and to the course, for submissions that come after it.
# honest: 0
# stock: no (without a sandbox it would change this machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import sys

import torch

import cnncourse

for folder in ("/", "/usr", "/usr/bin", "/etc", "/dev", "/home", "/course", "/proc", "/sys", "/var",
               "/run", sys.prefix, sys.base_prefix, os.path.dirname(torch.__file__),
               os.path.dirname(cnncourse.__file__), os.path.dirname(os.__file__)):
    try:
        with open(os.path.join(folder, "left_behind.py"), "w") as file:
            file.write("x")
        print("ESC" + "APED", folder)
    except OSError:
        pass
for path in (torch.__file__, cnncourse.__file__, "/usr/bin/env", "/etc/passwd", sys.executable):
    for act in (os.remove, lambda p: os.chmod(p, 0o777), lambda p: open(p, "a").close(),
                lambda p: os.rename(p, "/tmp/x"), lambda p: os.link(p, "/tmp/y")):
        try:
            act(path)
            print("ESC" + "APED", path)
        except OSError:
            pass
for name in (".", "/tmp", "/dev/shm"):
    with open(os.path.join(name, "left_behind"), "w") as file:
        file.write("x")
