"""Which strings of a program are texts, and that nothing else of it changes."""

import ast
import re

import nbformat
import pytest
from answers import COURSE

from cnncourse.translating import code, pseudo
from cnncourse.translating.followed import Followed
from cnncourse.translating.program import is_string
from cnncourse.translating.say import has_words
from cnncourse.translating.shown import is_code, parsed, texts_of

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
        (
            'for what, x in zip(("sums", "slopes"), z):\n    ax.set_title(f"{k}: {what}")',
            ["sums", "slopes"],
        ),
        ('def show(when):\n    print(f"{when:9}", x)\n\n\nshow("before")', ["before"]),
        (
            'read = {}\nfor name in ["kept", "lost"]:\n    read[name] = f(x)\nprint(read["lost"], read)',
            ["kept", "lost", "lost"],
        ),
        (
            'ways = {"plain": {}, "bent": {"kind": "bent"}}\n'
            'def run(kind="plain"):\n    return {"plain": f, "bent": g}[kind]()\n'
            "for way, more in ways.items():\n    ax.plot(run(**more), label=way)",
            ["plain", "bent", "bent", "plain", "plain", "bent"],
        ),
        (
            'for name, f in [("slope", g)]:\n    print(name)\nfor name in ["vgg16"]:\n    getattr(zoo, name)',
            ["slope"],
        ),
        ('expect_input(x, "another 5 × 5 image")', ["another 5 × 5 image"]),
        (
            'rows = ("none", a), ("both", b)\nprint([row[0] for row in rows], rows[0][1])',
            ["none", "both"],
        ),
    ],
    ids=range(19),
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
        'print("pool2d(x, 2)", f"dropout(x, {p}, training={t})", "grad_x")',
        'for name in ("vgg16", "alexnet"):\n    print(name, getattr(zoo, name))',
        'for key in ("epochs", "rate"):\n    print(key, table[key])',
        'for name, f in {"early": g}.items():\n    print(name)\n    glue(f"vol-{name}", 1)',
    ],
    ids=range(16),
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


def test_a_key_that_an_f_string_asks_for_follows():
    cells = [
        'counts = {"dense": 3, "local": 2}\nfor name in counts:\n    print(name)',
        "print(f\"{counts['dense']:3} weights, {n}\", f'{counts[\"local\"]}')",
    ]
    said = {
        "dense": "denso",
        "local": "vicino",
        "{counts['dense']:3} weights, {n}": "{n}: {counts['dense']:3} pesi",
    }
    assert told(*cells) == list(said)[:2] + list(said)[2:] + ["dense", "local"]
    made = code.walk_all(cells, lambda text: said[text.words], [""] * 2)
    assert made[0].startswith('counts = {"denso": 3, "vicino": 2}')
    assert made[1] == "print(f\"{n}: {counts['denso']:3} pesi\", f'{counts[\"vicino\"]}')"
    assert code.others(cells, made) == []
    assert code.others(cells, [made[0], made[1].replace("{n}", "{m}")]) == [1]


def test_literals_keep_their_form():
    program = 'print(f"a \\"word\\"\\n"\n      f"and {n} – more")'
    made = code.walk(program, lambda text: text.words.replace("word", "parola"))
    assert eval(made.removeprefix("print"), {"n": 1}) == 'a "parola"\nand 1 – more'


DOCSTRING = '''def f():
    """What it does.

    images: as they are.
      x: inside.
    """
    return 1'''


def test_lines_of_a_docstring_are_indented_as_the_original_is():
    assert code.walk(DOCSTRING, lambda text: text.words.replace("it does", "this does")) == (
        DOCSTRING.replace("it does", "this does")
    )
    flat = "Che cosa fa.\n\nimages: restano.\n  x: dentro.\n"
    made = code.walk(DOCSTRING, lambda text: flat)
    assert made == DOCSTRING.replace("What it does", "Che cosa fa").replace(
        "as they are", "restano"
    ).replace("inside", "dentro")
    short = code.walk(DOCSTRING.replace('\n    """\n', '"""\n'), lambda text: flat.rstrip())
    assert short == made.replace('\n    """\n', '"""\n')


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


# What a page shows of code: names of PyTorch's and of Python's.
NAMES_SHOWN = set(
    "AlexNet VGG-16 U-Net LeNet alexnet vgg16 googlenet resnet18 resnet50 resnet152 densenet121 "
    "mobilenet_v2 mobilenet_v3_large efficientnet_b0 vit_b_16 convnext_tiny max_pool1d ReLU mat1 "
    "output max average maximum avg zeros reflect replicate circular stride padding dilation groups "
    "bias residual pool widen NHW CHW HW".split()
)


@each_notebook
def test_no_word_that_a_page_shows_stays_behind(path):
    """By where strings go, and by what stored outputs show of them."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    trees = [parsed(cell.source) for cell in cells]
    texts, program = texts_of(trees), Followed([tree for tree in trees if tree])
    for cell, tree in zip(cells, trees, strict=True):
        strings = list(filter(is_string, ast.walk(tree))) if tree else []
        shown = "\n".join(output.get("text", "") for output in cell.outputs)
        for node in strings:  # what is told as part of a text is no matter
            if node in texts or program.parent[node] in texts:
                shown = shown.replace(node.value.strip(), "")
        for node in strings:
            around = program.parent[node]
            left = node not in texts and node.value not in NAMES_SHOWN and not is_code(node)
            if (
                left
                and not isinstance(around, ast.JoinedStr)
                and has_words(node.value, markdown=False)
            ):
                assert not program.way_of(node).shown, (cell.id, node.value)
                word = rf"(?<![\w-]){re.escape(node.value.strip())}(?![\w-])"
                by_itself = isinstance(
                    program.parent[node], ast.Dict | ast.List | ast.Tuple | ast.Call
                )
                assert not (by_itself and re.search(word, shown)), (cell.id, node.value)


@each_notebook
def test_no_words_stand_where_they_cannot_be_had(path):
    """Inside an f-string's braces a text has no place of its own: it needs a name."""
    for tree in filter(None, map(parsed, programs(path))):
        for value in (n for n in ast.walk(tree) if isinstance(n, ast.FormattedValue)):
            keys = [n.slice for n in ast.walk(value.value) if isinstance(n, ast.Subscript)]
            handed = [a for n in ast.walk(value.value) if isinstance(n, ast.Call) for a in n.args]
            for node in ast.walk(value.value):
                if is_string(node) and node not in [*keys, *handed]:
                    assert not re.search(r"[^\W\d_]{2}", node.value), node.value
