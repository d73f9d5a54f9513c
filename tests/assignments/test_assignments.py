"""Every stored answer gets exactly the points that it says it deserves, and hears why.

The cells are run here in one process, test cells last as in the notebook; that nbgrader gives the
same is tested in test_grading.py, on a few answers, since it takes seconds for each. The tests of
resnet that train on photographs run there, too; test_levels.py is about the levels they ask for.
"""

import re
from functools import partial

import answers
import matplotlib
import pytest
import torch
from answers import (
    ANSWERS,
    COURSE,
    deserved,
    expectation,
    quick_answer,
    read,
    reference_answer,
    released_answer,
    stored_answer,
)

from cnncourse.course import assignments
from cnncourse.grading.commands.try_ import SKIPPED
from cnncourse.grading.trying.answers import unconcerned

matplotlib.use("Agg")
grade = partial(answers.grade, skip=SKIPPED)
NAMES = [name for name in assignments(COURSE) if name != "lenet_cifar10"]  # test_lenet
RIGHT, WRONG = 12, 25  # stored answers that an assignment has at least
STORED = [
    (path.parent.name, path.stem)
    for name in NAMES
    for path in sorted((ANSWERS / name).glob("*.py"))
]
stored = pytest.mark.parametrize("name, answer", STORED, ids=["-".join(one) for one in STORED])
each = pytest.mark.parametrize("name", NAMES)


@stored
def test_answer_gets_what_it_deserves(name, answer, record_property, monkeypatch):
    (loses, says), cells = expectation(name, answer), stored_answer(name, answer)
    skip = SKIPPED | unconcerned(read("solutions", name), cells)
    for seed in ("0", "7"):
        monkeypatch.setenv("CNNCOURSE_SEED", seed)
        torch.manual_seed(0)
        answered = reference_answer(name) | quick_answer(name) | cells
        results = answers.grade(name, answered, skip=skip)
        lost = deserved(results, loses, says)
    record_property("matrix", (name, answer, sorted(lost), list(results)))


@each
def test_there_are_enough_right_and_wrong_answers(name):
    right = [answer for n, answer in STORED if n == name and not expectation(name, answer)[0]]
    wrong = [answer for n, answer in STORED if n == name and expectation(name, answer)[0]]
    assert len(right) >= RIGHT and len(wrong) >= WRONG
    assert all(answer.startswith("right_") for answer in right)
    assert all(answer.startswith("wrong_") and expectation(name, answer)[1] for answer in wrong)


@each
def test_every_test_is_failed_by_some_wrong_answer(name):
    tests = set(grade(name, reference_answer(name)))
    lost = set().union(*(expectation(n, answer)[0] for n, answer in STORED if n == name))
    assert tests == lost


@each
def test_reference_passes_and_the_release_scores_nothing(name):
    assert set(grade(name, reference_answer(name)).values()) == {None}
    assert set(grade(name, reference_answer(name), "exercises").values()) == {None}
    assert None not in grade(name, released_answer(name)).values()


# What answers every question and says nothing: {what it is called: what every function returns}.
EMPTY = {
    "nothing": "None",
    "an empty list": "[]",
    "an empty tensor": "torch.empty(0)",
    "nan": "torch.tensor(float('nan'))",
    "a generator without items": "(x for x in ())",
    "its first argument": "(args or [None])[0]",
    "true": "True",
    "an error": "(_ for _ in ()).throw(ValueError('no'))",
}


@each
@pytest.mark.parametrize("value", EMPTY.values(), ids=list(EMPTY))
def test_functions_that_do_nothing_get_nothing(name, value):
    answer = {}
    for cell, source in reference_answer(name).items():
        functions = re.findall(r"^(?:def|class) (\w+)", source, re.MULTILINE)
        answer[cell] = "import torch\n" + "\n".join(
            f"def {function}(*args, **kwargs): return {value}" for function in functions
        )
    assert [test for test, said in grade(name, answer).items() if not said] == []
