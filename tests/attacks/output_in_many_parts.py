# A hundred thousand pictures and displays, each of them small.
# honest: 0
# verdict: wrong, time limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
from IPython.display import display

for number in range(20_000):
    display({"text/plain": "x" * 50, "image/png": "AAAA"}, raw=True)
