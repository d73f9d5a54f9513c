"""Submitted notebooks that are not what they should be, and what is graded in their place."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import determine_grade
from tiny_notebook import NO_HALF, RIGHT, TESTS, tiny

from cnncourse.grading.intake import notebooks, parsing
from cnncourse.grading.records import Record

SKELETON = notebooks.skeleton(tiny("### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION"))


def text(notebook):
    return json.dumps(notebook).encode()


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "is empty"),
        (b"\xff\xfe", "breaks off"),
        (b"\n\n<!DOCTYPE html>\n<html>", "it is a web page"),
        (b"https://colab.research.google.com/drive/1\n", "it is a link, not the file"),
        (b"\0" * 900, "it is zeros alone"),
        (b"%PDF-1.7", "a printed page"),
        (b'{"cells": [\n<<<<<<< HEAD\n', "a merge that was not finished"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS's note"),
        (b"{", "breaks off"),
        (b"[1]", "a list"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": 3, "worksheets": 7}', "format 3"),
        (b'{"cells": [7]}', "cell 1"),
        (b'{"cells": [{"cell_type": "code", "source": {}}]}', "text of its cell 1"),
        (b'{"cells": [{"cell_type": "secret"}]}', "no known type"),
        (b"[" * 100_000, "deeply"),
    ],
)
def test_what_is_no_notebook_is_named(data, words):
    with pytest.raises(parsing.Unreadable, match=words):
        parsing.parse(data, "tiny.ipynb")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_a_notebook_is_read_in_the_encoding_that_it_has(encoding):
    text = json.dumps(tiny("# è × 2\n" + RIGHT), ensure_ascii=False)
    cells = parsing.parse(text.encode(encoding), "tiny.ipynb")
    assert cells[0]["source"] == "# è × 2\n" + RIGHT


def test_ends_of_lines_that_a_program_dropped_are_there_again():
    lines = {"cell_type": "code", "source": ["def f(x):", "    return x", ""]}
    (cell,) = parsing.parse(text({"cells": [lines]}), "tiny.ipynb")
    assert cell["source"] == "def f(x):\n    return x\n"


def rebuilt(notebook):
    return notebooks.rebuild(SKELETON, parsing.parse(text(notebook), "tiny.ipynb"), "tiny.ipynb")


def order(notebook):
    return [cell.id for cell in notebook.cells]


def change(act, answer=RIGHT):
    notebook = tiny(answer)
    act(notebook.cells)
    return notebook


CHANGES = {
    "duplicated test": lambda cells: cells.append(cells[1].copy()),
    "duplicated answer": lambda cells: cells.insert(0, cells[0].copy()),
    "deleted test": lambda cells: cells.pop(2),
    "renamed test": lambda cells: cells[2].metadata.nbgrader.update(grade_id="x"),
    "test made text": lambda cells: cells[2].update(cell_type="markdown"),
    "answer's type": lambda cells: cells[0].update(cell_type="raw"),
    "test as an answer": lambda cells: cells[2].metadata.nbgrader.update(
        solution=True, grade=False
    ),
    "points": lambda cells: cells[2].metadata.nbgrader.update(points=1000),
    "negative points": lambda cells: cells[2].metadata.nbgrader.update(points="-1"),
    "tag": lambda cells: cells[2].metadata.update(tags=["skip-execution"]),
    "no metadata": lambda cells: [cell.update(metadata={}) for cell in cells],
    "metadata of other types": lambda cells: cells[2].update(metadata={"nbgrader": [1]}),
    "grade_id of another type": lambda cells: cells[2].metadata.nbgrader.update(grade_id={"a": 1}),
    "half a character": lambda cells: cells.append(new_code_cell("'\ud800'")),
    "outputs": lambda cells: cells[2].update(
        outputs=[
            {
                "output_type": "execute_result",
                "data": {"text/plain": "3.0"},
                "metadata": {},
                "execution_count": 1,
            }
        ]
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_happened_to_the_cells_makes_no_difference(name):
    notebook = change(CHANGES[name])
    found = rebuilt(notebook)
    nbformat.validate(found)
    assert len(set(order(found))) == len(found.cells)
    ours = {cell.id: cell for cell in found.cells if cell.metadata.get("nbgrader")}
    assert set(ours) == {"solution", *TESTS, "why"}
    for cell in SKELETON.cells:
        assert ours[cell.id].metadata == cell.metadata and ours[cell.id].cell_type == cell.cell_type
        if cell.id in TESTS:
            assert (ours[cell.id].source, ours[cell.id].outputs) == (cell.source, [])
    assert ours["solution"].source == RIGHT


def test_cells_keep_the_students_order_and_missing_ones_come_back_in_their_place():
    extra = [new_code_cell("a = 1", id="one"), new_markdown_cell("text", id="two")]
    notebook = change(
        lambda cells: (cells.pop(2), cells.insert(1, extra[0]), cells.append(extra[1]))
    )
    assert order(rebuilt(notebook)) == ["solution", "one", "double", "half", "hidden", "why", "two"]


def test_the_last_of_two_answers_counts_and_the_other_stays_a_cell_of_its_own():
    found = rebuilt(change(lambda cells: cells.insert(0, {**cells[0], "source": NO_HALF})))
    assert [cell.source for cell in found.cells[:2]] == [NO_HALF, RIGHT]
    assert order(found)[:2] == ["own-0", "solution"]


def test_an_empty_submission_holds_neither_answers_nor_the_sources_solution():
    assert "def half" not in SKELETON.cells[0].source
    assert "the_hidden_number" in SKELETON.cells[3].source


POINTS = {"double": 2.0, "half": 1.5, "hidden": 0.0}


@pytest.mark.parametrize(
    "given, expected",
    [
        (POINTS, POINTS),
        ({}, dict.fromkeys(TESTS, 0.0)),
        (
            {"double": 1e9, "half": -1, "hidden": float("nan")},
            {"double": 2, "half": 0, "hidden": 0},
        ),
    ],
)
def test_nbgraders_own_rule_reads_exactly_the_points_of_the_record(given, expected):
    outputs = {
        name: [
            {"output_type": "error", "ename": "E", "evalue": "", "traceback": []},
            {"output_type": "stream", "name": "stderr", "text": "!"},
        ]
        for name in ("solution", *TESTS)
    }
    record = Record(
        "tiny", "ada", "wrong", "line", given, {"half": "first\nsecond"}, outputs=outputs
    )
    notebook = notebooks.annotate(rebuilt(tiny(RIGHT)), record)
    nbformat.validate(notebook)
    scores = {cell.id: determine_grade(cell)[0] for cell in notebook.cells if cell.id in TESTS}
    assert scores == expected
    notebooks.annotate(notebook, record)
    assert order(notebook).count("verdict") == 1
