"""What a walker hands over for each text, and what in a text is not to be translated."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cnncourse.language import speaking, with_its_marks


@dataclass(frozen=True)
class Text:
    """A text of a source, in English.

    kind: what it is, for translators: "paragraph", "heading", "table", "comment", "code" ….
    place: where it stands, finer than the file: a cell's id, a key. context: where the same
    English always wants translations of its own, as in the figures; part of the catalog's key.
    """

    words: str
    kind: str
    place: str = ""
    context: str = ""


Say = Callable[[Text], str]
NUMBERS = "numbers"  # a kind without words, in no catalog: written as the language writes numbers

# From the left to the right: what begins first holds all that lies in it.
FIXED = re.compile(
    r"(?P<role>\{[\w:.-]+\}`[^`]*`)"
    r"|(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<formula>\$\$.+?\$\$|(?<![\\$])\$(?!\s)(?:\\.|[^$\\])+\$)"
    r"|(?P<target>\]\([^()\s]*(?:\([^()\s]*\))?[^()\s]*\))"
    r"|(?P<address><https?://[^>]+>)"
    r"|(?P<tag></?[a-zA-Z][^<>]*>)",
    re.DOTALL,
)
# What str.format and f-strings fill in; in code, all that is fixed.
FILLED_IN = re.compile(r"\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\}")
PERCENT = re.compile(r"%(?:\(\w+\))?[sd]")  # what Sphinx's words have filled in
WORD = re.compile(r"[^\W\d_]{2,}")
TEXT_IN_FORMULA = re.compile(r"(\\(?:text|mathrm)\{)([^{}]*)(\})")
DOCSTRING = "docstring"  # a kind with formulas of its own, see docstrings.py
# Kinds in which nothing is Markdown.
IN_CODE = ("code", "shown", "comment", "message", "figure", "output")


def has_words(text: str, markdown: bool = True) -> bool:
    """Is there anything to translate: a word outside of formulas, code and placeholders?

    >>> has_words("$z_{j}$, `zip`"), has_words("78"), has_words("the sum $z$")
    (False, False, True)
    """
    return bool(WORD.search((FIXED if markdown else FILLED_IN).sub(" ", text)))


def has_marks(text: str) -> bool:
    """Are there numbers with a point or a comma, outside of formulas and code?

    >>> has_marks("99.2 %"), has_marks("$1.5$"), has_marks("12")
    (True, False, False)
    """
    return bool(re.search(r"\d[.,]\d", FIXED.sub(" ", text)))


def numbers(text: str, language: str) -> str:
    """A text of numbers as a language writes them; formulas and code in it stay.

    >>> numbers("$1.5$ and 2,416.5", "it"), numbers("2,416.5", "en")
    ('$1.5$ and 2.416,5', '2,416.5')
    """
    said, at = [], 0
    with speaking(language):
        for found in FIXED.finditer(text):
            said += [with_its_marks(text[at : found.start()]), found[0]]
            at = found.end()
        return "".join([*said, with_its_marks(text[at:])])


def fixed(text: str) -> list[tuple[str, str]]:
    """(kind, itself) of each part of a Markdown text that a translation keeps.

    >>> fixed("see [it](a.md), {eq}`eq-a` and $x$")
    [('target', '](a.md)'), ('role', '{eq}`eq-a`'), ('formula', '$x$')]
    """
    return [
        next(
            (kind, value)
            for kind, value in found.groupdict().items()
            if value is not None and kind != "ticks"
        )
        for found in FIXED.finditer(text)
    ]
