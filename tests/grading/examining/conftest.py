"""One warm worker for all tests of examining: starting one takes seconds."""

import copy
import socket

import hostile
import pytest
from tiny_notebook import one_test

from cnncourse.grading.examining.worker import Worker


@pytest.fixture(scope="session")
def warm(sandboxed):
    """It holds a secret of the grader's in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_TOKEN", hostile.CANARY)
        with Worker() as worker:
            yield worker


@pytest.fixture
def worker(warm, request):
    """The same with the module's LIMITS; a child gets those of the time when it is forked."""
    warm.limits = request.module.LIMITS
    return warm


@pytest.fixture
def grade(worker):
    """The outcome of a submission; of `solution` in the place of the source's answer."""

    def grade(source, solution, files=None, seed=0):
        if isinstance(solution, str):
            text, solution = solution, copy.deepcopy(source)
            next(c for c in solution.cells if c.metadata.nbgrader.solution).source = text
        outcome = worker.examine(source, solution, files or {}, seed)
        assert outcome.sandboxed and outcome.verdict != "grader error", outcome.message
        return outcome

    return grade


@pytest.fixture
def passes(grade):
    def passes(test, solution, given="", seed=0):
        """Whether a test of 1 point is passed, or what it says."""
        source = one_test(test, given=given)
        # The names of the source's solution are the student's: here all that the answer defines.
        source.cells[1].source = solution
        outcome = grade(source, solution, seed=seed)
        assert outcome.points["test"] == (outcome.messages["test"] == "")
        return outcome.messages["test"] or True

    return passes


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    with left, right:
        yield left, right
