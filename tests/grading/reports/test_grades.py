"""grading/grades.csv: one table that stays, for people with spreadsheets."""

import csv

import pytest
from graded import another, came, give
from tiny_course import tiny_course

from cnncourse.grading.gradebook.late import settle
from cnncourse.grading.gradebook.plugin import configured
from cnncourse.grading.reports.grades import write_grades
from cnncourse.grading.running.batch import Result

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def rows(root):
    text = (root / "grading" / "grades.csv").read_text("utf-8-sig").splitlines(keepends=True)
    return {(row["assignment"], row["student"]): row for row in csv.DictReader(text)}


def test_all_assignments_are_there_whatever_was_graded_last(tmp_path):
    root = tiny_course(tmp_path)
    another(root, "large")
    give(root, {"ada": 3, "Jörg-Müller_7": 1})
    give(root, {"ada": 2}, "large")
    give(root, {"bob": 0}, "large", verdict="grader error")
    came(root, "ada", "nbgrader", "ada", assignment="large", time="2026-11-16T12:00:01+00:00")
    (root / "course.toml").write_text(
        "[assignments.large]\ndue = 2026-11-16T12:00:00Z\nlate = { percent_per_day = 10 }\n"
    )
    settle(root, lambda: configured(root))
    write_grades(root, [Result("tiny", "ada", "ok", 3.0, 11.0, "now", {"hidden": 3.0})])
    found = rows(root)
    assert list(found) == [
        ("large", "ada"),
        ("large", "bob"),
        ("tiny", "Jörg-Müller_7"),
        ("tiny", "ada"),
    ]
    assert float(found["large", "ada"]["points"]) == pytest.approx(0.9)
    assert found["large", "bob"]["verdict"] == "grader error"
    assert found["tiny", "ada"]["message"] == "now" and found["tiny", "ada"]["hidden"] == "3.0"
    assert found["tiny", "Jörg-Müller_7"]["hidden"] == "1.0"
    assert (root / "grading" / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_it_is_no_program_for_a_spreadsheet(tmp_path):
    result = Result("tiny", "=cmd()", "wrong", 2.0, 11.0, " +1 and\na line", {"half": 0.0})
    write_grades(tmp_path, [result])
    (row,) = rows(tmp_path).values()
    assert (row["student"], row["message"], row["half"]) == ("'=cmd()", "' +1 and\na line", "0.0")
