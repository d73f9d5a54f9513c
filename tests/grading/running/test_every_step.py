"""An error at any step of one submission is that submission's: no other one notices."""

import csv
import json

import pytest
from answers import hand_in
from tiny_course import FakeReader, FakeWorker, ThisProcess, grade, tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

from cnncourse.grading.gradebook import book, feedback
from cnncourse.grading.gradebook.book import Book
from cnncourse.grading.intake import notebooks
from cnncourse.grading.records import Record, read_record
from cnncourse.grading.running import batch, jobs, reading

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

BOB = "the work of bob"
BEFORE = [  # nothing was examined
    (batch, "read_submission"),
    (batch, "read_record"),
    (jobs, "job"),
    (jobs, "content_key"),
    (jobs, "read"),
    (reading, "parse"),
    (notebooks, "rebuild"),
    (notebooks, "unanswered"),
    (FakeWorker, "examine"),
    (Book, "entry"),
]
PAGES = [(notebooks, "annotate"), (feedback, "render")]
AFTER = [  # it was
    (batch, "write_record"),
    (batch, "timestamp"),
    (batch, "write_whole"),
    (Book, "write"),
    (book, "auto_score"),
]


@pytest.fixture
def course(tmp_path):
    root = tiny_course(tmp_path)
    for student, answer in (("ada", RIGHT), ("bob", f"# {BOB}\n{NO_HALF}"), ("cyd", RIGHT)):
        hand_in(root, student, "tiny", tiny(answer))
    return root


def breaks(monkeypatch, where, name):
    """The function fails, whenever something of bob's is among its arguments."""
    real = getattr(where, name)

    def broken(*args, **kwargs):
        if any("bob" in str(argument) for argument in (*args, *kwargs.values())):
            raise AssertionError(f"{name} is broken")
        return real(*args, **kwargs)

    monkeypatch.setattr(where, name, broken)


def page(root, student="bob"):
    return (root / "grading" / "feedback" / student / "tiny" / "tiny.html").read_text()


@pytest.mark.parametrize("where, name", BEFORE + AFTER + PAGES, ids=lambda value: str(value))
def test_an_error_at_one_step_is_one_submissions_and_is_made_good_by_the_next_run(
    course, monkeypatch, where, name
):
    with monkeypatch.context() as patch:
        breaks(patch, where, name)
        results = grade(course)
    assert list(results) == ["ada", "bob", "cyd"]
    assert results["ada"].points == results["cyd"].points == 9
    assert not results["ada"].failed and not results["cyd"].failed
    if (where, name) not in [(notebooks, "unanswered"), (batch, "timestamp")]:
        assert f"{name} is broken" in results["bob"].message
    assert grade(course)["bob"].points == 2


@pytest.mark.parametrize("where, name", PAGES)
def test_a_page_that_cannot_be_made_costs_no_points_and_is_a_plain_one(
    course, monkeypatch, where, name
):
    breaks(monkeypatch, where, name)
    bob = grade(course)["bob"]
    assert (bob.verdict, bob.points, bob.failed) == ("wrong", 2, False)
    assert f"{name} is broken" in page(course) and "Verdict: wrong" in page(course)
    assert (
        "return 2 * x" not in page(course)
        and "return 2 * x" in page(course, "ada").replace("</span>", "") + "return 2 * x"
    )
    assert "the_hidden_number" not in page(course)
    notebook = course / "grading" / "autograded" / "bob" / "tiny" / "tiny.ipynb"
    assert "Verdict: wrong" in "".join(json.loads(notebook.read_text())["cells"][0]["source"])


@pytest.mark.parametrize("where, name", [(FakeWorker, "examine"), (Book, "write")])
def test_by_force_an_earlier_verdict_is_never_replaced_by_a_grader_error(
    course, monkeypatch, where, name
):
    before, shown = grade(course)["bob"], page(course)
    record = course / "grading" / "verdicts" / "tiny" / "bob.json"
    breaks(monkeypatch, where, name)
    bob = grade(course, force=True)["bob"]
    assert (bob.verdict, bob.points, bob.tests) == (before.verdict, 2, before.tests)
    assert bob.failed and f"{name} is broken" in bob.message and "stands" in bob.message
    assert read_record(record).verdict == "wrong" and page(course) == shown


def test_what_an_error_left_half_written_in_the_gradebook_is_not_kept(course, monkeypatch):
    real = book.auto_score

    def half(record, name, most, tests):
        if record.student == "bob" and name == "hidden":
            raise OSError("gone")
        return real(record, name, most, tests)

    with monkeypatch.context() as patch:
        patch.setattr(book, "auto_score", half)
        results = grade(course)
    assert results["cyd"].points == 9 and results["bob"].failed
    assert results["bob"].tests == {} or not any(results["bob"].tests.values())
    assert grade(course)["bob"].points == 2


def test_a_plain_page_runs_nothing():
    record = Record("tiny", "<b>", "wrong", "<script>", {"<i>": 1.0}, {"<i>": "<img>"})
    done = jobs.plainly(record, ValueError("<a href='javascript:1'>"))
    for tag in ("<script", "<img", "<a ", "<i>", "<b>"):
        assert tag not in done.page


# A run that stops


class Stops(FakeWorker):
    """Ctrl-C at bob's."""

    def examine(self, source, submission, files, seed):
        if BOB in str(submission):
            raise jobs.UnfitWorker("no sandbox here")
        return super().examine(source, submission, files, seed)


def test_a_run_that_stops_writes_its_table_and_keeps_what_stood(course, monkeypatch, capsys):
    from cnncourse import __main__ as command
    from cnncourse.grading.commands import grading as program
    from cnncourse.grading.running.settings import Settings

    monkeypatch.setattr(program, "Cluster", lambda *_: ThisProcess(1))
    monkeypatch.setattr(
        Settings, "of_course", lambda *_: Settings(0, worker=FakeWorker, reader=FakeReader)
    )
    options = ["grade", "tiny", "--root", str(course), "--unsafe-no-sandbox"]
    assert command.main(options) == 0
    monkeypatch.setattr(
        Settings, "of_course", lambda *_: Settings(0, worker=Stops, reader=FakeReader)
    )
    assert command.main([*options, "--force"]) == 2
    assert "no sandbox here" in capsys.readouterr().err
    with open(course / "grading" / "grades.csv", newline="") as file:
        points = {row["student"]: row["points"] for row in csv.DictReader(file)}
    assert points == {"ada": "9.0", "bob": "2.0", "cyd": "9.0"}
