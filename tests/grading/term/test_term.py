"""A term: three assignments, forty people on Moodle and Canvas at once, and all that happens to them.

What everybody must have in the end is reckoned here by itself, in cents of a point, and compared
with the table; a run that is killed anywhere and begun again ends in the same table.
"""

import csv
import io
import random
import shutil
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

import pytest
from answers import hand_in
from graded import another, came, give
from nbgrader.api import Gradebook
from tiny_course import FakeReader, FakeWorker, ThisProcess, tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

from cnncourse.grading.gradebook import late, scores
from cnncourse.grading.gradebook.late import settle
from cnncourse.grading.gradebook.plugin import configured
from cnncourse.grading.platforms.people import Person
from cnncourse.grading.returning.table import table
from cnncourse.grading.running import batch
from cnncourse.grading.running.batch import Batch
from cnncourse.grading.running.settings import Settings
from cnncourse.grading.term.classlist import ClassList, merge
from cnncourse.grading.term.standing import Term

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
NAMES = ("tiny", "large", "teams")
DUE = {name: datetime(2026, 11, 9 + 7 * n, 23, 0, tzinfo=UTC) for n, name in enumerate(NAMES)}
RULES = """
zone = "Europe/Rome"
grace_days = 2
[assignments.tiny]
due = 2026-11-10 00:00:00
late = {{ percent_per_day = 10 }}
weight = 1
[assignments.large]
due = 2026-11-17 00:00:00
cut_off = 2026-11-22 00:00:00
late = {{ steps = [{{ after_hours = 0, percent = 7 }}, {{ after_hours = 30, percent = 33 }}], of = "points" }}
weight = 2
extensions = {{ sections = {{ B = 1 }}, students = {{ {extended} }} }}
[assignments.teams]
due = 2026-11-24 00:00:00
late = {{ percent_per_day = 50 }}
weight = 1.5
groups = "team"
"""
MOST = 11


def people():
    """id, name, section, team: twenty on Moodle, twenty on Canvas, two of one name on each."""
    found = []
    for n in range(40):
        name = f"Person {'abcdefghij'[n % 10]}{n // 10}"
        if n in (3, 4, 23, 24):
            name = "Maria Rossi"
        found.append((f"s{n:02}", name, "AB"[n % 2], f"Team {n // 2}"))
    return found


class Class:
    """What each one hands in where, and what they must have in the end."""

    def __init__(self, root):
        self.root, self.random = root, random.Random(14)
        students = ClassList()
        for n, (id, name, section, team) in enumerate(people()):
            if n < 20:
                for number, assignment in enumerate(NAMES):
                    person = Person("moodle", name, str(1000 * number + n), f"{id}@x.org", (id,))
                    merge(students, [person], assignment)
            else:
                merge(students, [Person("canvas", name, str(500 + n), f"{id}@x.org", (id,))])
            student = students.get(id)
            student.section, student.extension_days = section, 1.0 if n == 9 else 0.0
            students.set_more(student, "team", team)
        students.write(root)
        self.rules("s06 = 3")
        self.late, self.points, self.graded = {}, {}, {}
        for name in NAMES:
            for n, (id, *_, team) in enumerate(people()):
                if n in (7, 27) or (name == "teams" and n % 2):
                    continue  # two hand in nothing; of each team one does for both
                self.hand_in(name, n, id, team)

    def rules(self, extended):
        (self.root / "course.toml").write_text(RULES.format(extended=extended))

    def hand_in(self, name, n, id, team):
        moodle, number = n < 20, NAMES.index(name) * 1000 + n if n < 20 else 500 + n
        # The display name changes on the platform between two assignments.
        shown = people()[n][1] if name == "tiny" or n % 5 else f"Renamed-{n}"
        folder = f"{shown.replace(' ', '-')}_{number}" if moodle else f"p{n}_{number}"
        if name == "large" and n == 12:
            folder = id  # collected after the list was there
        right = n % 3 == 0
        answer = RIGHT if right else NO_HALF
        if name == "tiny":
            hand_in(self.root, folder, name, tiny(f"# {folder}\n{answer}"))
        else:
            points = {"double": 2, "half": 3 * right, "hidden": 4 * right}
            self.graded.setdefault(name, {})[folder] = points
        hours = self.random.choice((-20, -1, 1, 25, 40, 70, 200))
        time = DUE[name] + timedelta(hours=hours)
        flags = {"time": time.isoformat()}
        if not moodle and n % 4 == 0:  # Canvas's flag alone
            flags = {"late": hours > 0}
        platform = "moodle" if moodle else "canvas"
        came(self.root, folder, platform, number, shown, name, **flags)
        for member in people() if name == "teams" else [people()[n]]:
            if member[0] == id or (name == "teams" and member[3] == team):
                self.points[name, member[0]] = 9 if right else 2
                self.late[name, member[0]] = flags.get("time", flags.get("late")), hours

    def without_half(self):
        return {key for key, points in self.points.items() if key[0] == "tiny" and points == 2}

    def expected(self, extended, mended=()):
        """{id: [cents of each assignment or "", cents of a percent in total]}, by exact fractions."""
        rows = {}
        for n, (id, _, section, _) in enumerate(people()):
            days_left, row, total = 2, [], Fraction()
            for name, weight in zip(NAMES, (1, 2, Fraction(3, 2)), strict=True):
                if (name, id) not in self.points:
                    row.append("")
                    continue
                points = Fraction(self.points[name, id] + (3 if (name, id) in mended else 0))
                known, hours = self.late[name, id]
                more = 1 if n == 9 else 0
                if name == "teams" and n in (8, 9):
                    more = 1  # an extension of one is their team's
                if name == "large":
                    more = max(more, 1 if section == "B" else 0, extended.get(id, 0))
                if known is True:
                    hours = 0 if more else Fraction(1, 3600)
                elif known is False:
                    hours = 0
                else:
                    hours -= 24 * more
                deducted = Fraction()
                if name == "large" and known not in (True, False) and hours > 5 * 24:
                    deducted = points
                elif hours > 0:
                    begun = -(-hours // 24)
                    if name != "teams":
                        spent = min(days_left, begun)
                        days_left -= spent
                        hours, begun = hours - 24 * spent, begun - spent
                    if name == "tiny":
                        deducted = Fraction(MOST * begun, 10)
                    elif name == "teams":
                        deducted = Fraction(MOST * begun, 2)
                    elif hours > 0:
                        deducted = points * Fraction(33 if hours > 30 else 7, 100)
                left = max(points - deducted, Fraction())
                row.append(cents(left))
                total += weight * left / MOST
            rows[id] = [*row, cents(100 * total / Fraction(9, 2))]
        return rows


def cents(value):
    return int(value * 100 + Fraction(1, 2))


def grade(root):
    settings = Settings(0, worker=FakeWorker, reader=FakeReader)
    with ThisProcess(1) as cluster:
        Batch(root, "tiny", settings).grade(cluster)


def final(root):
    settled = settle(root, lambda: configured(root))
    made = table(Term(root), settled.scores)
    rows = list(csv.DictReader(io.StringIO(made.text.lstrip("\ufeff"))))
    heads = [f"{name} (of {MOST})" for name in ("large", "teams", "tiny")]
    order = [heads[2], heads[0], heads[1], "total in percent"]
    return {
        row["id"]: [round(float(row[head]) * 100) if row[head] else "" for head in order]
        for row in rows
    }


def mend(root):
    """A test that was wrong, and now passes answers without `half`, too."""
    source = root / "solutions" / "tiny" / "tiny.ipynb"
    source.write_text(source.read_text().replace("assert half(4) == 2", "assert double(2) == 4"))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Graded once, whole; and the class."""
    root = tiny_course(tmp_path_factory.mktemp("term"))
    for name in NAMES[1:]:
        another(root, name)
    klass = Class(root)
    for name, points in klass.graded.items():  # only in the first one notebooks are run
        give(root, points, name)
    grade(root)
    return root, klass


def test_the_table_is_right_to_the_last_cent_whatever_happens_in_the_term(course, tmp_path):
    root = shutil.copytree(course[0], tmp_path / "course")
    klass = course[1]
    klass.root = root
    found = final(root)
    assert list(found) == [id for id, *_ in people()]  # nobody twice, nobody lost
    assert found == klass.expected({"s06": 3})
    assert found["s07"][:2] == ["", ""] and found["s06"][2] == found["s07"][2] != ""
    before = {path: path.stat().st_mtime_ns for path in (root / "grading/verdicts").rglob("*.json")}

    klass.rules("s06 = 0, s22 = 4, s11 = 2")  # extensions change afterward
    assert final(root) == klass.expected({"s22": 4, "s11": 2})
    klass.rules("s06 = 3")
    assert final(root) == klass.expected({"s06": 3})
    assert before == {path: path.stat().st_mtime_ns for path in before}  # nothing was run

    mend(root)
    grade(root)
    mended = klass.without_half()
    assert final(root) == klass.expected({"s06": 3}, mended)

    with Gradebook(f"sqlite:///{root}/grading/gradebook.db") as book:  # the formgrader agrees
        settled = settle(root, lambda: configured(root))
        for submission in book.assignment_submissions("large"):
            score = settled.scores["large"].of[submission.student.id]
            assert submission.late_submission_penalty == pytest.approx(score.penalty)


class Killed(BaseException):
    """The end of the process, at a moment that nobody chose."""


def test_after_ten_kills_the_table_is_the_same(course, tmp_path, monkeypatch):
    root = shutil.copytree(course[0], tmp_path / "course")
    klass = course[1]
    klass.root = root
    klass.rules("s06 = 0, s22 = 4")
    mend(root)
    for moment in (1, 2, 3, 5, 9, 20, 40, 70, 90, 100):
        with monkeypatch.context() as patch:
            steps = count(1)

            def step(real, steps=steps, moment=moment):
                def stops(*args, **kwargs):
                    if next(steps) == moment:
                        raise Killed
                    return real(*args, **kwargs)

                return stops

            for module, name in (
                (batch, "write_record"),
                (batch, "write_whole"),
                (late, "write_whole"),
                (late, "write_standing"),
                (late, "read_scores"),
                (scores, "bindparam"),
            ):
                patch.setattr(module, name, step(getattr(module, name)))
            try:
                grade(root)
            except Killed:
                continue
    grade(root)
    mended = klass.without_half()
    assert final(root) == klass.expected({"s22": 4}, mended)
    for name in NAMES:
        for folder, score in settle(root, lambda: configured(root)).scores[name].of.items():
            page = (root / "grading/feedback" / folder / name / f"{name}.html").read_text()
            assert f"(Score: {round(score.final, 2)} / {MOST}.0)" in page, (name, folder)
