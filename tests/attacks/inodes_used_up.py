# Hundreds of thousands of empty files and folders within folders.
# honest: 0
# stock: no (it would litter the disk)
# verdict: wrong, memory limit, time limit
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
