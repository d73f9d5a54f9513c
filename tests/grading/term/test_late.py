"""What being late costs, to the point."""

from datetime import datetime

import pytest

from cnncourse.grading.term.late import Lateness, grace, penalty
from cnncourse.grading.term.rules import DAY, Late, Step

STEPS = Late(steps=(Step(0, 5), Step(24, 20), Step(72, 100)))


@pytest.mark.parametrize(
    "late, score, seconds, points",
    [
        (Late(), 15, 10 * DAY, 0),
        (Late(10), 15, 0, 0),
        (Late(10), 15, -5, 0),
        (Late(10), 15, 1, 2),
        (Late(10), 15, DAY, 2),
        (Late(10), 15, DAY + 1, 4),
        (Late(10), 3, 4 * DAY, 3),
        (Late(10, of="points"), 15, 2 * DAY, 3),
        (Late(10, at_most=25), 15, 9 * DAY, 5),
        (Late(60), 15, 2 * DAY, 15),
        (STEPS, 15, 1, 1),
        (STEPS, 15, DAY, 1),
        (STEPS, 15, DAY + 1, 4),
        (STEPS, 15, 3 * DAY + 1, 15),
        (Late(10), 0, DAY, 0),
    ],
)
def test_points_that_being_late_costs(late, score, seconds, points):
    assert penalty(late, score, 20, seconds) == pytest.approx(points)


def test_days_of_grace_are_spent_in_the_order_of_due_dates():
    first, second = datetime(2026, 11, 1), datetime(2026, 11, 8)
    late = [
        Lateness(second, "b", 2 * DAY, True),
        Lateness(first, "a", DAY + 1, True),
        Lateness(first, "early", -3 * DAY, True),
        Lateness(first, "groups", DAY, False),
    ]
    assert grace(3, late) == {"a": 2, "b": 1}
    assert grace(0, late) == {} and grace(1, late) == {"a": 1} and grace(9, late)["b"] == 2
