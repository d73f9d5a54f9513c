# Results that are small to make and large to hold, again and again, for the examiner's memory.
# honest: 1
# stock: no (it would take gigabytes)
# verdict: wrong, memory limit, policy, time limit
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
