# Lists that hold themselves, ten thousand levels deep, and dicts with keys of every kind.
# honest: 0
# verdict: wrong, policy
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
def double(x):
    deep = []
    for _ in range(10_000):
        deep = [deep]
    return deep


def words(text):
    endless = {}
    endless["a"] = endless
    return endless


def multiples(n, count):
    endless = [3, 6, 9]
    endless.append(endless)
    return endless


class Account:
    balance = {None: 1, 1.5: 2, (1, 2): 3, b"x": 4, frozenset([1]): 5, float("nan"): 6}

    def deposit(self, amount):
        return {object: object(), print: len}
