"""The bonus and the ranking come from the records' numbers, never from what a cell printed."""

import csv

import pytest

from cnncourse import __main__ as command
from cnncourse.grading.records import Record, write_record
from cnncourse.grading.reports import ranking

LINE = "Bonus: 9 of 3 points. Accuracy 0.9999 on 5,000 held-out images of: CIFAR-10 (folder copy)\n"


@pytest.fixture
def graded(tmp_path):
    def add(student, *measured, cell=ranking.CELL, message=""):
        numbers = dict(zip(("accuracy", "bonus", "images"), measured, strict=True))
        record = Record(
            ranking.NAME,
            student,
            "ok",
            "every test passed",
            messages={ranking.CELL: message},
            measured={cell: numbers},
            outputs={ranking.CELL: [{"output_type": "stream", "name": "stdout", "text": message}]},
        )
        folder = tmp_path / "grading" / "verdicts" / ranking.NAME
        write_record(record, folder / f"{student}.json")

    add("ada", 0.7713, 2, 5000)
    add("bob", 0.8, 3, 5000)
    add("=eve", 0.7713, 2, 5000)
    return tmp_path, add


def test_the_best_comes_first_and_equal_ones_share_a_place(graded):
    assert [(e.place, e.student, e.bonus) for e in ranking.ranking(graded[0])[0]] == [
        (1, "bob", 3),
        (2, "=eve", 2),
        (2, "ada", 2),
    ]


def test_what_a_submission_prints_or_raises_is_no_measurement(graded):
    root, _ = graded
    for student, cell in (("mallory", ranking.CELL), ("oscar", "solution")):
        record = Record(
            ranking.NAME,
            student,
            "wrong",
            LINE,
            messages={cell: f"ValueError: no\n{LINE}"},
            outputs={cell: [{"output_type": "stream", "name": "stdout", "text": LINE}]},
        )
        path = root / "grading" / "verdicts" / ranking.NAME / f"{student}.json"
        write_record(record, path)
    assert {e.student for e in ranking.ranking(root)[0]} == {"ada", "bob", "=eve"}


def test_numbers_of_another_cell_and_half_a_measurement_count_for_nothing(graded):
    root, add = graded
    add("other", 1.0, 3, 5000, cell="mine")
    path = root / "grading" / "verdicts" / ranking.NAME / "half.json"
    half = Record(ranking.NAME, "half", "ok", "", measured={ranking.CELL: {"accuracy": 1.0}})
    write_record(half, path)
    assert {e.student for e in ranking.ranking(root)[0]} == {"ada", "bob", "=eve"}


def test_the_command_prints_and_writes_the_ranking(graded, capsys):
    root, _ = graded
    assert command.main(["ranking", "--root", str(root)]) == 0
    assert "bob" in capsys.readouterr().out
    with open(root / "grading" / "ranking.csv", newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"place": "1", "student": "bob", "accuracy": "0.8000", "bonus": "3"}
    assert [row["student"] for row in rows] == ["bob", "'=eve", "ada"]


def test_accuracies_on_different_images_are_not_compared_and_end_it_for_nobody(graded, capsys):
    root, add = graded
    add("carl", 0.95, 3, 10_000)
    places, others = ranking.ranking(root)
    assert [e.student for e in places] == ["bob", "=eve", "ada"]
    assert set(others) == {"carl"} and "on 10,000 images, not on 5,000" in others["carl"]
    assert command.main(["ranking", "--root", str(root)]) == 0
    assert "not ranked: carl: measured on 10,000" in capsys.readouterr().out


def test_without_weights_the_command_says_so(tmp_path, capsys):
    assert command.main(["ranking", "--root", str(tmp_path)]) == 2
    assert "no graded submission of lenet_cifar10" in capsys.readouterr().err
