"""A term of 1,000 students and eight assignments: grades back to Moodle, the table, a changed rule.

The gradebook is filled without grading; pages have the size of real ones. One assignment has
submissions and stored verdicts as well, so that `cnncourse grade` finds everything done. What is
timed are whole commands, their start included.
"""

import os
import shutil
import sqlite3
import tempfile
import uuid
from pathlib import Path
from unittest.mock import patch

import nbformat

from benchmarks.grading import COURSE, environment, timed
from benchmarks.measure import row
from cnncourse.course import grade_id, is_test
from cnncourse.grading.gradebook.course import open_course, run
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.folders import read_submission
from cnncourse.grading.records import Record, write_record
from cnncourse.grading.running import jobs
from cnncourse.grading.running.settings import Settings, course_secret

STUDENTS, ASSIGNMENTS, ROUNDS = 1000, 8, 3
PAGE = "<style>{filler}</style><h4>{name} (Score: 18.0 / 20.0)</h4><ol>\n</ol><p>{student}</p>"
FILLER = Path(COURSE / "pyproject.toml").read_text() * 20  # text, as a page's style is
RULES = """zone = "UTC"
[assignments.{name}]
due = 2026-11-16 12:00:00
late = {{ percent_per_day = {percent} }}
"""


def rows():
    replayed = "a changed rule, by cnncourse grade"
    times = {"return --moodle": [], "return --csv": [], "a changed rule": [], replayed: []}
    with tempfile.TemporaryDirectory(dir=COURSE / "_build") as folder:
        root = Path(folder)
        names = course(root)
        sheet = root / "sheet.csv"
        sheet.write_text(worksheet(), encoding="utf-8-sig")
        command = ("cnncourse", "return")
        for number in range(ROUNDS):
            rules = (RULES.format(name=name, percent=5 + number) for name in names[:1])
            (root / "course.toml").write_text("".join(rules))
            times["a changed rule"].append(timed(root, *command, "--csv"))
            arguments = (*command, names[1], "--moodle", str(sheet))
            times["return --moodle"].append(timed(root, *arguments))
            times["return --csv"].append(timed(root, *command, "--csv"))
            (root / "course.toml").write_text(RULES.format(name=names[0], percent=15 + number))
            known = verdicts(root)
            times[replayed].append(timed(root, "cnncourse", "grade", names[0]))
            if verdicts(root) != known:
                raise RuntimeError("cnncourse grade did not find everything done")
    group = f"{STUDENTS:,} students, {ASSIGNMENTS} assignments"
    return [row(group, name, times, "s", lambda seconds: seconds) for name in times]


def verdicts(root):
    """When each was written."""
    found = (root / "grading" / "verdicts").rglob("*.json")
    return {path: path.stat().st_mtime_ns for path in found}


def course(root):
    """A course's folder with everybody's points, pages and names; its assignments."""
    shutil.copy(COURSE / "nbgrader_config.py", root)
    source = COURSE / "solutions" / "dropout" / "dropout.ipynb"
    names = [f"assignment{number}" for number in range(ASSIGNMENTS)]
    for name in names:
        place = root / "solutions" / name / f"{name}.ipynb"
        place.parent.mkdir(parents=True)
        shutil.copy(source, place)
        api = open_course(root, release_directory=str(root / "grading" / "release"))
        run(api.generate_assignment, name)
    with sqlite3.connect(root / "grading" / "gradebook.db") as book:
        fill(book, names)
    for name in names:
        for number in range(STUDENTS):
            page = root / "grading" / "feedback" / f"s{number}" / name / f"{name}.html"
            page.parent.mkdir(parents=True)
            page.write_text(PAGE.format(filler=FILLER, name=name, student=number))
    hand_in(root, names[0])
    lines = [f"s{number},Person {number},s{number}@example.org" for number in range(STUDENTS)]
    (root / "students.csv").write_text("\n".join(["id,name,email", *lines]) + "\n")
    return names


def hand_in(root, name):
    """Everybody's submission of an assignment, with the verdict that all of it is right."""
    with patch.dict(os.environ, environment()):  # on which it depends which data sets there are
        settings = Settings.of_course(root, course_secret(root / "grading"))
    assignment = read_assignment(root, name)
    tests = filter(is_test, nbformat.reads(assignment.source, as_version=4).cells)
    points = {grade_id(cell): cell.metadata.nbgrader.points for cell in tests}
    for number in range(STUDENTS):
        student = f"s{number}"
        place = root / "grading" / "submitted" / student / name / f"{name}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(assignment.skeleton)
        submission = read_submission(root / "grading" / "submitted", student, name)
        key = jobs.job(assignment, submission, settings).key
        record = Record(name, student, "ok", "every test passed", points=points, key=key)
        write_record(record, root / "grading" / "verdicts" / name / f"{student}.json")
        page = root / "grading" / "feedback" / student / name / f"{name}.html"
        os.utime(page)  # made after the verdict, as the notebook is
        notebook = root / "grading" / "autograded" / student / name / f"{name}.ipynb"
        notebook.parent.mkdir(parents=True)
        notebook.write_text(assignment.skeleton)


def fill(book, names):
    """Points for all of everybody's tests, each two days late."""
    new = lambda: uuid.uuid4().hex  # noqa: E731
    book.executemany("INSERT INTO student (id) VALUES (?)", [(f"s{n}",) for n in range(STUDENTS)])
    for name in names:
        ((assignment,),) = book.execute("SELECT id FROM assignment WHERE name = ?", (name,))
        ((notebook,),) = book.execute(
            "SELECT id FROM notebook WHERE assignment_id = ?", (assignment,)
        )
        cells = book.execute(
            "SELECT c.id, c.max_score FROM grade_cells c JOIN base_cell b ON b.id = c.id "
            "WHERE b.notebook_id = ?",
            (notebook,),
        ).fetchall()
        for number in range(STUDENTS):
            submission, submitted = new(), new()
            book.execute(
                "INSERT INTO submitted_assignment VALUES (?, ?, ?, ?, NULL)",
                (submission, assignment, f"s{number}", "2026-11-18 12:00:00.000000"),
            )
            book.execute(
                "INSERT INTO submitted_notebook VALUES (?, ?, ?, 0, NULL)",
                (submitted, submission, notebook),
            )
            book.executemany(
                "INSERT INTO grade VALUES (?, ?, ?, ?, NULL, NULL, 0)",
                [(new(), submitted, cell, most) for cell, most in cells],
            )


def worksheet():
    head = (
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade)"
    )
    lines = [
        f"Participant {5000 + n},Person {n},s{n}@example.org,Submitted,,20.00,Yes,-,-"
        for n in range(STUDENTS)
    ]
    return "\n".join([head, *lines]) + "\n"
