# Exceptions whose text is endless, enormous or raises in its turn.
# honest: 0
# verdict: wrong, time limit, memory limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
class Long(Exception):
    def __str__(self):
        return "x" * 12_000_000


class Failing(Exception):
    def __str__(self):
        raise Failing

    __repr__ = __str__


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def double(x):
    raise Long


def scale(x, factor):
    raise Failing


def words(text):
    raise Failing(Failing(Long()))


class Account:
    def deposit(self, amount):
        raise Endless


raise Long
