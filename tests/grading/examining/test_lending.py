"""One slip costs once: a later function's tests are asked again with a right earlier one."""

import copy

from cells import answer, cell
from tiny_notebook import notebook

from cnncourse.grading.examining.limits import Limits

LIMITS = Limits(cell_seconds=20)
GIVEN = {"cnncourse": {"given": {"output_size": "cnncourse.arithmetic.output_size"}}}
SIZE = "def output_size(input_size, kernel_size):\n    return input_size - kernel_size + 1"
LAST = "def last_start(size, kernel):\n    return output_size(size, kernel) - 1"
TEST = "from cnncourse.checks import expect\nexpect({}, {})"


def assignment(size=SIZE, last=LAST):
    made = notebook(
        answer(size, "size"),
        cell("test-size", TEST.format("output_size(8, 3)", 6), 3),
        answer(last, "last"),
        cell("test-last", TEST.format("last_start(8, 3)", 5), 2),
        cell("test-both", TEST.format("last_start(8, 3) + output_size(9, 3)", 12), 1),
    )
    made.metadata.update(GIVEN)
    return made


def points(grade, **answers):
    outcome = grade(assignment(), assignment(**answers))
    return outcome.points, outcome


def test_a_wrong_earlier_function_costs_its_own_tests_only(grade):
    found, outcome = points(grade, size=SIZE.replace("+ 1", ""))
    assert found == {"test-size": 0, "test-last": 2, "test-both": 1}
    [said, *_] = outcome.outputs["test-last"]
    assert said["text"] == "Passed: right, given a right output_size.\n"
    assert outcome.verdict == "wrong" and outcome.messages["test-last"] == ""


def test_a_test_that_took_long_is_not_asked_again_and_ends_nothing(worker):
    slow = "import time\ntime.sleep({})\n" + TEST.format("last_start(8, 3)", 5)
    source, wrong = assignment(), assignment(size=SIZE.replace("+ 1", ""))
    source.cells[3].source = slow.format(3)  # twice that is more than a cell has
    worker.limits = Limits(cell_seconds=5)
    found = worker.examine(source, wrong, {}, 1)
    assert found.points == {"test-size": 0, "test-last": 0, "test-both": 1}
    assert found.verdict == "wrong"


def test_so_does_one_that_is_missing(grade):
    found, _ = points(grade, size="raise NotImplementedError()")
    assert found == {"test-size": 0, "test-last": 2, "test-both": 1}


def test_a_wrong_later_function_is_not_saved_by_it(grade):
    found, _ = points(grade, size="def output_size(*a): return 0", last=LAST + " - 1")
    assert found == {"test-size": 0, "test-last": 0, "test-both": 0}


def test_nothing_is_lent_for_a_right_function(grade):
    found, _ = points(grade, last="def last_start(*a):\n    return 0")
    assert found == {"test-size": 3, "test-last": 0, "test-both": 0}


def test_what_was_lent_is_taken_back(grade):
    source, wrong = assignment(), assignment(size=SIZE.replace("+ 1", ""))
    source.cells.append(answer("def see():\n    return 3", "see"))
    source.cells.append(cell("test-see", TEST.format("see()", 3), 1))
    peek = "value = output_size(5, 2)\n\ndef see():\n    return value"  # 4 would be right
    wrong.cells.append(answer(peek, "see"))
    found = grade(source, wrong).points
    assert found["test-last"] == 2 and found["test-see"] == 1


def test_a_given_class_takes_the_place_of_one_that_is_wrong(grade):
    three = "class {}:\n    def size(self):\n        return {}"
    source = notebook(
        cell("given", three.format("Plain", 3)),
        answer(three.format("Block", 3), "block"),
        cell("test-block", TEST.format("Block().size()", 3), 2),
        answer("def total():\n    return 2 * Block().size()", "total"),
        cell("test-total", TEST.format("total() + Block().size()", 9), 1),
    )
    submission = copy.deepcopy(source)
    submission.cells[1].source = three.format("Block", 4)
    assert grade(source, submission).points == {"test-block": 0, "test-total": 0}
    source.metadata["cnncourse"] = {"given": {"Block": "Plain"}}
    assert grade(source, submission).points == {"test-block": 0, "test-total": 1}
