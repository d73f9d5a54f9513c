# Results that never end: generators, ranges, objects with an item for every index.
# honest: 0
# verdict: wrong, time limit, memory limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import itertools


class Forever:
    def __getitem__(self, key):
        return 1

    def __len__(self):
        return 2**62

    def keys(self):
        return itertools.count()


def double(x):
    return itertools.repeat(8)


def scale(x, factor):
    return Forever()


def multiples(n, count):
    return range(3, 10**18, 3)


def words(text):
    return Forever()
