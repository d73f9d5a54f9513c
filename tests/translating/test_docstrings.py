"""Docstrings: block by block, with their formulas and names; and which ones the reference shows."""

import importlib
import inspect

import pytest
from answers import COURSE

from cnncourse.translating import docstrings, reference
from cnncourse.translating.rules import differences
from cnncourse.translating.say import DOCSTRING, Text

WHOLE = """A sum of
two numbers: one line.

The modes: x is no argument here.
- "same": keeps
  the size
- "none"

x, y: (N, C)
scale: of the sum, as
    `x` has it
n: the count

>>> add(1,
...     2)  # an example
3

Source: a paper."""


def said(docstring):
    texts = []
    docstrings.walk(docstring, lambda text: texts.append(text.words) or text.words)
    return texts


def test_blocks_are_paragraphs_items_and_arguments_and_no_examples():
    assert said(WHOLE) == [
        "A sum of two numbers: one line.",
        "The modes: x is no argument here.",
        '"same": keeps the size',
        '"none"',
        "of the sum, as `x` has it",
        "the count",
        "Source: a paper.",
    ]


def test_what_is_not_said_otherwise_stays_as_it_is():
    assert docstrings.walk(WHOLE, lambda text: text.words) == WHOLE
    made = docstrings.walk(WHOLE, lambda text: text.words.upper())
    assert "scale: OF THE SUM, AS `X` HAS IT\nn: THE COUNT\n" in made
    assert '- "SAME": KEEPS THE SIZE\n' in made and "x, y: (N, C)\n" in made
    assert ">>> add(1,\n...     2)  # an example\n3\n" in made


@pytest.mark.parametrize(
    "words, formulas",
    [
        ("K' = D(K − 1) + 1 di un kernel", ["K' = D(K − 1) + 1"]),
        ("Σ n_h n_{h+1}, più Σ n_{h+1} bias", ["Σ n_h n_{h+1}", "Σ n_{h+1}"]),
        ("è X e ∂W = Wᵀ·∂A, e ∂b = Σ ∂A", ["∂W = Wᵀ·∂A", "∂b = Σ ∂A"]),
        ("da (N, C) a (N, C·M) o i pesi (F,)", ["(N, C)", "(N, C·M)", "(F,)"]),
        ("(f(a + h) − f(a − h)) / 2h", []),
        ("`x = 1` a a", []),
    ],
)
def test_letters_that_are_words_are_in_no_formula(words, formulas):
    assert [part for kind, part in docstrings.pieces(words) if kind == "formula"] == formulas
    assert "".join(part for _, part in docstrings.pieces(words)) == words


@pytest.mark.parametrize(
    "translation, problem",
    [
        ("da (N, C) a `x`, 3 volte", None),
        ("da (C, N) a `x`, 3 volte", "formulas: (N, C) is missing, (C, N) is too much"),
        ("da (N, C) a x, 3 volte", "code: `x` is missing"),
        ("da (N, C) a `x`, più volte", "numbers: 3 is missing"),
    ],
)
def test_formulas_code_and_numbers_are_kept(translation, problem):
    found = differences(Text("(N, C) to `x`, 3 times", DOCSTRING), translation)
    assert found == ([problem] if problem else [])


def test_the_texts_are_those_of_what_the_pages_show():
    """As Python has them: the members of each module that the reference lists."""
    listed, found = set(), set()
    for file, names in reference.files(COURSE).items():
        program = (COURSE / file).read_text("utf-8")
        reference.walk(program, lambda text: found.add(text.words) or text.words, names)
    for module in reference.SHOWN.findall((COURSE / "book/api.md").read_text("utf-8")):
        package = importlib.import_module(module)
        names = getattr(package, "__all__", dir(package))
        members = [getattr(package, name) for name in names if not name.startswith("_")]
        ours = [
            one
            for one in members
            if (inspect.isclass(one) or inspect.isfunction(one))
            and (one.__module__ == module or hasattr(package, "__all__"))
        ]
        for one in [package, *ours]:
            listed.update(said(inspect.getdoc(one) or ""))
    assert len(listed) > 200
    assert listed - found == set()
