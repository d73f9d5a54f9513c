"""course.toml: what it says is what counts, and every error names key, value and what was expected."""

from datetime import UTC, datetime

import pytest

from cnncourse.course import CourseError
from cnncourse.grading.term.late import deadline
from cnncourse.grading.term.rules import Late, Rules, Step, read_rules

KNOWN = ("tiny", "large")
WHOLE = """
zone = "Europe/Rome"
grace_days = 3
extensions = { students = { "4711" = 1 } }

[assignments.tiny]
due = 2026-11-16 23:59:00
cut_off = "2026-11-23 23:59"
late = { percent_per_day = 10, of = "points", at_most = 50 }
weight = 2
grace = false
groups = "team"
canvas = 123
extensions = { students = { "4711" = 2.5 }, sections = { "B" = 1 } }

[assignments.large]
due = 2026-12-01T12:00:00-05:00
zone = "UTC"
late = { steps = [{ after_hours = 0, percent = 10 }, { after_hours = 48, percent = 50 }] }
"""


def rules(tmp_path, text):
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    return read_rules(tmp_path, KNOWN)


def test_without_a_file_there_are_no_rules(tmp_path):
    assert read_rules(tmp_path, KNOWN) == Rules()


def test_all_that_can_be_said_is_read(tmp_path):
    found = rules(tmp_path, WHOLE)
    tiny, large = found.assignments["tiny"], found.assignments["large"]
    assert tiny.due.isoformat() == "2026-11-16T23:59:00+01:00"
    assert tiny.cut_off.isoformat() == "2026-11-23T23:59:00+01:00"
    assert tiny.late == Late(10, (), "points", 50)
    assert (tiny.weight, tiny.grace, tiny.groups, tiny.canvas) == (2, False, "team", "123")
    assert tiny.extensions.students == {"4711": 2.5} and tiny.extensions.sections == {"B": 1}
    assert found.extensions.students == {"4711": 1} and found.grace_days == 3
    assert large.due.astimezone(UTC) == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert large.late.steps == (Step(0, 10), Step(48, 50)) and large.weight == 1


DUE = 'zone = "Europe/Rome"\n[assignments.tiny]\ndue = 2026-11-16 23:59:00\n'


@pytest.mark.parametrize(
    "text, said",
    [
        ("zone = 3", "zone is 3; expected a time zone's name such as Europe/Rome"),
        ('zone = "Mars/Base"', 'zone is "Mars/Base"; expected a time zone'),
        ('zone = "../etc"', "expected a time zone"),
        ("days = 3", "days is 3; expected no such key but zone, grace_days"),
        ("grace_days = -1", "grace_days is -1; expected a number from 0 to 366"),
        ("grace_days = true", "grace_days is true; expected a number"),
        ("grace_days = nan", "grace_days is nan; expected a number"),
        ("[assignments.tny]", "assignments.tny is {}; expected an assignment: tiny, large"),
        ("assignments = 1", "assignments is 1; expected a table"),
        ("[assignments.tiny]\ndue = 2026-11-16", "due is 2026-11-16; expected a day and a time"),
        ('[assignments.tiny]\ndue = "soon"', 'assignments.tiny.due is "soon"; expected a day'),
        ("[assignments.tiny]\ndue = 2026-11-16 23:59:00", "expected a zone for it"),
        ("[assignments.tiny]\nlate = { percent_per_day = 5 }", "expected assignments.tiny.due"),
        (DUE.replace("11-16 23:59", "03-29 02:30"), "this time does not come"),
        (DUE.replace("11-16 23:59", "10-25 02:30"), "this time comes twice"),
        (DUE + "cut_off = 2026-11-15 23:59:00", "expected no time before due"),
        (DUE + 'late = "zero"', 'late is "zero"; expected "none", { percent_per_day'),
        (DUE + "late = { percent_per_day = 101 }", "percent_per_day is 101; expected a number"),
        (DUE + "late = { percent_per_day = 1, steps = [] }", 'expected "none"'),
        (DUE + "late = { steps = [] }", "late.steps is []; expected a list such as"),
        (DUE + "late = { steps = [{ percent = 1 }] }", "steps[1] is {'percent': 1}; expected aft"),
        (
            DUE + "late = { steps = [{ after_hours = 2, percent = 1 }, "
            "{ after_hours = 2, percent = 5 }] }",
            "late.steps[2].after_hours is 2; expected more than the 2 before it",
        ),
        (
            DUE + 'late = { percent_per_day = 1, of = "all" }',
            'late.of is "all"; expected "maximum"',
        ),
        (DUE + 'weight = "2"', 'assignments.tiny.weight is "2"; expected a number'),
        (DUE + "groups = 3", "groups is 3; expected true, false or the name of a column"),
        (DUE + "canvas = 1.5", "canvas is 1.5; expected a column's title"),
        (
            DUE + "extensions = { ada = 3 }",
            "extensions.ada is 3; expected no such key but students",
        ),
        (
            DUE + 'extensions = { students = { ada = "3" } }',
            'assignments.tiny.extensions.students.ada is "3"; expected a number',
        ),
        ("zone = ", "is no TOML"),
    ],
)
def test_an_error_names_the_key_the_value_and_what_was_expected(tmp_path, text, said):
    with pytest.raises(CourseError) as error:
        rules(tmp_path, text)
    assert said in str(error.value) and "course.toml" in str(error.value)


def test_an_extension_moves_the_day_and_keeps_the_time_of_day(tmp_path):
    """Clocks go back in between: three days are 73 hours."""
    text = DUE.replace("11-16", "10-23") + "cut_off = 2026-10-24 23:59:00\n"
    rule = rules(tmp_path, text).assignments["tiny"]
    found = deadline(rule, 3)
    assert found.end == datetime(2026, 10, 26, 22, 59) and found.due == datetime(
        2026, 10, 23, 21, 59
    )
    assert found.cut_off == datetime(2026, 10, 27, 22, 59)
    assert deadline(rule, 0).extension is None
