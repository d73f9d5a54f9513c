"""Who trained best: the bonus and the ranking of the weights handed in with lenet_cifar10.

    python -m cnncourse.grading.reports.ranking        # after grading; writes grading/ranking.csv

The last test cell of the assignment measures the file lenet_cifar10.pt and prints one line, which
is read here from the graded notebooks: the instructor's cell wrote it, no student's.
"""

import argparse
import csv
import io
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

NAME = "lenet_cifar10"
CELL = "bonus"
LINE = re.compile(
    r"^Bonus: (\d) of \d points\. Accuracy ([01]\.\d{4}) on ([\d,]+) held-out", re.MULTILINE
)


@dataclass(frozen=True)
class Entry:
    """A student's place; equal accuracies share one."""

    place: int
    student: str
    accuracy: float
    bonus: int


def measured(notebook):
    """(bonus, accuracy, number of images) of a graded notebook, or None without weights."""
    cells = [
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == CELL
    ]
    text = "".join(
        output.get("text", "")
        for cell in cells
        for output in cell.outputs
        if output.output_type == "stream"
    )
    found = LINE.search(text)
    return found and (int(found[1]), float(found[2]), int(found[3].replace(",", "")))


def ranking(root, name=NAME):
    """An `Entry` for each student whose weights were measured, the best first.

    Raises ValueError if some were measured on other images than the rest: then they are graded on
    different data and cannot be compared.
    """
    found, sizes = [], {}
    for path in sorted(Path(root, "grading", "autograded").glob(f"*/{name}/{name}.ipynb")):
        result = measured(nbformat.read(path, as_version=4))
        if result:
            student = path.parts[-3]
            bonus, accuracy, images = result
            found.append((student, accuracy, bonus))
            sizes.setdefault(images, student)
    if len(sizes) > 1:
        raise ValueError(
            "weights were measured on different images, e.g. "
            + ", ".join(f"{student}'s on {images:,}" for images, student in sizes.items())
            + ": grade all of them again, on one machine or with the same data"
        )
    found.sort(key=lambda row: (-row[1], row[0]))
    accuracies = [accuracy for _, accuracy, _ in found]
    return [
        Entry(accuracies.index(accuracy) + 1, student, accuracy, bonus)
        for student, accuracy, bonus in found
    ]


def write_csv(entries, path):
    """Columns place, student, accuracy, bonus. Text that a spreadsheet would compute is quoted."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["place", "student", "accuracy", "bonus"])
    for entry in entries:
        student = f"'{entry.student}" if entry.student[:1] in "=+-@\t" else entry.student
        rows.writerow([entry.place, student, f"{entry.accuracy:.4f}", entry.bonus])
    unfinished = Path(path).with_suffix(".part")
    unfinished.write_text(text.getvalue(), encoding="utf-8")
    os.replace(unfinished, path)


def table(entries) -> str:
    """The ranking as text, a line each.

    >>> print(table([Entry(1, "ada", 0.7713, 2), Entry(2, "bob", 0.6, 0)]))
    place  accuracy  bonus  student
        1    77.13%      2  ada
        2    60.00%      0  bob
    """
    lines = ["place  accuracy  bonus  student"]
    lines += [f"{e.place:5}  {e.accuracy:8.2%}  {e.bonus:5}  {e.student}" for e in entries]
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m cnncourse.grading.reports.ranking",
        description="Bonus and ranking of trained weights.",
    )
    parser.add_argument("--root", default=".", help="the course's folder (default: this one)")
    root = parser.parse_args(arguments).root
    try:
        entries = ranking(root)
    except ValueError as error:
        return f"No ranking: {error}."
    if not entries:
        return (
            f"No ranking: no graded submission of {NAME} came with weights that were measured "
            "on photographs. Grade first: make grade"
        )
    path = Path(root, "grading", "ranking.csv")
    write_csv(entries, path)
    print(f"{table(entries)}\n\nThe same is in {path}; the bonus comes on top of the 20 points.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
