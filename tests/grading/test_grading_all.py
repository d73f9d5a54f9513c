"""All other assignments end to end: sandbox, examiner, gradebook, page, with a seed of the grader's.

test_grading.py does the same for lenet_cifar10, which trains, and test_assignments.py tries every
stored answer, in one process.
"""

import pytest
from answers import (
    ANSWERS,
    COURSE,
    expectation,
    hand_in,
    quick_answer,
    read,
    reference_answer,
    stored_answer,
    submission,
)
from nbgrader.utils import is_grade, is_solution
from tiny_course import new_course

from cnncourse.course import assignments
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.running.batch import Batch
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
NAMES = [name for name in assignments(COURSE) if name != "lenet_cifar10"]
STUDENTS = ("reference", "untouched", "right", "wrong")


def stored(name, kind):
    """The first stored answer of a kind, which is also a student's name here."""
    return min(path.stem for path in (ANSWERS / name).glob(f"{kind}_*.py"))


def answer(name, student):
    if student == "untouched":
        return {}
    right = reference_answer(name) | quick_answer(name)
    if student == "reference":
        return right
    return right | stored_answer(name, stored(name, student))


@pytest.fixture(scope="module")
def results(sandboxed, tmp_path_factory):
    root = new_course(tmp_path_factory.mktemp("all"), *NAMES)
    settings = Settings(11, Limits(cell_seconds=60, submission_seconds=180))
    found = {}
    with Cluster(2) as cluster:
        for name in NAMES:
            for student in STUDENTS:
                hand_in(root, student, name, submission(name, answer(name, student)))
            for result in Batch(root, name, settings).grade(cluster):
                found[name, result.student] = result
    return root, found


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("name", NAMES)
def test_points_are_those_that_the_answer_deserves(results, name, student):
    root, found = results
    points = {
        cell.id: cell.metadata.nbgrader.points
        for cell in read("solutions", name).cells
        if is_grade(cell) and not is_solution(cell)
    }
    lost = {"reference": set(), "untouched": set(points)}.get(student)
    if lost is None:
        lost = expectation(name, stored(name, student))[0]
    result = found[name, student]
    earned = {test: result.tests[test] for test in points}
    assert earned == {test: 0 if test in lost else most for test, most in points.items()}
    assert result.verdict == ("wrong" if lost else "ok"), result.message
    assert (root / "grading/feedback" / student / name / f"{name}.html").is_file()
