"""Lateness in nbgrader's gradebook: whatever it depends on is set anew in each run, both ways."""

import shutil
from datetime import datetime, timedelta

import pytest
from graded import another, came, give
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from tiny_course import tiny_course

from cnncourse import __main__ as command
from cnncourse.grading.gradebook.course import open_course
from cnncourse.grading.gradebook.late import settle
from cnncourse.grading.gradebook.plugin import configured

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
# The assignments have 11 points; each submission here has 4 before being late.
DAILY = (
    'zone = "UTC"\n[assignments.tiny]\ndue = 2026-11-16 12:00:00\nlate = { percent_per_day = 10 }\n'
)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = tiny_course(tmp_path_factory.mktemp("course"))
    another(root, "large")
    for name in ("tiny", "large"):
        give(root, {"ada": 4, "bob": 4}, name)
        came(root, "ada", "nbgrader", "ada", assignment=name, time="2026-11-16T11:00:00+00:00")
        came(root, "bob", "nbgrader", "bob", assignment=name, time="2026-11-18T11:00:00+00:00")
    return root


@pytest.fixture
def course(template, tmp_path):
    return shutil.copytree(template, tmp_path / "course")


def final(root, rules=None, name="tiny"):
    """What bob and ada have after the next run, as nbgrader and their pages have it, too."""
    if rules is not None:
        (root / "course.toml").write_text(rules)
    settled = settle(root, lambda: configured(root))
    with Gradebook(f"sqlite:///{root}/grading/gradebook.db") as book:
        found = {}
        for student in ("ada", "bob"):
            submission = book.find_submission(name, student)
            penalty = submission.late_submission_penalty
            found[student] = pytest.approx(submission.score - penalty)
            page = (root / f"grading/feedback/{student}/{name}/{name}.html").read_text()
            left = round(submission.score - penalty, 2)
            assert f"{name} (Score: {left} / 11.0)" in page
            assert ("late-penalty" in page) == (penalty > 0)
    assert {s: settled.scores[name].of[s].final for s in found} == found
    return {student: settled.scores[name].of[student].final for student in found}


def test_a_penalty_comes_and_goes_with_the_rule(course):
    assert final(course) == {"ada": 4, "bob": 4}
    assert final(course, DAILY)["bob"] == pytest.approx(4 - 2.2)
    assert final(course, DAILY.replace("10 }", "20 }"))["bob"] == 0
    assert final(course, DAILY.replace("10 }", "5 }"))["bob"] == pytest.approx(4 - 1.1)
    assert final(course, DAILY.replace("11-16", "11-19")) == {"ada": 4, "bob": 4}
    assert final(course, DAILY.replace("11-16", "11-15"))["ada"] == pytest.approx(4 - 1.1)
    assert final(course, DAILY.replace("{ percent_per_day = 10 }", '"none"'))["bob"] == 4
    assert final(course, DAILY + "cut_off = 2026-11-17 12:00:00\n") == {"ada": 4, "bob": 0}
    assert final(course, "") == {"ada": 4, "bob": 4}


def test_extensions_by_student_section_and_list_come_and_go(course):
    def with_days(text):
        return final(course, DAILY + f"extensions = {text}\n")["bob"]

    assert with_days("{ students = { bob = 1 } }") == pytest.approx(4 - 1.1)
    assert with_days("{ students = { bob = 2 } }") == 4
    (course / "students.csv").write_text("id,section,extension_days\nada,A,\nbob,B,1\n")
    assert with_days("{}") == pytest.approx(4 - 1.1)
    assert with_days("{ sections = { B = 2 } }") == 4
    assert with_days("{ sections = { A = 9 }, students = { bob = 1 } }") == pytest.approx(4 - 1.1)
    (course / "students.csv").unlink()
    assert with_days("{}") == pytest.approx(4 - 2.2)


def test_days_of_grace_are_shared_over_the_term_and_given_back(course):
    large = DAILY.partition("\n")[2].replace("tiny", "large").replace("11-16", "11-17")
    both = f"grace_days = 2\n{DAILY}\n{large}"
    assert final(course, both)["bob"] == 4 and final(course, name="large")["bob"] == (
        pytest.approx(4 - 1.1)
    )
    earlier = both.replace("late = { percent_per_day = 10 }\n", "grace = false\n", 1)
    assert final(course, earlier, "large")["bob"] == 4
    assert final(course, both.replace("grace_days = 2", "grace_days = 3"), "large")["bob"] == 4
    assert final(course, both, "large")["bob"] == pytest.approx(4 - 1.1)


def test_one_persons_grace_counts_over_folders_of_several_names(course):
    """Moodle's bob handed in `tiny`, Canvas's `large`: the class list says that they are one."""
    give(course, {"Bob-Ross_13": 4})
    came(course, "Bob-Ross_13", "moodle", 13, "Bob Ross", time="2026-11-18T11:00:00+00:00")
    (course / "students.csv").write_text("id,name,moodle tiny\nada,Ada,\nbob,Bob Ross,13\n")
    large = DAILY.partition("\n")[2].replace("tiny", "large").replace("11-16", "11-17")
    final(course, f"grace_days = 2\n{DAILY}\n{large}", "large")
    settled = settle(course, lambda: configured(course))
    assert settled.scores["large"].of["bob"].penalty == pytest.approx(1.1)


def test_what_was_handed_in_again_spends_no_grace_for_the_first_time(course):
    """A day late in one folder, two days in the one that counts: two are spent of three."""
    give(course, {"Bob-Ross_13": 4})
    came(course, "Bob-Ross_13", "moodle", 13, "Bob Ross", time="2026-11-17T11:00:00+00:00")
    (course / "students.csv").write_text("id,name,moodle tiny\nada,Ada,\nbob,Bob Ross,13\n")
    large = DAILY.partition("\n")[2].replace("tiny", "large").replace("11-16", "11-17")
    assert final(course, f"grace_days = 3\n{DAILY}\n{large}", "large")["bob"] == 4


def test_sections_whose_names_hold_what_joins_them(course):
    rules = DAILY + 'extensions = { sections = { "Mon, 10:00" = 2, "Analisi e Calcolo" = 1 } }\n'
    for section, points in (
        ("Mon, 10:00 and Tue, 9:00", 4),
        ("Analisi e Calcolo, Lab und Mon, 10:00", 4),
        ("Lab e Analisi e Calcolo", 2.9),
        ("Tue, 9:00", 1.8),
    ):
        lines = f'"{section}"\nx,"Mon, 10:00"\ny,Analisi e Calcolo\n'
        (course / "students.csv").write_text(f"id,section\nada,\nbob,{lines}")
        assert final(course, rules)["bob"] == pytest.approx(points)


def test_a_time_that_a_student_wrote_counts_for_nothing(course):
    """What the platform says goes before any file; where it says nothing, nobody is late."""
    came(course, "bob", "moodle", 13, "Bob")
    with Gradebook(f"sqlite:///{course}/grading/gradebook.db") as book:
        book.update_or_create_submission("tiny", "bob", timestamp="2026-01-01 00:00:00 UTC")
    assert final(course, DAILY)["bob"] == 4
    settled = settle(course, lambda: configured(course))
    assert settled.scores["tiny"].of["bob"].timestamp is None
    assert [note[:2] for note in settled.notes] == [("tiny", "bob")]
    assert "nobody says when it came" in settled.notes[0][2]


def test_canvas_says_late_and_not_by_how_much(course):
    came(course, "bob", "canvas", 102, "ross", late=True)
    assert final(course, DAILY)["bob"] == pytest.approx(4 - 1.1)
    assert final(course, DAILY + "extensions = { students = { bob = 1 } }\n")["bob"] == 4
    came(course, "bob", "canvas", 102, "ross", late=False)
    assert final(course, DAILY)["bob"] == 4


def test_moodles_worksheet_says_when(course, capsys):
    came(course, "bob", "moodle", 13, "Bob")
    sheet = course / "sheet.csv"
    head = "ID,Vollständiger Name,Bewertung,Bestwertung,Zuletzt geändert (Abgabe),"
    sheet.write_text(
        f"{head}Zuletzt geändert (Bewertung)\n"
        'Teilnehmer/in13,Bob,,"11,00","Mittwoch, 18. November 2026, 13:00",-\n'
    )
    rules = DAILY.replace("UTC", "Europe/Rome")
    (course / "course.toml").write_text(rules)
    assert command.main(["return", "tiny", "--moodle", str(sheet), "--root", str(course)]) == 1
    made = (course / "grading/return/tiny/sheet.csv").read_text("utf-8-sig")
    assert "Teilnehmer/in13,Bob,0.70" in made  # 4 less three days of 1.1
    assert final(course)["bob"] == pytest.approx(0.7)
    assert "penalt" in capsys.readouterr().out.lower()


def test_nbgraders_own_step_gives_the_same_penalty(course):
    final(course, DAILY)
    config = open_course(course).config
    where = {"notebook": "tiny", "assignment": "tiny", "student": "bob"}
    where["db_url"] = config.CourseDirectory.db_url
    AssignLatePenalties(config=config).preprocess(new_notebook(), {"nbgrader": where})
    with Gradebook(where["db_url"]) as book:
        assert book.find_submission("tiny", "bob").late_submission_penalty == pytest.approx(2.2)


def test_without_rules_nbgraders_due_date_and_method_count_both_ways(course):
    config = course / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(text + "c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(f"sqlite:///{course}/grading/gradebook.db") as book:
        book.update_or_create_assignment("tiny", duedate="2026-11-17 12:00:00 UTC")
        book.find_submission("tiny", "bob").timestamp = datetime(2026, 11, 18)
        book.db.commit()
    assert final(course) == {"ada": 4, "bob": 0}
    with Gradebook(f"sqlite:///{course}/grading/gradebook.db") as book:
        book.find_submission("tiny", "bob").extension = timedelta(days=2)
        book.db.commit()
    assert final(course) == {"ada": 4, "bob": 4}


def test_an_error_in_the_rules_changes_nothing(course, capsys):
    final(course, DAILY)
    (course / "course.toml").write_text(DAILY + "extensions = { students = { eve = 1 } }\n")
    (course / "students.csv").write_text("id\nada\nbob\n")
    assert command.main(["return", "--csv", "--root", str(course)]) == 2
    said = capsys.readouterr().err
    assert 'assignments.tiny.extensions.students has the key "eve"' in said
    assert not (course / "grading/term.csv").exists()
