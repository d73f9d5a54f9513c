"""The two sides of an examination share no random numbers, no hash seed and no addresses."""

import ast

import pytest
from tiny_notebook import one_test

from cnncourse.grading.examining.limits import Limits

LIMITS = Limits()
DRAW = """
import random
import numpy as np
import torch
student = [random.random(), np.random.rand(), torch.rand(()).item(), hash("a"), id(torch.Tensor)]
"""
TEST = f"""
theirs = list(student)
{DRAW}
print([theirs, student])
"""


@pytest.fixture
def draw(worker):
    """(numbers of the student's process, numbers of the tests') for a seed."""

    def draw(seed):
        submission = one_test("")
        submission.cells[1].source = DRAW
        outcome = worker.examine(one_test(TEST), submission, {}, seed)
        assert outcome.verdict == "ok", outcome
        return ast.literal_eval(outcome.outputs["test"][0]["text"])

    return draw


def test_neither_side_knows_the_others_numbers(draw):
    theirs, ours = draw(1)
    assert not set(theirs) & set(ours)


def test_those_of_the_tests_follow_the_seed(draw):
    first, again, other = (draw(seed)[1][:3] for seed in (1, 1, 2))
    assert first == again and not set(first) & set(other)


def test_those_of_a_submission_are_what_a_new_process_has(draw):
    first, again = draw(1)[0], draw(1)[0]
    assert first[2] == again[2]  # torch begins with the same state in each
    assert first[0] != again[0] and first[1] != again[1]
