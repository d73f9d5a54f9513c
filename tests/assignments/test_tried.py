"""What `cnncourse try` found is kept, good enough, and what the page for instructors says."""

import pytest
from answers import ANSWERS, COURSE

from cnncourse.grading.trying.answers import slips, source_of, stored_answers
from cnncourse.grading.trying.results import page, read, reasons

KEPT = sorted(path.parent.name for path in ANSWERS.glob("*/tried.json"))
FOUND = {name: read(ANSWERS / name / "tried.json") for name in KEPT}
each = pytest.mark.parametrize("name", KEPT)


@each
def test_slips_cost_points_and_wrong_answers_hear_a_cause(name):
    killed, slips = FOUND[name].killed
    caused, wrong = FOUND[name].caused
    assert killed >= 0.98 * slips and caused >= 0.95 * wrong
    assert FOUND[name].pairs == []


@each
def test_right_and_wrong_answers_are_those_that_are_stored(name):
    answers = FOUND[name].answers
    assert set(answers) == set(stored_answers(COURSE, name)), "run `make try` again"
    assert all(bool(found["lost"]) == one.startswith("wrong_") for one, found in answers.items())


@each
def test_a_reason_belongs_to_a_slip_that_there_is(name):
    known = {str(slip) for slip in slips(source_of(COURSE, name))}
    assert reasons(ANSWERS / name).keys() <= known


def test_the_page_for_instructors_says_what_was_found():
    text = (COURSE / "book" / "instructors" / "marks.md").read_text()
    assert text == page(FOUND), "run `make try` again"
