# A hundred thousand pictures and displays, each of them small.
# honest: 0
# stock: no (minutes)
# verdict: wrong, time limit
# %% answer
from IPython.display import display

for number in range(20_000):
    display({"text/plain": "x" * 50, "image/png": "AAAA"}, raw=True)
