"""What being late costs: arithmetic alone."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .rules import DAY, Late, Rule, later


@dataclass(frozen=True)
class Deadline:
    """When a submission is due: the same for all, how much later for this one, and the very end.

    All in UTC, without a zone, as nbgrader keeps times.
    """

    due: datetime
    extension: timedelta | None = None
    cut_off: datetime | None = None

    @property
    def end(self) -> datetime:
        return self.due + (self.extension or timedelta())


def deadline(rule: Rule, days: float) -> Deadline | None:
    """A rule's, for somebody with so many days more; the end moves with them."""
    if rule.due is None:
        return None
    due = utc(rule.due)
    extension = utc(later(rule.due, days)) - due if days else None
    cut_off = utc(later(rule.cut_off, days)) if rule.cut_off else None
    return Deadline(due, extension, cut_off)


def utc(moment: datetime) -> datetime:
    """A time with a zone as nbgrader keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def penalty(late: Late, score: float, most: float, seconds: float) -> float:
    """Points that are deducted from `score` of `most`, for being late by so many seconds.

    >>> [penalty(Late(percent_per_day=10), 15, 20, seconds) for seconds in (86_400, 86_401)]
    [2.0, 4.0]
    >>> [penalty(Late(percent_per_day=50, of=of), 15, 20, 1) for of in ("points", "maximum")]
    [7.5, 10.0]
    """
    if seconds <= 0:
        return 0.0
    percent = late.percent_per_day * math.ceil(seconds / DAY)
    for step in late.steps:
        if seconds > step.after_hours * 3600:
            percent = step.percent
    base = most if late.of == "maximum" else score
    return max(0.0, min(score, base * min(percent, late.at_most) / 100))


@dataclass(frozen=True)
class Lateness:
    """How late a student was with an assignment; `counts`: may days of grace be spent on it?"""

    due: datetime
    assignment: str
    seconds: float
    counts: bool


def grace(days: float, late: Iterable[Lateness]) -> dict[str, float]:
    """{assignment: days of grace spent on it}: in the order in which they were due, until all are.

    >>> when = datetime(2026, 11, 16)
    >>> found = [Lateness(when, "b", 2.5 * DAY, True), Lateness(when, "a", 1, True)]
    >>> grace(3, found)
    {'a': 1.0, 'b': 2.0}
    """
    spent: dict[str, float] = {}
    for found in sorted(late, key=lambda late: (late.due, late.assignment)):
        if found.counts and found.seconds > 0 and days > 0:
            spent[found.assignment] = float(min(days, math.ceil(found.seconds / DAY)))
            days -= spent[found.assignment]
    return spent
