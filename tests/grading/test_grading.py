"""Grading end to end: what a submission gets, and that nbgrader gives the same.

The mechanics are tried on a tiny assignment without torch; then the real one is graded with the
stored answers, on the stand-in for CIFAR-10, and its reference on real images where there are some.
"""

import copy
import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest
from answers import COURSE, hand_in, read, reference_answer, stored_answer, submission
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.api import Gradebook
from tiny_course import grade, new_course, tiny_course
from tiny_notebook import NO_HALF, RIGHT, TESTS, tiny

from cnncourse import __main__ as command
from cnncourse.data import cifar10
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.worker import Worker
from cnncourse.grading.running.batch import Batch
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.settings import Settings

LENET = "lenet_cifar10"

# nbgrader 0.9 with SQLAlchemy 2: a notice about its own queries.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def changed(answer, change):
    notebook = tiny(answer)
    change(notebook.cells)
    return notebook


# student: (notebook, verdict, points)
TINY = {
    "right": (tiny(RIGHT), "ok", 9),
    "partly": (tiny(NO_HALF), "wrong", 2),
    "only-visible": (tiny(RIGHT.replace("/", "//")), "wrong", 5),
    "warns": (
        tiny(
            "import sys, warnings\n"
            + RIGHT.replace(
                "return x",
                "warnings.warn('careful')\n    print('!', file=sys.stderr)\n    return x",
            )
        ),
        "ok",
        9,
    ),
    "crashes": (
        tiny("import os\n" + RIGHT.replace("return x", "os.abort()\n    return x")),
        "crashed",
        2,
    ),
    "endless": (
        tiny(RIGHT.replace("return x", "while x == 4: pass\n    return x")),
        "time limit",
        None,
    ),
    "marks": (
        changed(
            "# BEGIN HIDDEN TESTS\n" + RIGHT,
            lambda cells: cells.append(new_code_cell("'### BEGIN HIDDEN TESTS'")),
        ),
        "ok",
        9,
    ),
    "tests-changed": (tiny(NO_HALF, half=lambda c: c.update(source="pass")), "wrong", 2),
    "tests-skipped": (
        tiny(NO_HALF, half=lambda c: c.metadata.update(tags=["skip-execution"])),
        "wrong",
        2,
    ),
    "tests-deleted": (changed(NO_HALF, lambda cells: cells.pop(2)), "wrong", 2),
    "tests-renamed": (
        changed(NO_HALF, lambda cells: cells[2].metadata.nbgrader.update(grade_id="other")),
        "wrong",
        2,
    ),
    "duplicated": (changed(RIGHT, lambda cells: cells.append(cells[1])), "ok", 9),
    "tests-as-text": (changed(NO_HALF, lambda cells: cells[2].update(cell_type="raw")), "wrong", 2),
    "metadata-lost": (
        changed(RIGHT, lambda cells: [c.update(metadata={}) for c in cells]),
        "ok",
        9,
    ),
    "text": ("this is no notebook", "unreadable", 0),
    "empty": ("", "unreadable", 0),
    "future": (
        '{"nbformat": 9, "nbformat_minor": 0, "cells": [], "metadata": {}}',
        "unreadable",
        0,
    ),
    "another-notebook": (new_notebook(cells=[new_code_cell("1 + 1")]), "unreadable", 0),
}


@pytest.fixture(scope="module")
def course(sandboxed, tmp_path_factory):
    root = tiny_course(tmp_path_factory.mktemp("course"))
    for student, (answer, _, _) in TINY.items():
        hand_in(root, student, "tiny", answer)
    (root / "grading" / "submitted" / "nothing" / "tiny").mkdir(parents=True)
    link = root / "grading" / "submitted" / "link" / "tiny"
    hand_in(root, "link", "tiny", tiny(RIGHT))
    (link / "stolen.txt").symlink_to(root / "grading" / "gradebook.db")
    assert command.main(["grade", "tiny", "--root", str(root), "--timeout", "3"]) == 0
    return root


@pytest.fixture(scope="module")
def grades(course):
    with open(course / "grading" / "grades.csv", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("student", TINY)
def test_each_submission_gets_its_own_verdict_and_points(grades, student):
    _, verdict, points = TINY[student]
    row = grades[student]
    assert row["verdict"] == verdict, row["message"]
    assert points is None or float(row["points"]) == points, row
    assert (row["max_points"], row["sandboxed"]) == ("11.0", "True")


def test_no_submission_is_lost_and_what_cannot_be_read_says_why(grades):
    assert set(grades) == {*TINY, "nothing", "link"}
    assert "there is no notebook tiny.ipynb" in grades["nothing"]["message"]
    assert (grades["link"]["verdict"], float(grades["link"]["points"])) == ("policy", 0)
    assert "stolen.txt is a link" in grades["link"]["message"]


def test_a_row_says_the_points_of_each_test_and_why_some_were_lost(grades):
    row = grades["only-visible"]
    assert (row["double"], row["half"], row["hidden"]) == ("2.0", "3.0", "0.0")
    assert "hidden" in row["message"] and "odd" in row["message"]
    assert grades["right"]["message"] == "every test passed"


def page(root, student):
    return (root / "grading" / "feedback" / student / "tiny" / "tiny.html").read_text()


@pytest.mark.parametrize("student", ["only-visible", "partly", "crashes", "text", "marks", "right"])
def test_feedback_shows_work_verdict_and_messages_but_no_hidden_test(course, grades, student):
    text = page(course, student)
    assert "the_hidden_number" not in text and "3.5" not in text
    assert f"Verdict: {grades[student]['verdict']}" in text
    assert '<a href="#half">half</a>' in text and "2 points wait to be given by hand" in text
    if student == "only-visible":
        assert "odd" in text and "double" in text and "Score: 5.0 / 11.0" in text


def test_feedback_holds_one_page_and_nothing_that_a_link_points_to(course):
    for folder in (course / "grading" / "feedback").iterdir():
        assert [path.name for path in folder.rglob("*") if not path.is_dir()] == ["tiny.html"]
    assert not [p for p in (course / "grading" / "autograded").rglob("*") if p.suffix == ".txt"]


def test_scripts_in_a_submission_do_not_reach_the_page(tmp_path):
    root = tiny_course(tmp_path)
    notebook = tiny(RIGHT, question="<script>alert(1)</script> because $a<b$")
    notebook.cells += [
        new_markdown_cell("<img src='x' onerror='alert(3)'>"),
        new_raw_cell("<script>alert(4)"),
        new_code_cell("from IPython.display import HTML\nHTML('<script>alert(2)</script>')"),
    ]
    hand_in(root, "ada", "tiny", notebook)
    grade(root)
    text = page(root, "ada")
    assert "because" in text
    assert not re.search(r"<[^<>]*alert|<script>\s*alert", text)


def entries(root):
    """All that a gradebook says of the points: {(student, cell): (auto, manual, waiting)}."""
    with Gradebook(f"sqlite:///{root}/grading/gradebook.db") as book:
        return {
            (submission.student.id, grade.name): (
                grade.auto_score,
                grade.manual_score,
                grade.needs_manual_grade,
            )
            for submission in book.assignment_submissions("tiny")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def nbgrader(root, *arguments):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        text=True,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


READABLE = [student for student, (_, verdict, _) in TINY.items() if verdict != "unreadable"]


def test_nbgrader_itself_gives_the_same_grades_and_pages(course, grades, tmp_path_factory):
    # From the records, and for one student without a record, by examining.
    before, first = entries(course), page(course, "partly")
    (course / "grading" / "verdicts" / "tiny" / "partly.json").unlink()
    said = nbgrader(
        course,
        "autograde",
        "tiny",
        "--force",
        "--ExamineSubmission.cell_seconds=3",
        "--ExamineSubmission.submission_seconds=9",
    ).stdout
    assert "link is not graded: stolen.txt is a link" in said
    after = entries(course)
    for student in READABLE:
        for test in (*TESTS, "why"):
            assert after[student, test] == before[student, test], (student, test, said)
    assert (course / "grading" / "verdicts" / "tiny" / "partly.json").is_file()
    assert not list((course / "grading" / "autograded").rglob("*.txt"))
    done = nbgrader(course, "generate_feedback", "tiny", "--student=partly", "--force")
    assert done.returncode == 0, done.stdout
    assert body(page(course, "partly")) == body(first)


def body(text):
    """What nbgrader's own template makes of a page: it does not know the names of tests."""
    text = re.sub(r'(<a href="#[^"]*">)[^<]*(</a>)', r"\1\2", text[text.index("<body>") :])
    return re.sub(" — [0-9]+ points wait to be given by hand", "", text)


def test_an_unknown_assignment_is_named(course, capsys):
    assert command.main(["grade", "tiny_", "--root", str(course)]) == 2
    said = capsys.readouterr().err
    assert "there is no assignment tiny_ in" in said and "solutions; there are: tiny" in said


def test_points_given_by_hand_count_from_then_on_and_show_on_the_page(tmp_path):
    root = tiny_course(tmp_path)
    hand_in(root, "ada", "tiny", tiny(RIGHT, question="Because it is so."))
    hand_in(root, "bob", "tiny", tiny(RIGHT))
    results = grade(root)
    assert (results["bob"].points, results["bob"].message) == (9, "every test passed")
    assert results["ada"].points == 9
    assert results["ada"].message == (
        "every test passed; 2 points wait to be given by hand, in the formgrader"
    )

    with Gradebook(f"sqlite:///{root}/grading/gradebook.db") as book:
        entry = book.find_grade("why", "tiny", "tiny", "ada")
        entry.manual_score, entry.needs_manual_grade = 1.5, False
        book.find_comment("why", "tiny", "tiny", "ada").manual_comment = "nearly"
        book.db.commit()
    ada = grade(root)["ada"]
    assert (ada.points, ada.tests["why"], ada.message) == (10.5, 1.5, "every test passed")
    assert "Score: 10.5 / 11.0" in page(root, "ada") and "nearly" in page(root, "ada")
    assert entries(root)["ada", "why"] == (None, 1.5, False)


# The real assignment, on the stand-in.

NETWORK = {"network-shape": 2, "network-log-probabilities": 1, "network-convolutional": 2}
TRAIN = {"train-losses": 2, "train-learns": 2, "train-repeatable": 2}
PREDICT = {"predict-labels": 2, "predict-evaluation": 2}
ACCURACY = {"accuracy-above-linear": 2, "accuracy-good": 2, "accuracy-very-good": 1}
ALL = {**NETWORK, **TRAIN, **PREDICT, **ACCURACY}

# answer: (verdict, the tests that are earned, words of the message)
LENET_ANSWERS = {
    "reference": ("ok", ALL, "every test passed"),
    "noisy": ("ok", ALL, "every test passed"),
    "linear": (
        "wrong",
        {**ALL, **dict.fromkeys(["network-convolutional", *ACCURACY], 0)},
        "0 convolutional layers",
    ),
    "partly": ("wrong", {**NETWORK, "predict-labels": 2}, "train"),
    "untouched": ("wrong", {}, "network"),
    "raises": ("wrong", {}, "cnn_helpers_of_my_friend"),
    "crashes": ("crashed", NETWORK, "train"),
    "endless": ("wrong", NETWORK, "train-losses"),
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


class FirmWorker(Worker):
    """Whoever trains has time, on a busy machine too; a cell that never ends takes all that it gets."""

    def examine(self, source, submission, files, seed):
        firm = copy.copy(self)  # with the same warm processes
        if any("while True" in cell.source for cell in submission.cells):
            firm.limits = replace(self.limits, cell_seconds=10)
        return Worker.examine(firm, source, submission, files, seed)


@pytest.fixture(scope="module")
def lenet_results(sandboxed, tmp_path_factory):
    """The root of the course, and {answer: its result}."""
    root = new_course(tmp_path_factory.mktemp("lenet"), LENET)
    for name in LENET_ANSWERS:
        hand_in(root, name, LENET, answer_notebook(name))
    limits = Limits(cell_seconds=300, submission_seconds=900)
    with pytest.MonkeyPatch.context() as patch, Cluster(2) as cluster:
        patch.setenv("CNNCOURSE_CIFAR10", "synthetic")
        found = Batch(root, LENET, Settings(0, limits, worker=FirmWorker)).grade(cluster)
    return root, {result.student: result for result in found}


@pytest.mark.parametrize("answer", LENET_ANSWERS)
def test_lenet_answers_get_exactly_the_points_of_what_is_right(lenet_results, answer):
    root, results = lenet_results
    result = results[answer]
    verdict, earned, words = LENET_ANSWERS[answer]
    assert {k: v for k, v in result.tests.items() if v} == {k: v for k, v in earned.items() if v}
    assert (result.verdict, result.points) == (verdict, sum(earned.values())), result.message
    assert words in result.message
    if answer == "reference":
        page = (root / "grading/feedback/reference" / LENET / f"{LENET}.html").read_text()
        assert "held-out images of: synthetic stand-in" in page
        assert "not reached" not in page


def test_the_reference_gets_full_points_on_real_images(sandboxed, tmp_path, monkeypatch):
    if not (COURSE / "data" / "cifar10").is_dir():
        pytest.skip("no real CIFAR-10 images in data/cifar10")
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "folder")
    cifar10(
        COURSE / "data", "folder"
    )  # decodes them once: the sandbox could not keep what it decodes
    root = new_course(tmp_path, LENET)
    hand_in(root, "reference", LENET, answer_notebook("reference"))
    settings = Settings(
        0, Limits(cell_seconds=900, submission_seconds=1800), data=DataSets.here(COURSE / "data")
    )
    with Cluster(1) as cluster:
        (result,) = Batch(root, LENET, settings).grade(cluster)
    assert (result.verdict, result.points) == ("ok", 20), result.message
    stored = json.loads((root / "grading/verdicts" / LENET / "reference.json").read_text())
    assert sum(stored["points"].values()) == 20
