# Hundreds of thousands of empty files and folders within folders.
# honest: 0
# verdict: wrong, memory limit, time limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os

made = 0
try:
    for number in range(300_000):
        os.close(os.open(f"/tmp/{number}", os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError:
    pass
if made > 100_000:
    print("ESC" + "APED", made)
