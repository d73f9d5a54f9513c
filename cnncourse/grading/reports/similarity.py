"""Which submissions share more code than chance would have it: winnowed fingerprints of tokens.

Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD
2003, doi 10.1145/872757.872770. A list to look at, never a verdict: short functions that a formula
dictates are alike by themselves.

Texts are read by intake/passages.py, in the confined process; here hashes are counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

MOST_COMMON = 0.1  # what a larger part of the class wrote, the task asks for (see `few`)
LEAST = 5  # fingerprints of a pair that counts
TOGETHER = 0.5  # the shared part from which pairs with a member in common are one cluster


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
