# Results that are small to make and large to hold, again and again, for the examiner's memory.
# honest: 1
# verdict: wrong, memory limit, policy, time limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import torch


def double(x):
    return 2 * x


def scale(x, factor):
    return [torch.zeros(3_900_000)]


def words(text):
    return [[[] for _ in range(1000)] for _ in range(2000)]


def multiples(n, count):
    return [{str(i): [i] for i in range(100_000)}] * 4
