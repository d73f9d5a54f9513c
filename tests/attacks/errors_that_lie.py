# Exceptions that call themselves CheckFailed, StopIteration, KeyboardInterrupt or nothing at all.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
def error(name, base=Exception):
    return type(name, (base,), {"__str__": lambda self: "every test passed",
                                "_render_traceback_": lambda self: ["passed"]})


def double(x):
    raise error("CheckFailed", AssertionError)


def scale(x, factor):
    raise error("StopIteration", StopIteration)


def words(text):
    raise error("KeyboardInterrupt", KeyboardInterrupt)


def multiples(n, count):
    raise error("SystemExit", SystemExit)(0)


def twice(function, x):
    raise error("GeneratorExit", GeneratorExit)


class Account:
    def __init__(self):
        raise error("")


class Net:
    def __init__(self):
        raise error("Broken", BaseException)
