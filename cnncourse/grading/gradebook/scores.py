"""All points of a term out of nbgrader's gradebook at once, without nbgrader.

nbgrader's objects ask the database for each number, and importing nbgrader takes seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, DateTime, Interval, bindparam, create_engine, text
from sqlalchemy.exc import DatabaseError

from .errors import NbgraderError, advice

SUBMISSIONS = """
SELECT a.name AS assignment, s.student_id AS student, s.id AS submission, n.id AS notebook,
       s.timestamp AS timestamp, s.extension AS extension, n.late_submission_penalty AS penalty
FROM submitted_assignment s
JOIN assignment a ON a.id = s.assignment_id
JOIN submitted_notebook n ON n.assignment_id = s.id
ORDER BY a.name, s.student_id
"""
# As nbgrader's Grade.score. A test without points is one that nobody could examine.
SCORE = """coalesce(g.manual_score + coalesce(g.extra_credit, 0),
                    g.auto_score + coalesce(g.extra_credit, 0), g.extra_credit, 0)"""
POINTS = f"""
SELECT g.notebook_id AS notebook,
       sum({SCORE}) AS points,
       sum(CASE WHEN g.needs_manual_grade THEN coalesce(c.max_score, t.max_score, 0) ELSE 0 END)
         AS waiting,
       max(g.auto_score IS NULL AND g.manual_score IS NULL AND c.cell_type = 'code'
           AND a.id IS NULL) AS unexamined
FROM grade g
LEFT JOIN grade_cells c ON c.id = g.cell_id
LEFT JOIN task_cells t ON t.id = g.cell_id
LEFT JOIN solution_cells a ON a.id = g.cell_id
GROUP BY g.notebook_id
"""
CELLS = f"""
SELECT g.notebook_id AS notebook, b.name AS cell, {SCORE} AS points
FROM grade g
JOIN base_cell b ON b.id = g.cell_id
LEFT JOIN grade_cells c ON c.id = g.cell_id
LEFT JOIN task_cells t ON t.id = g.cell_id
WHERE coalesce(c.max_score, t.max_score, 0) > 0
"""
MOST = """
SELECT a.name AS assignment, a.duedate AS due, coalesce(sum(c.max_score), 0) AS most
FROM assignment a
LEFT JOIN notebook n ON n.assignment_id = a.id
LEFT JOIN base_cell b ON b.notebook_id = n.id
LEFT JOIN (SELECT id, max_score FROM grade_cells UNION ALL SELECT id, max_score FROM task_cells) c
  ON c.id = b.id
GROUP BY a.id, a.name, a.duedate
"""


@dataclass
class Score:
    """A submission in the gradebook. Points before the penalty; waiting: points that a person can
    still give; examined: False after a grader error, which is no grade."""

    assignment: str
    student: str
    submission: str
    notebook: str
    timestamp: datetime | None
    extension: timedelta | None
    penalty: float
    points: float = 0.0
    waiting: float = 0.0
    examined: bool = True

    @property
    def final(self) -> float:
        return max(0.0, self.points - self.penalty)


@dataclass
class Scores:
    """Those of one assignment, by the folder of the submission."""

    assignment: str
    most: float
    due: datetime | None
    of: dict[str, Score] = field(default_factory=dict)


@contextmanager
def opened(root: str | Path) -> Iterator[Connection | None]:
    """The gradebook of the course in `root` in one transaction; None if there is none yet."""
    path = Path(root, "grading", "gradebook.db").resolve()
    if not path.exists():
        yield None
        return
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            yield connection
    except DatabaseError as error:
        raise NbgraderError(advice(f"{type(error).__name__}: {error.orig}")) from error
    finally:
        engine.dispose()


def read_scores(connection: Connection) -> dict[str, Scores]:
    """Every submission of every assignment."""
    found = {
        row.assignment: Scores(row.assignment, row.most, row.due)
        for row in connection.execute(text(MOST).columns(due=DateTime))
    }
    submissions = connection.execute(
        text(SUBMISSIONS).columns(timestamp=DateTime, extension=Interval)
    )
    by_notebook: dict[str, Score] = {}
    for row in submissions:
        score = Score(
            row.assignment,
            row.student,
            row.submission,
            row.notebook,
            row.timestamp,
            row.extension,
            row.penalty or 0.0,
        )
        by_notebook[row.notebook] = found[row.assignment].of[row.student] = score
    for row in connection.execute(text(POINTS)):
        if score := by_notebook.get(row.notebook):  # type: ignore[assignment]
            score.points, score.waiting = row.points, row.waiting or 0.0
            score.examined = not row.unexamined
    return found


def read_cells(connection: Connection) -> dict[str, dict[str, float]]:
    """{Score.notebook: {cell: points}} of all cells that give points."""
    found: dict[str, dict[str, float]] = {}
    for row in connection.execute(text(CELLS)):
        found.setdefault(row.notebook, {})[row.cell] = row.points
    return found


def write_due(connection: Connection, scores: Scores) -> None:
    connection.execute(
        text("UPDATE assignment SET duedate = :due WHERE name = :name").bindparams(
            bindparam("due", scores.due, DateTime), bindparam("name", scores.assignment)
        )
    )


def write_standing(connection: Connection, scores: list[Score]) -> None:
    """Enter times, extensions and penalties; none is written as nothing, as nbgrader does."""
    if not scores:
        return
    times = text(
        "UPDATE submitted_assignment SET timestamp = :time, extension = :more WHERE id = :id"
    ).bindparams(bindparam("time", type_=DateTime), bindparam("more", type_=Interval))
    connection.execute(
        times, [{"time": s.timestamp, "more": s.extension, "id": s.submission} for s in scores]
    )
    connection.execute(
        text("UPDATE submitted_notebook SET late_submission_penalty = :points WHERE id = :id"),
        [{"points": s.penalty or None, "id": s.notebook} for s in scores],
    )
