# Objects that run a command when they are pickled, copied, printed or deleted on the other side.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os


class Harm:
    def __reduce__(self):
        return os.system, ("echo ESC''APED",)

    __reduce_ex__ = __deepcopy__ = __copy__ = lambda self, *_: self.__reduce__()
    __getstate__ = __reduce__

    def __repr__(self):
        return "8"

    __str__ = __repr__

    def __format__(self, _):
        return "8"


def double(x):
    return Harm()


def words(text):
    return {"a": Harm(), "b": Harm()}


def multiples(n, count):
    return [Harm()] * 4
