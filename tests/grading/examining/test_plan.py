"""Which cells run, and in which order, whatever was done to a submission's cells."""

import copy

import pytest
from cells import added, answer, cell
from nbformat.v4 import new_markdown_cell
from tiny_notebook import notebook

from cnncourse.grading.examining.plan import plan


def keys(source, submission):
    return [step["key"] for step in plan(source, submission)]


SOURCE = notebook(
    cell("setup", "import math"),
    answer("a = 1", "a"),
    cell("test-a", "assert a == 1", 1),
    answer("b = a", "b"),
    cell("test-b", "assert b == 1", 1),
)


def test_a_submission_as_released_runs_in_the_sources_order():
    assert keys(SOURCE, SOURCE) == ["setup", "a", "test-a", "b", "test-b"]


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells.pop(2),
        lambda cells: cells.append(cells[2]),
        lambda cells: cells.insert(0, cells.pop()),
        lambda cells: cells.pop(4),
        lambda cells: cells[2].update(source="pass"),
        lambda cells: cells[2].update(cell_type="markdown"),
        lambda cells: cells[2].metadata.update(tags=["skip-execution"]),
        lambda cells: cells[2].metadata.nbgrader.update(grade=False, solution=True, points=100),
        lambda cells: cells[1].metadata.nbgrader.update(grade=True, solution=False, points=9),
        lambda cells: cells[1].update(cell_type="raw"),
        lambda cells: [cells.pop(i) for i in (4, 2, 0)],
    ],
    ids=range(11),
)
def test_what_is_done_to_test_cells_makes_no_difference(change):
    submission = copy.deepcopy(SOURCE)
    change(submission.cells)
    assert plan(SOURCE, submission) == plan(SOURCE, SOURCE)


def test_a_test_waits_for_the_answers_before_it_wherever_they_went():
    submission = copy.deepcopy(SOURCE)
    cells = submission.cells
    cells[1], cells[3] = cells[3], cells[1]
    assert keys(SOURCE, submission) == ["setup", "b", "a", "test-a", "test-b"]
    del cells[1]  # an answer that is not there is not waited for
    assert keys(SOURCE, submission) == ["setup", "a", "test-a", "test-b"]


def test_added_cells_keep_their_place_and_copies_are_added_cells():
    submission = copy.deepcopy(SOURCE)
    submission.cells.insert(1, added("x = 1", "mine"))
    submission.cells.insert(3, copy.deepcopy(submission.cells[2]))
    submission.cells[5].metadata.nbgrader.grade_id = submission.cells[5].id = "renamed"
    submission.cells.append(new_markdown_cell("words"))
    steps = plan(SOURCE, submission)
    assert [s["key"] for s in steps] == [
        "setup",
        "mine",
        "a",
        "a, copy 3",
        "test-a",
        "renamed",
        "test-b",
    ]
    assert all(not s["names"] for s in steps if s["key"] in ("mine", "a, copy 3", "renamed"))


def test_given_cells_that_only_show_the_students_work_run_on_their_side_alone():
    source = notebook(
        cell("helper", "k = 3"),
        answer("def f(x): return x"),
        cell("show", "shown = f(1)\nprint(shown)"),
        cell("wanted", "from_f = f(1)"),
        cell("test", "assert from_f == 1 and k", 1),
    )
    assert {s["key"]: s["here"] for s in plan(source, source) if s["kind"] == "given"} == {
        "helper": True,
        "show": False,
        "wanted": True,
    }


def test_classes_of_a_tagged_cell_come_from_the_students_side():
    network = cell("given", "k = 3\nclass Net:\n    class Inner: pass\ndef f(): pass")
    source = notebook(network, answer("def train(model): pass"), cell("test", "train(Net())", 1))
    given = plan(source, source)[0]
    assert given["here"] and "names" not in given
    network.metadata.tags = ["student-side"]
    assert plan(source, source)[0] == given | {"names": ["Net"]}
