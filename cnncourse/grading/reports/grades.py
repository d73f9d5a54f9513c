"""grading/grades.csv: every submission of every assignment, whatever was graded last."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cnncourse.grading.gradebook.entry import message
from cnncourse.grading.gradebook.scores import opened, read_cells, read_scores
from cnncourse.grading.records import GRADER_ERROR, Record, read_record

from .tables import write_rows

COLUMNS = [
    "assignment",
    "student",
    "verdict",
    "points",
    "max_points",
    "message",
    "sandboxed",
    "seconds",
    "peak_memory_mb",
]


def write_grades(root: str | Path, results: Sequence[Any] = ()) -> Path:
    """Write the table from the records and the gradebook; the columns of the tests come last.

    results: those of a run that is ending, which know what went wrong in it.
    """
    path = Path(root, "grading", "grades.csv")
    now = {(result.assignment, result.student): result for result in results}
    lines: dict[tuple[str, str], tuple[list[Any], dict[str, float]]] = {}
    with opened(root) as connection:
        scores = read_scores(connection) if connection else {}
        cells = read_cells(connection) if connection else {}
    for record in _records(root):
        where = record.assignment, record.student
        score = scores[where[0]].of.get(where[1]) if where[0] in scores else None
        if where in now or score is None:
            continue
        lines[where] = (
            [
                *where,
                record.verdict,
                score.final if record.verdict != GRADER_ERROR else 0.0,
                scores[where[0]].most,
                message(record, score.waiting),
                record.sandboxed,
                *_cost(record.resources),
            ],
            cells.get(score.notebook, {}),
        )
    for where, result in now.items():
        points = result.points
        if not result.failed and where[0] in scores and where[1] in scores[where[0]].of:
            points = scores[where[0]].of[where[1]].final
        about = [result.max_points, result.message, result.sandboxed, *_cost(result.resources)]
        lines[where] = [*where, result.verdict, points, *about], result.tests
    tests = list(dict.fromkeys(test for where in sorted(lines) for test in lines[where][1]))
    write_rows(
        path,
        [*COLUMNS, *tests],
        [
            [*lines[where][0], *(lines[where][1].get(test) for test in tests)]
            for where in sorted(lines)
        ],
    )
    return path


def _records(root: str | Path) -> list[Record]:
    paths = sorted(Path(root, "grading", "verdicts").glob("*/*.json"))
    return [record for path in paths if (record := read_record(path)) is not None]


def _cost(resources: dict[str, float]) -> list[Any]:
    peak = resources.get("peak_memory_bytes")
    return [resources.get("seconds"), peak and round(peak / 1e6)]
