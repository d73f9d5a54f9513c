"""The bonus and the ranking are read from what the assignment's own cell printed."""

import csv

import nbformat
import pytest
from answers import read
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cnncourse.grading.reports import ranking

LINE = "Bonus: {} of 3 points. Accuracy {} on {} held-out images of: CIFAR-10 (folder copy)\n"


def printed(text, cell="bonus"):
    return new_code_cell(
        "", metadata={"nbgrader": {"grade_id": cell}}, outputs=[new_output("stream", text=text)]
    )


@pytest.fixture
def graded(tmp_path):
    def add(student, *cells):
        path = tmp_path / "grading" / "autograded" / student / ranking.NAME
        path.mkdir(parents=True)
        (path / f"{ranking.NAME}.ipynb").write_text(nbformat.writes(new_notebook(cells=[*cells])))

    add("ada", printed(LINE.format(2, "0.7713", "5,000")))
    add("bob", printed(LINE.format(3, "0.8000", "5,000")))
    add("=eve", printed(LINE.format(2, "0.7713", "5,000")))
    add("none", printed("Bonus: 0 of 3 points. There is no file lenet_cifar10.pt.\n"))
    # A cell of the student's own that prints the same line counts for nothing.
    add(
        "mallory",
        new_code_cell("", outputs=[new_output("stream", text=LINE.format(3, "1.0000", "5,000"))]),
        printed("it failed\n"),
        printed(LINE.format(3, "1.0000", "5,000"), cell="mine"),
    )
    return tmp_path, add


def test_the_best_comes_first_and_equal_ones_share_a_place(graded):
    assert [(e.place, e.student, e.bonus) for e in ranking.ranking(graded[0])] == [
        (1, "bob", 3),
        (2, "=eve", 2),
        (2, "ada", 2),
    ]


def test_the_command_prints_and_writes_the_ranking(graded, capsys):
    root, _ = graded
    assert ranking.main(["--root", str(root)]) == 0
    assert "bob" in capsys.readouterr().out
    with open(root / "grading" / "ranking.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"place": "1", "student": "bob", "accuracy": "0.8000", "bonus": "3"}
    assert [row["student"] for row in rows] == ["bob", "'=eve", "ada"]


def test_accuracies_on_different_images_are_not_compared(graded):
    root, add = graded
    add("carl", printed(LINE.format(0, "0.6500", "10,000")))
    said = ranking.main(["--root", str(root)])
    assert "on 5,000" in said and "carl's on 10,000" in said


def test_without_weights_the_command_says_so(tmp_path):
    assert "No ranking: no graded submission" in ranking.main(["--root", str(tmp_path)])


def test_the_line_is_the_one_that_the_assignment_prints():
    [source] = [c.source for c in read("solutions", ranking.NAME).cells if c.id == ranking.CELL]
    assert (
        'f"Bonus: {bonus} of 3 points. Accuracy {trained:.4f} on {len(found):,} held-out "'
        in source
    )
