"""Which submissions share more code than chance would have it: winnowed fingerprints of tokens.

Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD
2003, doi 10.1145/872757.872770. A list to look at, never a verdict: short functions that a formula
dictates are alike by themselves.

`places` looks at one text and is all that reads what somebody wrote; everything after it counts
hashes. So texts can be read where they do no harm.
"""

import hashlib
import io
import keyword
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

K = 12  # tokens of the shortest passage that can count
WINDOW = 8  # any shared passage of K + WINDOW - 1 tokens is found
MOST_COMMON = 0.1  # what a larger part of the class wrote, the task asks for (see `few`)
LEAST = 5  # fingerprints of a pair that counts
TOGETHER = 0.5  # the shared part from which pairs with a member in common are one cluster
NAMED = {tokenize.NUMBER, tokenize.STRING, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE}
SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}

Lines = tuple[int, int]  # the first and the last of a passage, from 1


@dataclass(frozen=True)
class Pair:
    """Two submissions; `share` is the part of the smaller one's fingerprints that both have."""

    one: str
    other: str
    share: float
    common: int


@dataclass(frozen=True)
class Cluster:
    """Submissions that are alike, those that share the most first, and the pairs among them."""

    members: tuple[str, ...]
    pairs: tuple[Pair, ...]


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


def pairs(
    prints: Mapping[str, Iterable[int]],
    known: Iterable[int] = (),
    earlier: Iterable[str] = (),
    least: int = LEAST,
) -> list[Pair]:
    """Pairs of {who: fingerprints} that share at least `least`, the most alike first.

    known: of code that everybody has; they do not count. Nor do those that more than `few` of all
    wrote: the task asks for them. earlier: who handed in
    earlier; a pair has at most one of them.
    """
    known, earlier = set(known), set(earlier)
    holders = defaultdict(list)
    for who, found in sorted(prints.items()):
        for fingerprint in set(found) - known:
            holders[fingerprint].append(who)
    limit = few(len(prints))
    shared = [those for those in holders.values() if len(those) <= limit]
    common: Counter[tuple[str, str]] = Counter()
    for those in shared:
        common.update(pair for pair in combinations(those, 2) if not earlier.issuperset(pair))
    rare = Counter(who for those in shared for who in those)
    found_pairs = [
        Pair(one, other, count / min(rare[one], rare[other]), count)
        for (one, other), count in common.items()
        if count >= least
    ]
    return sorted(found_pairs, key=_strength)


def few(people: int) -> float:
    """How many of a class may write a passage before it is what the task asks for.

    A tenth; in small classes more, so that six who work together do not hide each other.

    >>> [few(people) for people in (5, 12, 30, 100)]
    [3, 4, 6, 10.0]
    """
    return max(3, min(6, people // 3), MOST_COMMON * people)


def _strength(pair: Pair) -> tuple[float, str, str]:
    return -pair.share * pair.common, pair.one, pair.other


def clusters(found: Iterable[Pair], together: float = TOGETHER) -> list[Cluster]:
    """Pairs that have members in common as one cluster, where they share at least `together`.

    A weaker pair is in the cluster that holds both its members, or else stands by itself: a chain
    of weak ones would join half of the class.

    >>> one, two = Pair("a", "b", 0.9, 20), Pair("b", "c", 0.8, 20)
    >>> [cluster.members for cluster in clusters([one, two, Pair("c", "d", 0.2, 5)])]
    [('a', 'b', 'c'), ('c', 'd')]
    """
    ordered = sorted(found, key=_strength)
    root: dict[str, str] = {}

    def top(who: str) -> str:
        while root.setdefault(who, who) != who:
            who = root[who]
        return who

    for pair in ordered:
        if pair.share >= together:
            root[top(pair.other)] = top(pair.one)
    groups: dict[object, list[Pair]] = {}
    for pair in ordered:
        inside = top(pair.one) == top(pair.other)
        groups.setdefault(top(pair.one) if inside else pair, []).append(pair)
    return [
        Cluster(
            tuple(dict.fromkeys(who for pair in those for who in (pair.one, pair.other))),
            tuple(those),
        )
        for those in groups.values()
    ]


def taken_from(
    prints: Mapping[str, Iterable[int]],
    others: Mapping[str, set[int]],
    known: Iterable[int] = (),
    least: int = LEAST,
    share: float = TOGETHER,
) -> list[Pair]:
    """Who shares at least `share` of the fingerprints with one of `others`, such as the library.

    However many do: what a whole class copied from there is copied, too.
    """
    known, found = set(known), []
    for who, own in prints.items():
        mine = set(own) - known
        for name, theirs in others.items():
            common = len(mine & theirs)
            if common >= least and common / len(mine) >= share:
                found.append(Pair(who, name, common / len(mine), common))
    return sorted(found, key=_strength)
