"""A failed test is asked again with right earlier functions: when, with which ones, what is told."""

import time
from types import SimpleNamespace

import pytest

from cnncourse.arithmetic import output_size
from cnncourse.grading.examining.inside.examiner import Examiner
from cnncourse.grading.examining.inside.shell import Shell
from cnncourse.grading.examining.limits import Limits

LIMITS = Limits(cell_seconds=10, submission_seconds=100)
GIVEN = {"output_size": "cnncourse.arithmetic.output_size", "Block": "Plain"}


class Bench:
    """As much of the shell as the examiner uses."""

    collecting = Shell.collecting


class Student:
    """The student's process: names of its own, and what was lent in the place of some of them."""

    def __init__(self, **names):
        self.names, self.lent, self.asked = names, {}, []
        self.channel = SimpleNamespace(deadline=None)

    def __getitem__(self, name):
        return (self.names | self.lent)[name]

    def ask(self, operation, argument):
        self.asked.append(operation)
        if operation == "name":
            return self[argument]
        assert operation == "lend"
        self.lent = {n: self.names[v] if isinstance(v, str) else v for n, v in argument.items()}
        return None


@pytest.fixture
def student():
    """Whose `output_size` and `Block` are wrong; a right `Plain` is given."""
    student = Student(output_size=lambda size, kernel: size - kernel, Block=lambda: 4)
    student.names["Plain"] = lambda: 3
    student.names["last_start"] = lambda size, kernel: student["output_size"](size, kernel) - 1
    return student


@pytest.fixture
def examiner(student, pair):
    examiner = Examiner(LIMITS, Bench(), pair[0])
    examiner.link, examiner.names, examiner.stale = student, list(student.names), True
    return examiner


@pytest.fixture
def ask(examiner):
    """What becomes of a test that is about these names."""

    def ask(source, *about, given=GIVEN, points=2.0):
        step = {"kind": "test", "key": "t", "source": source, "points": points}
        return examiner.take({**step, "about": list(about), "given": given})

    return ask


SIZE = "assert output_size(8, 3) == 6, 'the size'"
LAST = "print('tested')\nassert last_start(8, 3) == 5, 'the last'"


def said(event):
    return [output.get("text") for output in event["outputs"]]


def test_a_later_test_passes_with_a_right_earlier_function_and_says_so(ask, student):
    assert ask(SIZE, "output_size", given={})["message"] == "the size"
    event = ask(LAST, "last_start")
    assert (event["points"], event["message"]) == (2.0, "")
    assert said(event) == ["Passed: right, given a right output_size.\n", "tested\n"]
    assert student.asked.count("lend") == 2 and student.lent == {}  # taken back
    # Tests of the student's own function meet the student's own, as before.
    assert ask(SIZE, "output_size", given={})["message"] == "the size"


def test_without_an_earlier_failure_nothing_is_lent(ask, student):
    assert ask(LAST, "last_start")["message"] == "the last"
    assert "lend" not in student.asked


def test_a_test_of_no_points_is_not_asked_again(ask, student):
    ask(SIZE, "output_size", given={})
    assert ask(LAST, "last_start", points=0)["message"] == "the last"
    assert "lend" not in student.asked


def test_a_function_that_is_lent_is_the_tests_own_whatever_the_student_hands_back(ask, student):
    ask(SIZE, "output_size", given={})
    student.__class__ = type("Liar", (Student,), {"__getitem__": lambda self, n: self.names[n]})
    event = ask("assert output_size(8, 3) == 6", "last_start")
    assert event["points"] == 2.0


def test_a_given_class_is_lent_by_its_name_and_lives_where_the_others_do(ask):
    assert ask("assert Block() == 3, 'a block'", "Block", given={})["message"] == "a block"
    event = ask("assert Block() == 3 and Plain() == 3", "last_start")
    assert event["points"] == 2.0 and said(event) == ["Passed: right, given a right Block.\n"]


def test_what_failed_first_is_told_where_the_second_time_fails_too(ask, student):
    ask(SIZE, "output_size", given={})
    event = ask("assert last_start(8, 3) == 99, str(last_start(8, 3))", "last_start")
    assert (event["points"], event["message"]) == (0.0, "4")  # 5 would be with a right one
    assert student.lent == {}


def test_what_cannot_be_lent_leaves_the_test_as_it_was(ask, student):
    ask(SIZE, "output_size", given={})
    student.names.pop("Plain")
    ask("assert False", "Block", given={})
    event = ask(LAST, "last_start")  # to lend `Plain` fails
    assert (event["points"], event["message"]) == (0.0, "the last")
    student.names["output_size"] = output_size
    assert ask(SIZE, given={})["points"] == 2.0  # names are fetched anew


def test_all_that_failed_are_lent_also_those_that_passed_with_a_loan(ask):
    given = dict.fromkeys(("output_size", "last_start", "c", "d"), GIVEN["output_size"])
    ask(SIZE, "output_size", given={})
    ask(LAST, "last_start")  # passes, with a right `output_size`
    ask("assert False", "d", "c", given={})
    event = ask("assert last_start(8, 3) == 6", given=given)
    # In the order of the assignment.
    words = "Passed: right, given a right output_size and last_start and c and d.\n"
    assert event["points"] == 2.0 and said(event) == [words]


@pytest.mark.parametrize("seconds, points", [(4.0, 2.0), (4.5, 0.0)])
def test_a_second_time_is_for_tests_that_leave_time_for_it(
    ask, examiner, monkeypatch, seconds, points
):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    examiner.end = 1100.0

    def take(seconds):
        now[0] += seconds

    examiner.namespace["take"] = take
    ask(SIZE, "output_size", given={})
    assert ask(f"take({seconds})\n{LAST}", "last_start")["points"] == points
