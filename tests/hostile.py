"""A small assignment to attack, and the notebooks of attacks/: see the README there."""

import copy
import secrets
from pathlib import Path

from answers import cells_of, header_of
from cells import cell
from nbformat.v4 import new_code_cell, new_notebook

FOLDER = Path(__file__).parent / "attacks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
TOGETHER = sorted(f"together/{path.stem}" for path in FOLDER.glob("together/*.py"))
NEIGHBORS = sorted(path.stem for path in FOLDER.glob("neighbors/*.py"))
NOT_CELLS = ("notebook",)

# What nobody may learn; the attacks look for the first half.
CANARY = "canary_" + secrets.token_hex(8)
# What an attack says when it did what it must not be able to do; put together, so that the text of
# the attack does not hold it.
ESCAPED = "ESC" + "APED"
SEED = 9_824_516_531_123

RIGHT = """\
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
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount
        return self.balance


class Net(nn.Module):
    def forward(self, x):
        return x + 1"""

TESTS = {
    ("number", 1): "assert double(4) == 8, double(4)",
    ("tensor", 2): """\
from cnncourse.checks import expect, generator
x = torch.rand(3, 4, generator=generator(1))
expect(scale(x, 2.5), 2.5 * x, "scale(x, 2.5)")""",
    ("comparison", 1): """\
x = torch.rand(3, generator=generator(2))
assert torch.allclose(scale(x, 3.0), 3 * x)
assert (scale(x, 3.0) == 3 * x).all()""",
    ("method", 1): "assert scale(x, 3.0).allclose(3 * x)",
    ("containers", 2): '''\
expect(words("a b a"), {"a": 2, "b": 1}, "words")
found = multiples(3, 4)
assert found == [3, 6, 9, 12], f"multiples(3, 4) is {found}"''',
    ("object", 2): """\
account = Account()
account.deposit(5)
expect(account.deposit(2), 7, "the second deposit")
expect(account.balance, 7, "balance")""",
    ("module", 2): '''\
class Probe(nn.Module):
    """CANARY"""

    def forward(self, x):
        return double(x) + 1

expect(twice(Probe(), 3.0), 15.0, "twice")
expect(Net()(torch.ones(2)), torch.full((2,), 2.0), "Net")''',
    ("gradient", 1): """\
from cnncourse.checks import gradient
x = torch.rand(5, generator=generator(3))
for found, expected in zip(gradient(scale, x, 4.0), [torch.full((5,), 4.0)]):
    expect(found, expected, "the gradient")""",
    ("hidden", 4): """\
### BEGIN HIDDEN TESTS
CANARY = "CANARY"  # CANARY
x = torch.rand(2, 3, generator=generator(4))
expect(scale(x, -1.5), -1.5 * x, "scale, with other numbers")
assert double(21) == 42
assert scale.__name__ == "scale"
### END HIDDEN TESTS""",
}
MOST = sum(points for _, points in TESTS)


def source():
    """The instructor's notebook, with a canary in the text of its hidden test."""
    answer = cell("answer", f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION", solution=True)
    tests = [
        cell(name, f"# {points} points\n{text}".replace("CANARY", CANARY), points)
        for (name, points), text in TESTS.items()
    ]
    setup = cell("setup", "import torch\nfrom torch import nn")
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=[setup, answer, *tests], metadata={"kernelspec": python})


def released(answer=RIGHT):
    """The notebook as students have it: nothing of the hidden tests, `answer` as the solution."""
    notebook = copy.deepcopy(source())
    for own in notebook.cells:
        if own.id == "answer":
            own.source = answer
        if "HIDDEN" in own.source:
            own.source = "# hidden"
        own.source = own.source.replace(CANARY, "a probe")
    return notebook


class Attack:
    """One file of attacks/: `notebook` and `files` are what is handed in."""

    def __init__(self, name, port=0):
        path = FOLDER / f"{name}.py"
        header, cells = header_of(path), cells_of(path)
        self.name, self.aim = path.stem, path.read_text().splitlines()[0].lstrip("# ")
        self.honest = float(header["honest"])
        self.verdicts = set(header.get("verdict", "wrong").split(", "))
        self.stock = header["stock"]
        self.notebook, self.files = released(), {"port.txt": str(port).encode()}
        known = {own.id: own for own in self.notebook.cells}
        place = 0  # where a new cell goes: after the one before it
        for name, text in cells.items():
            if name in known:
                known[name].source = text
                place = self.notebook.cells.index(known[name]) + 1
            elif name == "last":
                self.notebook.cells.append(new_code_cell(text, id=name))
            elif name not in NOT_CELLS:
                self.notebook.cells.insert(place, new_code_cell(text, id=name))
                place += 1
        exec(cells.get("notebook", ""), {"notebook": self.notebook, "files": self.files})
