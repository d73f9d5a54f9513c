"""Grading end to end: what a submission gets, and that a bad one harms neither itself nor others.

The mechanics are tried on a tiny assignment without torch; then the real one is graded with the
stored answers, on the stand-in for CIFAR-10, and its reference on real images where there are some.
"""

import csv
import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from answers import COURSE, hand_in, read, reference_answer, stored_answer, submission
from cnncourse.grading import __main__ as command
from cnncourse.grading.batch import Batch

LENET = "lenet_cifar10"

# nbgrader 0.9 with SQLAlchemy 2: a notice about its own queries.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def new_course(root, *sources):
    shutil.copy(COURSE / "nbgrader_config.py", root)
    for source in sources:
        shutil.copytree(COURSE / "solutions" / source, root / "solutions" / source)
    return root


# A tiny assignment: `double` for 2 points, `half` for 3, its hidden test for 4.

def cell(name, source, points=None, solution=False):
    nbgrader = dict(grade_id=name, schema_version=3, grade=points is not None, solution=solution,
                    locked=points is not None, task=False)
    if points is not None:
        nbgrader["points"] = points
    return new_code_cell(source, id=name, metadata={"nbgrader": nbgrader})


def tiny(answer, **changes):
    """A submission with `answer` as its solution; changes: {cell id: a function of the cell}."""
    notebook = new_notebook(cells=[
        cell("solution", answer, solution=True),
        cell("double", "# 2 points: double\nassert double(4) == 8", 2),
        cell("half", "# 3 points: half\nassert half(4) == 2", 3),
        cell("hidden", "# 4 points: half of odd numbers\n### BEGIN HIDDEN TESTS\n"
                       "the_hidden_number = 7\nassert half(the_hidden_number) == 3.5, 'odd'\n"
                       "### END HIDDEN TESTS", 4)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3",
                                 "language": "python"}})
    for name, change in changes.items():
        change(next(c for c in notebook.cells if c.id == name))
    return notebook


RIGHT = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2"
NO_HALF = "def double(x):\n    return 2 * x"

# student: (notebook, verdict, points)
TINY = {
    "right": (tiny(RIGHT), "graded", 9),
    "partly": (tiny(NO_HALF), "graded", 2),
    "only-visible": (tiny(RIGHT.replace("/", "//")), "graded", 5),
    "warns": (tiny("import sys, warnings\n" + RIGHT.replace(
        "return x", "warnings.warn('careful')\n    print('!', file=sys.stderr)\n    return x")),
        "graded", 9),
    "crashes": (tiny("import os\n" + RIGHT.replace("return x", "os.abort()\n    return x")),
                "crashed", 2),
    "endless": (tiny(RIGHT.replace("return x", "while x == 4: pass\n    return x")),
                "time limit", 6),
    "stubborn": (tiny("from signal import *\n" + RIGHT.replace(
        "return x", "signal(SIGINT, SIG_IGN)\n    while True: pass\n    return x")),
        "time limit", 2),
    "tests-changed": (tiny(NO_HALF, half=lambda c: c.update(source="pass")), "graded", 2),
    "tests-skipped": (tiny(NO_HALF, half=lambda c: c.metadata.update(tags=["skip-execution"])),
                      "graded", 2),
    "text": ("this is no notebook", "unreadable", 0),
    "empty": ("", "unreadable", 0),
    "list": ("[1, 2]", "unreadable", 0),
    "other-json": ('{"nbformat": 4, "nbformat_minor": 5}', "unreadable", 0),
    "future": ('{"nbformat": 9, "nbformat_minor": 0, "cells": [], "metadata": {}}',
               "unreadable", 0),
    "another-notebook": (new_notebook(cells=[new_code_cell("1 + 1")]), "unreadable", 0),
}


@pytest.fixture(scope="module")
def tiny_course(tmp_path_factory):
    root = new_course(tmp_path_factory.mktemp("course"))
    source = root / "solutions" / "tiny" / "tiny.ipynb"
    source.parent.mkdir(parents=True)
    notebook = tiny("### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION")
    source.write_text(nbformat.writes(notebook))
    for student, (answer, _, _) in TINY.items():
        hand_in(root, student, "tiny", answer)
    (root / "grading" / "submitted" / "nothing" / "tiny").mkdir(parents=True)
    assert command.main(["tiny", "--root", str(root), "--timeout", "5"]) == 0
    return root


@pytest.fixture(scope="module")
def grades(tiny_course):
    with open(tiny_course / "grading" / "grades.csv", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("student", TINY)
def test_each_submission_gets_its_own_verdict_and_points(grades, student):
    _, verdict, points = TINY[student]
    row = grades[student]
    assert (row["verdict"], float(row["points"])) == (verdict, points), row["message"]
    assert row["max_points"] == "9.0"


def test_a_missing_notebook_has_a_row_of_its_own(grades):
    assert grades["nothing"]["verdict"] == "missing"
    assert set(grades) == {*TINY, "nothing"}


def test_a_row_says_the_points_of_each_test_and_why_some_were_lost(grades):
    row = grades["only-visible"]
    assert (row["double"], row["half"], row["hidden"]) == ("2.0", "3.0", "0.0")
    assert row["message"] == "hidden: odd"
    assert grades["right"]["message"] == "every test passed"


def test_feedback_shows_the_message_of_a_hidden_test_but_not_its_source(tiny_course, grades):
    for student in ("only-visible", "partly", "crashes"):
        folder = tiny_course / "grading" / "feedback" / student / "tiny"
        page = (folder / "tiny.html").read_text()
        assert "the_hidden_number" not in page
        assert "3.5" not in page
    page = (tiny_course / "grading/feedback/only-visible/tiny/tiny.html").read_text()
    assert "odd" in page


def records(root):
    return {path.stem: path.stat().st_mtime_ns
            for path in (root / "grading" / "verdicts" / "tiny").glob("*.json")}


def test_a_second_run_grades_only_what_changed_and_what_was_interrupted(tiny_course, grades):
    before = records(tiny_course)
    hand_in(tiny_course, "partly", "tiny", tiny(RIGHT))
    # What a run leaves behind that was killed while grading: no record, half a result.
    (tiny_course / "grading/verdicts/tiny/right.json").unlink()
    (tiny_course / "grading/autograded/right/tiny/tiny.ipynb").unlink()
    batch = Batch(tiny_course, "tiny", timeout=5)
    results = {student: batch.grade(student) for student in batch.students()}
    after = records(tiny_course)
    assert {name for name in after if after[name] != before[name]} == {"partly", "right"}
    assert (results["partly"].points, results["right"].points) == (9, 9)
    assert results["only-visible"].message == "hidden: odd"


def test_an_interrupted_submission_leaves_no_record(tiny_course, grades, monkeypatch):
    batch = Batch(tiny_course, "tiny", timeout=5)
    monkeypatch.setattr(batch.api, "autograde", lambda *args, **kwargs: {
        "success": False, "error": "Traceback …\nKeyboardInterrupt\n"})
    hand_in(tiny_course, "interrupted", "tiny", tiny(RIGHT))
    with pytest.raises(KeyboardInterrupt):
        batch.grade("interrupted")
    assert "interrupted" not in records(tiny_course)


def test_a_file_that_became_unreadable_keeps_no_earlier_grade(tiny_course, grades):
    hand_in(tiny_course, "warns", "tiny", "{")
    batch = Batch(tiny_course, "tiny", timeout=5)
    assert batch.grade("warns").points == 0
    assert not (tiny_course / "grading/feedback/warns/tiny").exists()
    with batch.api.gradebook as gradebook:
        assert "warns" not in [s.student.id for s in gradebook.assignment_submissions("tiny")]


def test_an_unknown_assignment_is_named(tiny_course, capsys):
    with pytest.raises(SystemExit):
        command.main(["tiny_", "--root", str(tiny_course)])
    assert "no assignment tiny_ in solutions/; there are: tiny" in capsys.readouterr().err


# The real assignment, on the stand-in.

NETWORK = {"network-shape": 2, "network-log-probabilities": 1, "network-convolutional": 2}
TRAIN = {"train-losses": 2, "train-learns": 2, "train-repeatable": 2}
PREDICT = {"predict-labels": 2, "predict-evaluation": 2}
ACCURACY = {"accuracy-above-linear": 2, "accuracy-good": 2, "accuracy-very-good": 1}
ALL = {**NETWORK, **TRAIN, **PREDICT, **ACCURACY}

# answer: (verdict, the tests that are earned, words of the message)
LENET_ANSWERS = {
    "reference": ("graded", ALL, "every test passed"),
    "noisy": ("graded", ALL, "every test passed"),
    "linear": ("graded", {**ALL, **dict.fromkeys(["network-convolutional", *ACCURACY], 0)},
               "0 convolutional layers"),
    "partly": ("graded", {**NETWORK, "predict-labels": 2}, "train-losses: NotImplementedError"),
    "untouched": ("graded", {}, "network-shape: NotImplementedError"),
    "raises": ("graded", {}, "cnn_helpers_of_my_friend"),
    "crashes": ("crashed", NETWORK, "the Python process died"),
    "endless": ("time limit", NETWORK, "ran too long"),
    "unreadable": ("unreadable", {}, "is not a notebook"),
}


def answer_notebook(name):
    if name == "unreadable":
        return nbformat.writes(read("exercises", LENET))[:-100]
    if name == "untouched":
        return submission(LENET, {})
    if name == "reference":
        return submission(LENET, reference_answer(LENET))
    return submission(LENET, stored_answer(LENET, name))


@pytest.fixture
def one_thread(monkeypatch):
    """Tests run side by side: more threads than cores would wait for one another."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="module")
def lenet_course(tmp_path_factory):
    root = new_course(tmp_path_factory.mktemp("lenet"), LENET)
    for name in LENET_ANSWERS:
        hand_in(root, name, LENET, answer_notebook(name))
    return root


@pytest.mark.parametrize("answer", LENET_ANSWERS)
def test_lenet_answers_get_exactly_the_points_of_what_is_right(
        lenet_course, monkeypatch, one_thread, answer):
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "synthetic")
    verdict, earned, words = LENET_ANSWERS[answer]
    # Long enough to import torch on a busy machine; only one answer has to wait for it.
    batch = Batch(lenet_course, LENET, timeout=30 if answer == "endless" else 300)
    result = batch.grade(answer)
    assert {k: v for k, v in result.tests.items() if v} == {k: v for k, v in earned.items() if v}
    assert (result.verdict, result.points) == (verdict, sum(earned.values())), result.message
    assert words in result.message
    if answer == "reference":
        page = (lenet_course / "grading/feedback/reference" / LENET / f"{LENET}.html").read_text()
        assert "held-out images of: synthetic stand-in" in page
        assert "NotRun" not in page


def test_the_reference_gets_full_points_on_real_images(tmp_path, monkeypatch, one_thread):
    if not (COURSE / "data" / "cifar10").is_dir():
        pytest.skip("no real CIFAR-10 images in data/cifar10")
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "folder")
    monkeypatch.setenv("CNNCOURSE_DATA", str(COURSE / "data"))
    root = new_course(tmp_path, LENET)
    hand_in(root, "reference", LENET, answer_notebook("reference"))
    result = Batch(root, LENET, timeout=900).grade("reference")
    assert (result.verdict, result.points) == ("graded", 20), result.message
    stored = json.loads((root / "grading/verdicts" / LENET / "reference.json").read_text())
    assert stored["points"] == 20


def test_points_given_by_hand_count_from_then_on(tmp_path):
    root = new_course(tmp_path)
    notebook = tiny("### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION")
    nbgrader = dict(grade_id="why", schema_version=3, grade=True, solution=True, locked=False,
                    task=False, points=2)
    notebook.cells.append(new_markdown_cell("Because …", id="why", metadata={"nbgrader": nbgrader}))
    source = root / "solutions" / "tiny" / "tiny.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(nbformat.writes(notebook))
    for student, words in (("ada", "Because it is so."), ("bob", "YOUR ANSWER HERE")):
        notebook.cells[0].source, notebook.cells[-1].source = RIGHT, words
        hand_in(root, student, "tiny", notebook)

    batch = Batch(root, "tiny", timeout=60)
    bob, ada = batch.grade("bob"), batch.grade("ada")
    assert (bob.points, bob.max_points, bob.message) == (9, 11, "every test passed")
    assert ada.points == 9 and ada.message.startswith("every test passed; 2 points wait")

    with Gradebook(batch.api.coursedir.db_url) as gradebook:
        grade = gradebook.find_grade("why", "tiny", "tiny", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    ada = batch.grade("ada")
    assert (ada.points, ada.tests["why"], ada.message) == (10.5, 1.5, "every test passed")
