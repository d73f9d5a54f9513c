"""Rules drawn at random, and what everybody must have by them: reckoned here a second time.

This is written from the instructors' page alone, in fractions and in the clock of the course; the
table must agree to the cent of a point, and for the total to the cent of a percent.
"""

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

import pytest

from cnncourse.grading.gradebook.late import standing
from cnncourse.grading.gradebook.scores import Score, Scores
from cnncourse.grading.intake.received import Received, as_text, path_of
from cnncourse.grading.returning.table import table
from cnncourse.grading.term.standing import Term
from cnncourse.whole import write_whole

NAMES, MOST, DAY = ("conv", "pool"), 11, 86_400
STUDENTS = [f"s{number}" for number in range(6)]
# Clocks are changed an hour, or half of one, about most of these times.
ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
TIMES = ("2026-10-23 23:59", "2026-10-25 00:30", "2026-03-27 23:59", "2026-04-04 02:45")
LATE = (
    "{ percent_per_day = 10 }",
    '{ percent_per_day = 12.5, of = "points" }',
    "{ percent_per_day = 33.3, at_most = 50 }",
    "{ steps = [{ after_hours = 0, percent = 10 }, { after_hours = 48, percent = 50 }] }",
    '{ steps = [{ after_hours = 0.5, percent = 7 }, { after_hours = 30.5, percent = 33 }], of = "points" }',
    '"none"',
)
AFTER = (-DAY, 0, 1, 3600, DAY, DAY + 1, 25 * 3600, 2 * DAY + 1, 23 * 3600 + 1, 5 * DAY)


def drawn(chance, base, number):
    """The text of an assignment's rules, and the same as values."""
    due = base + timedelta(days=chance.choice((0, 1, 3)) * number)
    rule = {
        "due": due,
        "late": chance.choice(LATE),
        "cut_off": due + timedelta(days=chance.choice((0, 1, 4)))
        if chance.random() < 0.4
        else None,
        "grace": chance.random() < 0.8,
        "weight": chance.choice((1, 2, 0.5, 3.3)),
        "students": {chance.choice(STUDENTS): chance.choice((1, 2.5))},
        "sections": {"B": chance.choice((1, 3))} if chance.random() < 0.5 else {},
    }
    lines = [f"[assignments.{NAMES[number]}]", f"due = {due}", f"late = {rule['late']}"]
    lines += [f"cut_off = {rule['cut_off']}"] if rule["cut_off"] else []
    lines += [f"grace = {str(rule['grace']).lower()}", f"weight = {rule['weight']}"]
    lines += [f"extensions.students.{who} = {days}" for who, days in rule["students"].items()]
    lines += [f"extensions.sections.{name} = {days}" for name, days in rule["sections"].items()]
    return rule, "\n".join(lines)


class Reckoned:
    """One term by hand: rules, sections and days of the list, points, seconds after the end."""

    def __init__(self, seed):
        chance = random.Random(seed)
        self.zone = ZoneInfo(chance.choice(ZONES))
        self.grace_days = chance.choice((0, 1, 2.5))
        base = datetime.fromisoformat(chance.choice(TIMES))
        drawn_rules = [drawn(chance, base, number) for number in range(len(NAMES))]
        self.rules = {name: rule for name, (rule, _) in zip(NAMES, drawn_rules, strict=True)}
        head = f'zone = "{self.zone.key}"\ngrace_days = {self.grace_days}\n'
        self.toml = head + "\n".join(text for _, text in drawn_rules)
        self.section = {who: "AB"[n % 2] for n, who in enumerate(STUDENTS)}
        self.days = {who: chance.choice((0, 0, 1.5)) for who in STUDENTS}
        points = ("0", "0.1", "3.35", "4", "2.675", "9")
        self.points = {
            (name, who): Fraction(chance.choice(points))
            for name in NAMES
            for who in STUDENTS
            if chance.random() < 0.9
        }
        self.came = {
            key: self.end(*key).astimezone(UTC) + timedelta(seconds=chance.choice(AFTER))
            for key in self.points
        }

    def end(self, name, who, key="due"):
        """With the longest extension, at the same time of day."""
        rule = self.rules[name]
        days = max(
            self.days[who], rule["students"].get(who, 0), rule["sections"].get(self.section[who], 0)
        )
        return (rule[key] + timedelta(days=days)).replace(tzinfo=self.zone)

    def late(self, name, who):
        return (self.came[name, who] - self.end(name, who).astimezone(UTC)).total_seconds()

    def is_past(self, name, who):
        end = self.rules[name]["cut_off"] and self.end(name, who, "cut_off").astimezone(UTC)
        return bool(end and self.came[name, who] > end)

    def spent(self, wanted, who):
        left = Fraction(self.grace_days)
        for name in sorted(NAMES, key=lambda name: (self.rules[name]["due"], name)):
            counts = (name, who) in self.came and self.rules[name]["grace"]
            used = Fraction(0)
            if counts and not self.is_past(name, who):
                used = min(left, Fraction(max(0, ceil(self.late(name, who) / DAY))))
            if name == wanted:
                return used
            left -= used
        raise AssertionError(wanted)

    def final(self, name, who):
        points, late = self.points[name, who], self.rules[name]["late"]
        if self.is_past(name, who):
            return Fraction(0)
        seconds = self.late(name, who) - DAY * self.spent(name, who)
        if seconds <= 0 or late == '"none"':
            return points
        days, hours = ceil(seconds / DAY), seconds / 3600
        percent = {
            LATE[0]: 10 * days,
            LATE[1]: Fraction(25, 2) * days,
            LATE[2]: min(50, Fraction(333, 10) * days),
            LATE[3]: 50 if hours > 48 else 10,
            LATE[4]: 33 if hours > 30.5 else 7 if hours > 0.5 else 0,
        }[late]
        base = points if "points" in late else MOST
        return max(Fraction(0), points - base * Fraction(percent) / 100)


def cents(value):
    """Halves up."""
    return Fraction((100 * value + Fraction(1, 2)) // 1, 100)


@pytest.mark.parametrize("seed", range(40))
def test_the_table_is_what_the_page_says(tmp_path, seed):
    reckoned = Reckoned(seed)
    for name in NAMES:
        write_whole(tmp_path / "solutions" / name / f"{name}.ipynb", "{}")
    (tmp_path / "course.toml").write_text(reckoned.toml)
    lines = [f"{who},{reckoned.section[who]},{reckoned.days[who]}" for who in STUDENTS]
    (tmp_path / "students.csv").write_text("\n".join(["id,section,extension_days", *lines]))
    before = {name: Scores(name, MOST, None) for name in NAMES}
    for (name, who), points in reckoned.points.items():
        found = Received(who, "nbgrader", who, time=reckoned.came[name, who].isoformat())
        write_whole(path_of(tmp_path, name, who), as_text(found))
        before[name].of[who] = Score(name, who, "", "", None, None, 0.0, float(points))
    term = Term(tmp_path)
    scores = standing(term, before, lambda: lambda *_: 0.0, [])
    rows = csv.DictReader(io.StringIO(table(term, scores).text.removeprefix("\ufeff")))
    weights = {name: Fraction(str(reckoned.rules[name]["weight"])) for name in NAMES}
    for row in rows:
        who, total = row["id"], Fraction(0)
        for name in NAMES:
            cell = row[f"{name} (of {MOST})"]
            if (name, who) not in reckoned.points:
                assert cell == ""
                continue
            final = reckoned.final(name, who)
            assert Fraction(cell) == cents(final), (name, who)
            total += weights[name] * final / MOST
        assert Fraction(row["total in percent"]) == cents(100 * total / sum(weights.values()))


def test_an_assignment_in_which_nobody_has_a_grade_yet_counts_for_nobody(tmp_path):
    """Its only submission met an error of the grader."""
    for name in NAMES:
        write_whole(tmp_path / "solutions" / name / f"{name}.ipynb", "{}")
    (tmp_path / "students.csv").write_text("id\nada\nbob\n")
    scores = {name: Scores(name, MOST, None) for name in NAMES}
    scores["conv"].of["ada"] = Score("conv", "ada", "", "", None, None, 0.0, 5.5)
    scores["pool"].of["bob"] = Score("pool", "bob", "", "", None, None, 0.0, examined=False)
    text = table(Term(tmp_path), scores).text
    assert "ada,,,,5.5,,50.0\n" in text and "bob,,,,,?,\n" in text
