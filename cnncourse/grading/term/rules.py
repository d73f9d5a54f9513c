"""The rules of a term, course.toml in the course's folder.

    zone = "Europe/Rome"              # of all times without an offset of their own
    grace_days = 3                    # for each student, over the whole term

    [assignments.im2col]
    due = 2026-11-16 23:59:00
    cut_off = 2026-11-23 23:59:00     # nothing that comes later gives points
    late = { percent_per_day = 10 }   # or "none", or { steps = [ … ] }
    weight = 2
    groups = true                     # or the column of students.csv that tells them apart
    canvas = "12345"                  # its column in Canvas's gradebook, where titles do not say
    extensions = { students = { "4711" = 3 }, sections = { "B" = 1 } }   # days

Without the file, or without an assignment in it, everything is as nbgrader has it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cnncourse.course import CourseError
from cnncourse.grading.platforms.people import plain

FILE = "course.toml"
DAY = 86_400


@dataclass(frozen=True)
class Step:
    """From this many hours of lateness on, this many percent are deducted."""

    after_hours: float
    percent: float


@dataclass(frozen=True)
class Late:
    """What being late costs: steps, or percent for each day begun; of the maximum or the points."""

    percent_per_day: float = 0.0
    steps: tuple[Step, ...] = ()
    of: str = "maximum"
    at_most: float = 100.0


@dataclass(frozen=True)
class Extensions:
    """Days by the id of a student and by section."""

    students: Mapping[str, float] = field(default_factory=dict)
    sections: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """An assignment's. due, cut_off: with their zone, in which days of extensions are counted."""

    due: datetime | None = None
    cut_off: datetime | None = None
    late: Late = Late()
    grace: bool = True
    weight: float = 1.0
    groups: str | None = None
    canvas: str | None = None
    extensions: Extensions = Extensions()


@dataclass(frozen=True)
class Rules:
    """The whole file."""

    zone: ZoneInfo | None = None
    grace_days: float = 0.0
    extensions: Extensions = Extensions()
    assignments: Mapping[str, Rule] = field(default_factory=dict)

    def weight(self, assignment: str) -> float:
        return self.assignments.get(assignment, Rule()).weight


def read_rules(root: str | Path, known: Iterable[str]) -> Rules:
    """The rules in the course's folder, none without a file. known: names of the assignments.

    Raises CourseError, which names the key, its value and what was expected.
    """
    path = Path(root, FILE)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Rules()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read: {error}; expected a text in UTF-8") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is no TOML: {error}") from None
    return _Reader(path, tuple(known)).rules(table)


class _Reader:
    """Turns plain values into rules; each method knows the key that it is about."""

    def __init__(self, path: Path, known: tuple[str, ...]):
        self.path, self.known = path, known

    def wrong(self, key: str, value: object, expected: str) -> CourseError:
        return CourseError(f"{self.path}: {key} is {_shown(value)}; expected {expected}")

    def table(self, key: str, value: object, keys: Iterable[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, value, "a table")
        for name in value if keys is not None else ():
            if name not in (keys or ()):
                place = f"{key}.{name}" if key else name
                raise self.wrong(place, value[name], f"no such key but {_either(keys or ())}")
        return value

    def number(self, key: str, value: object, most: float = 1e6) -> float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 0 <= value <= most:  # type: ignore[operator]  # it is a number
            raise self.wrong(key, value, f"a number from 0 to {most:,.0f}")
        return float(value)  # type: ignore[arg-type]

    def truth(self, key: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def rules(self, table: dict[str, Any]) -> Rules:
        self.table("", table, ("zone", "grace_days", "extensions", "assignments"))
        zone = self.zone("zone", table["zone"]) if "zone" in table else None
        found = self.table("assignments", table.get("assignments", {}))
        for name, value in found.items():
            if name not in self.known:
                expected = f"an assignment: {', '.join(self.known) or 'there is none'}"
                raise self.wrong(f"assignments.{name}", value, expected)
        return Rules(
            zone,
            self.number("grace_days", table.get("grace_days", 0), 366),
            self.extensions("extensions", table.get("extensions", {})),
            {name: self.rule(f"assignments.{name}", rule, zone) for name, rule in found.items()},
        )

    def rule(self, key: str, value: object, zone: ZoneInfo | None) -> Rule:
        names = ("due", "zone", "cut_off", "late", "grace", "weight", "groups", "canvas")
        table = self.table(key, value, (*names, "extensions"))
        zone = self.zone(f"{key}.zone", table["zone"]) if "zone" in table else zone
        times = {
            name: self.moment(f"{key}.{name}", table[name], zone)
            for name in ("due", "cut_off")
            if name in table
        }
        due, cut_off = times.get("due"), times.get("cut_off")
        for name in ("cut_off", "late", "extensions"):
            if name in table and due is None:
                raise self.wrong(f"{key}.{name}", table[name], f"{key}.due beside it")
        if due and cut_off and cut_off < due:
            raise self.wrong(f"{key}.cut_off", table["cut_off"], f"no time before due, {due}")
        canvas = table.get("canvas")
        if canvas is not None and (not isinstance(canvas, str | int) or isinstance(canvas, bool)):
            raise self.wrong(f"{key}.canvas", canvas, "a column's title, or the number in it")
        return Rule(
            due,
            cut_off,
            self.late(f"{key}.late", table.get("late", "none")),
            self.truth(f"{key}.grace", table.get("grace", True)),
            self.number(f"{key}.weight", table.get("weight", 1)),
            self.groups(f"{key}.groups", table.get("groups", False)),
            None if canvas is None else str(canvas),
            self.extensions(f"{key}.extensions", table.get("extensions", {})),
        )

    def zone(self, key: str, value: object) -> ZoneInfo:
        expected = "a time zone's name such as Europe/Rome or UTC"
        if not isinstance(value, str):
            raise self.wrong(key, value, expected)
        try:
            return ZoneInfo(value)
        except (OSError, ValueError, KeyError):  # unknown, or no name of a file at all
            raise self.wrong(key, value, expected) from None

    def moment(self, key: str, value: object, zone: ZoneInfo | None) -> datetime:
        expected = "a day and a time, such as 2026-11-16 23:59:00"
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value) if len(value) > len("2026-11-16") else value
            except ValueError:
                raise self.wrong(key, value, expected) from None
        if not isinstance(value, datetime):
            raise self.wrong(key, value, expected)
        if value.tzinfo is not None:
            return value if zone is None else value.astimezone(zone)
        if zone is None:
            raise self.wrong(
                key, value, 'a zone for it: zone = "Europe/Rome" above, or an offset (…+01:00)'
            )
        first, second = (value.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset():
            back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
            what = "comes twice" if back == value else "does not come"
            raise self.wrong(
                key, value, f"an offset (…+01:00), for clocks are changed and this time {what}"
            )
        return first

    def late(self, key: str, value: object) -> Late:
        if value == "none":
            return Late()
        if not isinstance(value, dict) or ("percent_per_day" in value) == ("steps" in value):
            raise self.wrong(
                key,
                value,
                '"none", { percent_per_day = 10 } or '
                "{ steps = [{ after_hours = 0, percent = 10 }] }",
            )
        table = self.table(key, value, ("percent_per_day", "steps", "of", "at_most"))
        of = table.get("of", "maximum")
        if of not in ("maximum", "points"):
            raise self.wrong(f"{key}.of", of, '"maximum" or "points", those that were reached')
        return Late(
            self.number(f"{key}.percent_per_day", table.get("percent_per_day", 0), 100),
            self.steps(f"{key}.steps", table["steps"]) if "steps" in table else (),
            of,
            self.number(f"{key}.at_most", table.get("at_most", 100), 100),
        )

    def steps(self, key: str, value: object) -> tuple[Step, ...]:
        if not isinstance(value, list) or not value:
            raise self.wrong(key, value, "a list such as [{ after_hours = 0, percent = 10 }]")
        steps: list[Step] = []
        for number, entry in enumerate(value, start=1):
            place = f"{key}[{number}]"
            table = self.table(place, entry, ("after_hours", "percent"))
            for name in ("after_hours", "percent"):
                if name not in table:
                    raise self.wrong(place, entry, f"{name} in it, too")
            step = Step(
                self.number(f"{place}.after_hours", table["after_hours"], 24 * 366),
                self.number(f"{place}.percent", table["percent"], 100),
            )
            if steps and step.after_hours <= steps[-1].after_hours:
                raise self.wrong(
                    f"{place}.after_hours",
                    table["after_hours"],
                    f"more than the {steps[-1].after_hours:g} before it",
                )
            steps.append(step)
        return tuple(steps)

    def groups(self, key: str, value: object) -> str | None:
        if isinstance(value, bool):
            return "group" if value else None
        if not isinstance(value, str) or not value:
            raise self.wrong(key, value, "true, false or the name of a column of students.csv")
        return value

    def extensions(self, key: str, value: object) -> Extensions:
        table = self.table(key, value, ("students", "sections"))
        days = {
            kind: {
                plain(name): self.number(f"{key}.{kind}.{name}", days, 3650)
                for name, days in self.table(f"{key}.{kind}", table.get(kind, {})).items()
            }
            for kind in ("students", "sections")
        }
        return Extensions(days["students"], days["sections"])


def _shown(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date | time):
        return value.isoformat(*([" "] if isinstance(value, datetime) else []))
    return f'"{value}"' if isinstance(value, str) else str(value)


def _either(names: Iterable[str]) -> str:
    return ", ".join(names)


def later(moment: datetime, days: float) -> datetime:
    """The same time of day so many days later, whatever clocks do in between.

    >>> due = datetime(2026, 3, 27, 23, 59, tzinfo=ZoneInfo("Europe/Rome"))
    >>> later(due, 3).isoformat(), later(due, 3).astimezone(UTC) - due.astimezone(UTC)
    ('2026-03-30T23:59:00+02:00', datetime.timedelta(days=2, seconds=82800))
    """
    return moment + timedelta(days=days)
