"""What somebody wrote as hashes of its passages, by which two texts are compared.

A passage is so many tokens in a row, with names, numbers and strings made equal. Students' texts
are read here in the confined process; see reports/similarity.py for what is made of it.
"""

import hashlib
import io
import json
import keyword
import tokenize
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .parsing import Unreadable, parse

K = 12  # tokens of the shortest passage that can count
WINDOW = 8  # any shared passage of K + WINDOW - 1 tokens is found
MOST = 200_000  # characters of a text that are compared; an honest one has a few thousand
NAMED = {tokenize.NUMBER, tokenize.STRING, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE}
SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}

Lines = tuple[int, int]  # the first and the last of a passage, from 1


@dataclass(frozen=True)
class Written:
    """A text, the passages that winnowing keeps of it, and the places of all of them."""

    text: str
    kept: frozenset[int]
    places: tuple[tuple[int, Lines], ...]


def written(text: str) -> Written:
    """A text as it is compared."""
    return Written(text, frozenset(passages(text)), tuple(places(text)))


def code(file: bytes, name: str, given: Collection[str]) -> str:
    """What a student wrote into a notebook: answers and cells of their own, as one text.

    given: names of the assignment's cells that are no answers; "" if it is no notebook.
    """
    try:
        cells = parse(file, name)
    except Unreadable:
        return ""
    texts = (c["source"] for c in cells if c["type"] == "code" and c["grade_id"] not in given)
    return "\n".join(texts)[:MOST]


def as_bytes(found: Written) -> list[bytes]:
    """As one process tells it to another."""
    numbers = [sorted(found.kept), [[hash_, *lines] for hash_, lines in found.places]]
    return [found.text.encode("utf-8", "replace"), json.dumps(numbers).encode()]


def from_bytes(parts: Sequence[bytes | bytearray]) -> Written:
    """What `as_bytes` gave; ValueError if it has no known form."""
    text, numbers = parts
    kept, found = json.loads(numbers)
    whole = [*kept, *(number for place in found for number in place)]
    if not all(type(number) is int for number in whole) or any(len(p) != 3 for p in found):
        raise ValueError("passages of no known form")
    places = tuple((hash_, (first, last)) for hash_, first, last in found)
    return Written(text.decode("utf-8", "replace"), frozenset(kept), places)


def tokens(source: str) -> list[str]:
    """Python tokens with names, numbers and strings made equal, without comments and blank lines.

    >>> tokens("x = f(1)  # one") == tokens("result=g(22)")
    True
    """
    return [word for word, _ in _placed(source)]


def _placed(source: str) -> list[tuple[str, int]]:
    """The tokens, each with its line."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in SKIPPED:
                continue
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                word = "name"
            elif token.type in NAMED:
                word = tokenize.tok_name[token.type]
            else:
                word = token.string
            found.append((word, token.start[0]))
    except (tokenize.TokenError, SyntaxError):
        pass  # what was read before the mistake counts
    return found


def places(source: str, k: int = K) -> list[tuple[int, Lines]]:
    """(hash, lines) of every passage of k tokens, in their order."""
    words = _placed(source)
    return [
        (
            _hash("\0".join(word for word, _ in words[at : at + k])),
            (words[at][1], words[at + k - 1][1]),
        )
        for at in range(len(words) - k + 1)
    ]


def passages(source: str, k: int = K, window: int = WINDOW) -> set[int]:
    """The hashes of passages of k tokens that winnowing keeps: the least of each window.

    >>> one = passages("for i in range(n):\\n    total += x[i] * w[i]\\n")
    >>> one == passages("for k in range(m):\\n    s += a[k] * b[k]\\n")
    True
    """
    hashes = [hash_ for hash_, _ in places(source, k)]
    if len(hashes) <= window:
        return set(hashes[:1] and [min(hashes)])
    return {min(hashes[at : at + window]) for at in range(len(hashes) - window + 1)}


def every_passage(source: str) -> set[int]:
    """The hashes of all passages, since winnowing may keep other ones of them elsewhere."""
    return {hash_ for hash_, _ in places(source)}


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
