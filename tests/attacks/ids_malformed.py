# Cell names of every kind but the right one, to stop whoever sorts or prints them.
# honest: 16
# verdict: ok, unreadable
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
from torch import nn


def double(x):
    return 2 * x


def scale(x, factor):
    return factor * x


def words(text):
    return {word: text.split().count(word) for word in text.split()}


def multiples(n, count):
    return [n * i for i in range(1, count + 1)]


def twice(function, x):
    return function(function(x))


class Account:
    balance = 0

    def deposit(self, amount):
        self.balance += amount
        return self.balance


class Net(nn.Module):
    def forward(self, x):
        return x + 1
# %% notebook
from nbformat.v4 import new_code_cell
for strange in ([], {}, 5, None, True, "\ud800", "a\nb", "x" * 100_000, "=1+1", "../../x",
                "\x1b[2J"):
    cell = new_code_cell("1", metadata={"nbgrader": {"grade_id": strange, "solution": strange}})
    notebook.cells.append(cell)
    cell = new_code_cell("1", metadata={"nbgrader": strange})
    cell["id"] = strange
    notebook.cells.append(cell)
