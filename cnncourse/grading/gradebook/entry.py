"""What the gradebook says of a submission, as plain values; what a record means there.

Nothing here knows the database, so that what runs beside it need not import nbgrader.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypedDict

from cnncourse.grading.records import GRADER_ERROR, ByHand, Record
from cnncourse.language import tr


class Score(TypedDict):
    """The points of a cell: what counts, the program's and a person's, and the most there is."""

    score: float
    auto: float | None
    manual: float | None
    waiting: bool  # for a person
    most: float


@dataclass(frozen=True)
class Entry:
    """What the gradebook says of a submission, of all its cells that give points; else empty."""

    cells: dict[str, Score] = field(default_factory=dict)
    by_hand: ByHand = field(default_factory=dict)
    late_penalty: float = 0.0

    @property
    def points(self) -> float:
        return max(0.0, sum(cell["score"] for cell in self.cells.values()) - self.late_penalty)

    @property
    def waiting(self) -> float:
        """The most that a person can still give."""
        return sum(cell["most"] for cell in self.cells.values() if cell["waiting"])


def message(record: Record, waiting: float) -> str:
    """A record's, and how many points a person can still give."""
    if not waiting or record.verdict == GRADER_ERROR:
        return record.message
    return tr(
        "{message}; {waiting:g} points wait to be given by hand, in the formgrader",
        message=record.message,
        waiting=waiting,
    )


def auto_score(record: Record, name: str, most: float, tests: Collection[str]) -> float | None:
    """The program's points for a cell, None for one that waits for a person, as nbgrader has it.

    After a grader error tests wait, too; an answer that nobody wrote is worth nothing.
    """
    if name in tests:
        return None if record.verdict == GRADER_ERROR else record.earned(name, most)
    return 0.0 if name in record.unanswered else None


def auto_comment(record: Record, name: str) -> str | None:
    """What nbgrader remarks on an answer that is still as it was released."""
    return tr("No response.") if name in record.unanswered else None
