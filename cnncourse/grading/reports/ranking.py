"""Who trained best: the bonus and the ranking of the weights handed in with lenet_cifar10.

The last test cell of the assignment measures the file lenet_cifar10.pt; its numbers are in the
records. No text that a student could write is read.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

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


def ranking(root: str | Path, name: str = NAME) -> tuple[list[Place], dict[str, str]]:
    """A `Place` for each student whose weights were measured, the best first; who has none, why.

    Accuracies compare on the same images alone: ranked are those measured on the number of images
    on which most were, the larger number if there are two.
    """
    found: list[tuple[str, float, int, int]] = []
    for path in sorted(Path(root, "grading", "verdicts", name).glob("*.json")):
        record = read_record(path)
        measured = record.measured.get(CELL) if record else None
        if record and measured and {"accuracy", "images", "bonus"} <= set(measured):
            numbers = measured["accuracy"], int(measured["bonus"]), int(measured["images"])
            found.append((record.student, *numbers))
    counted = Counter(images for *_, images in found)
    ranked = max(counted, key=lambda images: (counted[images], images), default=0)
    others = {
        student: f"measured on {images:,} images, not on {ranked:,} as most were: "
        "grade it again with the same data"
        for student, _, _, images in found
        if images != ranked
    }
    rows = sorted(
        (-accuracy, student, bonus) for student, accuracy, bonus, n in found if n == ranked
    )
    accuracies = [-negative for negative, _, _ in rows]
    places = [
        Place(accuracies.index(-negative) + 1, student, -negative, bonus)
        for negative, student, bonus in rows
    ]
    return places, others


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
