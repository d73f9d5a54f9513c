"""Which submissions share more code than chance would have it: winnowed fingerprints of tokens.

Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD
2003, doi 10.1145/872757.872770. A list to look at, never a verdict: short functions that a formula
dictates are alike by themselves.
"""

import hashlib
import io
import keyword
import tokenize
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

K = 12  # tokens of the shortest passage that can count
WINDOW = 8  # any shared passage of K + WINDOW - 1 tokens is found
NAMED = {tokenize.NUMBER, tokenize.STRING, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE}
SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Pair:
    """Two submissions; `share` is the part of the smaller one's fingerprints that both have."""

    one: str
    other: str
    share: float
    common: int


def tokens(source: str) -> list[str]:
    """Python tokens with names, numbers and strings made equal, without comments and blank lines.

    >>> tokens("x = f(1)  # one") == tokens("result=g(22)")
    True
    """
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in SKIPPED:
                continue
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                found.append("name")
            elif token.type in NAMED:
                found.append(tokenize.tok_name[token.type])
            else:
                found.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass  # what was read before the mistake counts
    return found


def fingerprints(source: str, k: int = K, window: int = WINDOW) -> set[int]:
    """The hashes of passages of k tokens that winnowing keeps: the least of each window.

    >>> one = fingerprints("for i in range(n):\\n    total += x[i] * w[i]\\n")
    >>> one == fingerprints("for k in range(m):\\n    s += a[k] * b[k]\\n")
    True
    """
    words = tokens(source)
    hashes = [_hash("\0".join(words[at : at + k])) for at in range(len(words) - k + 1)]
    if len(hashes) <= window:
        return set(hashes[:1] and [min(hashes)])
    return {min(hashes[at : at + window]) for at in range(len(hashes) - window + 1)}


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def alike(
    sources: Mapping[str, str], given: str = "", most_common: float = 0.1, least: int = 5
) -> list[Pair]:
    """Pairs of {student: source} that share at least `least` fingerprints, the most alike first.

    given: code that everybody has; its passages do not count. Nor do those that more than the
    part `most_common` of the class wrote (and more than three students): the task asks for them.
    """
    known = _passages(given)
    prints = {student: fingerprints(source) - known for student, source in sources.items()}
    holders = defaultdict(list)
    for student, found in sorted(prints.items()):
        for fingerprint in found:
            holders[fingerprint].append(student)
    limit = max(3, most_common * len(sources))
    common: Counter[tuple[str, str]] = Counter()
    for students in holders.values():
        if len(students) <= limit:
            common.update(combinations(students, 2))
    rare = Counter(
        student for students in holders.values() if len(students) <= limit for student in students
    )
    pairs = [
        Pair(one, other, count / min(rare[one], rare[other]), count)
        for (one, other), count in common.items()
        if count >= least
    ]
    return sorted(pairs, key=lambda pair: (-pair.share * pair.common, pair.one, pair.other))


def _passages(source: str) -> set[int]:
    """All passages' hashes, since winnowing may keep other ones of them elsewhere."""
    words = tokens(source)
    return {_hash("\0".join(words[at : at + K])) for at in range(len(words) - K + 1)}
