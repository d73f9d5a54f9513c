"""Which strings of a program are texts, and that nothing else of it changes."""

import ast
import re

import nbformat
import pytest
from answers import COURSE

from cnncourse.translating import code, pseudo

NOTEBOOKS = sorted(COURSE.glob("book/*.ipynb")) + sorted(COURSE.glob("solutions/*/*.ipynb"))
each_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=lambda path: path.relative_to(COURSE).as_posix()
)


def told(*cells: str) -> list[str]:
    found = []

    def note(words):
        found.append(words.words)
        return words.words

    code.walk_all(cells, note, [""] * len(cells))
    return found


def programs(path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    "program, texts",
    [
        ('print("parameters", n)', ["parameters"]),
        ('print(f"{n:3} images", "—")', ["{n:3} images"]),
        ('plt.ylabel("loss"); ax.set_title("step")', ["loss", "step"]),
        ('plotting.show_images(x, ["digit"], size=2)', ["digit"]),
        ('ax.plot(x, y, "o-", label="dense")', ["dense"]),
        ('def f():\n    """What it does."""', ["What it does."]),
        ("# One line\n# and another.\nx = 1  # a count", ["One line and another.", "a count"]),
        ('expect(a, b, what="f(2)", mistakes={"one more": 3})', ["one more"]),
        ('raise ValueError("it does not fit")', ["it does not fit"]),
        ('names = {"blur": k}\nfor name in names:\n    print(name)', ["blur"]),
        ('for name, x in [("moved", z)]:\n    print(name, f(x))', ["moved"]),
        ('glue("q-flip", "it changes")', ["it changes"]),
    ],
    ids=range(12),
)
def test_what_somebody_reads_is_a_text(program, texts):
    assert told(program) == texts


@pytest.mark.parametrize(
    "program",
    [
        'glue("template-left", left)',
        'x = pool2d(x, 2, mode="max")',
        'text.split(", but")',
        'ax.legend(loc="lower left")',
        'by_hand(f, x, without=("torch.nn.functional.conv2d",))',
        'open("measured/devices.json")',
        'row["learning rate"]',
        'if name == "in words": pass',
        'for mode in ("max", "average"):\n    print(pool2d(x, mode))',
        "### BEGIN HIDDEN TESTS",
        "# YOUR CODE HERE",
        'print("%", "·", "78")',
    ],
    ids=range(12),
)
def test_what_the_program_goes_by_is_none(program):
    assert told(program) == []


def test_a_key_is_looked_up_as_it_was_written_in_another_cell():
    cells = ['kernels = {"left − right": a, "blur": b}', "print(list(kernels))", 'kernels["blur"]']
    made = code.walk_all(cells, lambda text: text.words.upper(), [""] * 3)
    assert made == [
        'kernels = {"LEFT − RIGHT": a, "BLUR": b}',
        "print(list(kernels))",
        'kernels["BLUR"]',
    ]


def test_a_key_that_an_f_string_asks_for_stays():
    cells = ['counts = {"dense": 3}', "print(counts)", "print(f\"{counts['dense']} weights\")"]
    assert told(*cells) == ["{counts['dense']} weights"]


def test_literals_keep_their_form():
    program = 'print(f"a \\"word\\"\\n"\n      f"and {n} – more")'
    made = code.walk(program, lambda text: text.words.replace("word", "parola"))
    assert eval(made.removeprefix("print"), {"n": 1}) == 'a "parola"\nand 1 – more'


@each_notebook
def test_nothing_but_texts_changes_by_the_syntax_trees(path):
    sources = programs(path)
    places = [""] * len(sources)
    assert code.walk_all(sources, lambda text: text.words, places) == sources
    made = code.walk_all(sources, pseudo.say, places)
    assert made != sources and code.others(sources, made) == []


def test_another_program_is_seen():
    assert code.others(["f(1)\nprint('one two')"], ["f(2)\nprint('uno due')"]) == [0]
    assert code.others(["print(f'{a} of {b}')"], ["print(f'{b}: {a}')"]) == []
    assert code.others(["print(f'{a} of {b}')"], ["print(f'{b}: {b}')"]) == [0]
    assert code.others(["pool(x, mode='max')"], ["pool(x, mode='massimo')"]) == [0]


@each_notebook
def test_no_words_stand_where_they_cannot_be_had(path):
    """Inside an f-string's braces a text has no place of its own: it needs a name."""
    for tree in filter(None, map(code.parsed, programs(path))):
        for value in (n for n in ast.walk(tree) if isinstance(n, ast.FormattedValue)):
            keys = [n.slice for n in ast.walk(value.value) if isinstance(n, ast.Subscript)]
            handed = [a for n in ast.walk(value.value) if isinstance(n, ast.Call) for a in n.args]
            for node in ast.walk(value.value):
                if code.is_string(node) and node not in [*keys, *handed]:
                    assert not re.search(r"[^\W\d_]{2}", node.value), node.value
