"""The walker of docstrings as the library's are written: block by block, examples left alone.

They are read in an editor and in a notebook, so they hold no markup but backticks, lines such as
"x: (N, C, H, W)" for arguments, lists, and formulas such as "Σ n_h n_{h+1}".
"""

import re
from collections.abc import Iterable, Iterator

from .say import DOCSTRING, Say, Text, has_words

ARGUMENT = re.compile(r"^([a-z_]\w*(?:, \w+)*): (?=\S)")
ITEM = re.compile(r"^- (?=\S)")
EXAMPLE = ">>>"
# What formulas are made of: letters with their signs and indices, numbers, operators. A letter
# that is a word by itself, as English and Italian have them, is none before another word.
_WORD = r"(?!a [a-z]{2}|(?<!\S)[aeio] (?![-+−·×/=^]))"
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ_"
_TOKEN = (
    r"(?:(?<!\w)(?:log|tanh)(?!\w)"
    rf"|(?<![{_LETTER}]){_WORD}(?:[∂Σ]?[A-Za-zα-ω]\u0302?|Σ)"
    rf"(?:_(?:[a-z]{{1,2}}(?!\w)|\{{[^}}]*\}}))?['ᵀ²]*(?![{_LETTER}])"
    r"|\d+(?:\.\d+)?(?![A-Za-z_]{2})|[-+−·×/=^,…(⌊\[]|[)⌋\]]['²]*)"
)
_RUN = re.compile(rf"`[^`]+`|{_TOKEN}(?: ?{_TOKEN})*")
# One is a formula for its equals sign or an index; else only the shape in it is, (N, C·M·N).
_SIGN = re.compile(r"\w[^`]* = |[A-Za-zΣ]_[a-z{]")
_SHAPE = re.compile(r"\((?=[^()]*[A-Z])(?:[A-Z](?![A-Za-z])|[\d ,·+−×…'])+\)")


def walk(docstring: str, say: Say, place: str = "") -> str:
    """The docstring with all its texts put through `say`; what is said stands on one line.

    >>> walk("A sum\\nof two.\\n\\nx: one", lambda text: text.words.upper())
    'A SUM OF TWO.\\n\\nx: ONE'
    """
    made: list[str] = []
    for prefix, lines in _blocks(docstring.split("\n")):
        words = " ".join(line.strip() for line in lines)
        if prefix is None or not has_words(words):
            made += [(prefix or "") + lines[0], *lines[1:]]
        else:
            new = say(Text(words, DOCSTRING, place))
            made += [prefix + lines[0], *lines[1:]] if new == words else [prefix + new]
    return "\n".join(made)


def _blocks(lines: Iterable[str]) -> list[tuple[str | None, list[str]]]:
    """What stands before each text, and its lines without that; None before what is no text."""
    found: list[tuple[str | None, list[str]]] = []
    example, goes_on, begins = False, False, ITEM
    for line in lines:
        example = bool(line.strip()) and (example or line.lstrip().startswith(EXAMPLE))
        if example or not line.strip():
            found.append((None, [line]))
            goes_on = False
            continue
        if not goes_on:  # a colon within a paragraph is only a colon
            begins = ARGUMENT if ARGUMENT.match(line) else ITEM
        begin = begins.match(line)
        if begin or not goes_on:
            before = begin[0] if begin else ""
            found.append((before, [line[len(before) :]]))
        else:
            found[-1][1].append(line)
        goes_on = True
    return found


def pieces(words: str) -> Iterator[tuple[str, str]]:
    """(kind, itself) of each part of a text: "words", "code" in backticks, "formula".

    >>> list(pieces("`x` is (N, H), see (RGB)"))
    [('code', '`x`'), ('words', ' is '), ('formula', '(N, H)'), ('words', ', see (RGB)')]
    """
    position = 0
    for run in _RUN.finditer(words):
        for kind, offset, part in _fixed(run[0]):
            start = run.start() + offset
            if start > position:
                yield "words", words[position:start]
            yield kind, part
            position = start + len(part)
    if position < len(words):
        yield "words", words[position:]


def _fixed(run: str) -> Iterator[tuple[str, int, str]]:
    """(kind, where, itself) of what may be a formula; the signs at its ends are the sentence's."""
    if run.startswith("`"):
        yield "code", 0, run
        return
    body = run.strip(" ,-=")
    while body.count("(") != body.count(")"):
        body = body[1:] if body.count("(") > body.count(")") else body[:-1]
    if body and _SIGN.search(body):
        yield "formula", run.index(body), body
    else:
        yield from (("formula", shape.start(), shape[0]) for shape in _SHAPE.finditer(run))
