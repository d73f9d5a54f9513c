# Goes to the course's folder by links that the kernel makes.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

for start in ("/proc/1/root", "/proc/self/root", "/proc/1/cwd", "/proc/self/cwd/../../..",
              "/proc/self/map_files", "/proc/1/fd", "/proc/self/task", "/dev/fd"):
    try:
        for name in os.listdir(start):
            for path in (f"{start}/{name}", f"{start}/{name}/cnncourse"):
                try:
                    if {"operations.py", "solutions", "grading"} & set(os.listdir(path)):
                        print("ESC" + "APED", path)
                except OSError:
                    pass
    except OSError:
        pass
