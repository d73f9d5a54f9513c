"""A language made up for tests: accented, and a third longer, so that what is left is seen.

Whatever a translation must keep (formulas, code, links, values) stays; words that are equal become
equal words, so that the key of a question still is one of its options.
"""

import re

from .docstrings import pieces
from .say import DOCSTRING, FILLED_IN, FIXED, IN_CODE, PERCENT, Text

ACCENTED = str.maketrans("aeiouyAEIOUYcnsCNS", "àéîõûýÀÉÎÕÛÝçñšÇÑŠ")
IN_PROGRAM = re.compile(f"{FILLED_IN.pattern}|{PERCENT.pattern}")
WORD = re.compile(r"[^\W\d_]{3,}")


def say(text: Text) -> str:
    """The text in that language.

    >>> say(Text("the sum of `a.b` is {n}", "shown"))
    'théé šûmm õf `à.b` îš {n}'
    >>> say(Text("the sum of `a.b` is $n$", "paragraph"))
    'théé šûmm õf `a.b` îš $n$'
    """
    if text.kind == DOCSTRING:
        parts = pieces(text.words)
        return "".join(_pretended(part) if kind == "words" else part for kind, part in parts)
    kept = IN_PROGRAM if text.kind in IN_CODE else FIXED
    said, at = "", 0
    for found in kept.finditer(text.words):
        said += _pretended(text.words[at : found.start()]) + found[0]
        at = found.end()
    return said + _pretended(text.words[at:])


def _pretended(words: str) -> str:
    longer = WORD.sub(lambda found: found[0] + found[0][-1] * (len(found[0]) // 3), words)
    return longer.translate(ACCENTED)
