"""Who trained best: the bonus and the ranking of the weights handed in with lenet_cifar10.

The last test cell of the assignment measures the file lenet_cifar10.pt; its numbers are in the
records. No text that a student could write is read.
"""

from dataclasses import dataclass
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.grading.records import read_record

from .tables import as_text, write_rows

NAME = "lenet_cifar10"
CELL = "bonus"
COLUMNS = ["place", "student", "accuracy", "bonus"]


@dataclass(frozen=True)
class Place:
    """A student's place; equal accuracies share one."""

    place: int
    student: str
    accuracy: float
    bonus: int


def ranking(root: str | Path, name: str = NAME) -> list[Place]:
    """A `Place` for each student whose weights were measured, the best first.

    Raises CourseError if some were measured on other images than the rest: then they are graded on
    different data and cannot be compared.
    """
    found: list[tuple[str, float, int]] = []
    sizes: dict[int, str] = {}
    for path in sorted(Path(root, "grading", "verdicts", name).glob("*.json")):
        record = read_record(path)
        measured = record.measured.get(CELL) if record else None
        if record and measured and {"accuracy", "images", "bonus"} <= set(measured):
            found.append((record.student, measured["accuracy"], int(measured["bonus"])))
            sizes.setdefault(int(measured["images"]), record.student)
    if len(sizes) > 1:
        raise CourseError(
            "weights were measured on different images, e.g. "
            + ", ".join(f"{student}'s on {images:,}" for images, student in sizes.items())
            + ": grade all of them again, on one machine or with the same data"
        )
    found.sort(key=lambda row: (-row[1], row[0]))
    accuracies = [accuracy for _, accuracy, _ in found]
    return [
        Place(accuracies.index(accuracy) + 1, student, accuracy, bonus)
        for student, accuracy, bonus in found
    ]


def write_csv(places: list[Place], path: str | Path) -> None:
    """Columns place, student, accuracy, bonus."""
    rows = [[p.place, p.student, f"{p.accuracy:.4f}", p.bonus] for p in places]
    write_rows(path, COLUMNS, rows)


def table(places: list[Place]) -> str:
    """The ranking as text, a line each.

    >>> print(table([Place(1, "ada", 0.7713, 2), Place(2, "bob", 0.6, 0)]))
      place  accuracy      bonus  student
          1  77.13%            2  ada
          2  60.00%            0  bob
    """
    rows = [[p.place, f"{p.accuracy:.2%}", p.bonus, p.student] for p in places]
    return as_text(["place", "accuracy", "bonus", "student"], rows)
