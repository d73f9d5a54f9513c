"""The one writer to nbgrader's gradebook: what `nbgrader autograde` writes, in one step each."""

from dataclasses import dataclass, field

from nbformat.v4 import new_notebook
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from cnncourse.grading.records import GRADER_ERROR


@dataclass(frozen=True)
class Entry:
    """What the gradebook says of a submission; empty if it has none.

    cells: {name: {"score", "auto", "manual", "waiting", "most"}} of all that gives points.
    by_hand: {cell: [points or None, comment or None]} that a person gave.
    """

    cells: dict = field(default_factory=dict)
    by_hand: dict = field(default_factory=dict)
    late_penalty: float = 0.0

    @property
    def points(self) -> float:
        return max(0.0, sum(cell["score"] for cell in self.cells.values()) - self.late_penalty)

    @property
    def waiting(self) -> float:
        """The most that a person can still give."""
        return sum(cell["most"] for cell in self.cells.values() if cell["waiting"])


class Book:
    """The gradebook of one assignment, open until the `with` block ends; tests: names of cells."""

    def __init__(self, api, assignment, tests):
        self.api, self.assignment, self.tests = api, assignment, tests

    def __enter__(self):
        self.book = Gradebook(self.api.coursedir.db_url, self.api.course_id)
        return self

    def __exit__(self, *error):
        self.book.close()

    @property
    def max_points(self) -> float:
        """The most that the assignment gives."""
        return self.book.find_assignment(self.assignment).max_score

    def entry(self, student) -> Entry:
        """What is written about a student's submission."""
        try:
            submission = self.book.find_submission(self.assignment, student)
        except MissingEntry:
            return Entry()
        late = sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)
        cells, by_hand = {}, {}

        def of_cells(table, *columns):  # asked for at once: nbgrader's objects ask cell by cell
            return (
                self.book.db.query(BaseCell.name, *columns)
                .select_from(table)
                .join(table.cell)
                .join(table.notebook)
                .filter(SubmittedNotebook.assignment_id == submission.id)
            )

        for name, score, auto, manual, extra, waiting, most in of_cells(
            Grade,
            Grade.score,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
            Grade.max_score,
        ):
            cells[name] = {
                "score": score,
                "auto": auto,
                "manual": manual,
                "waiting": waiting,
                "most": most,
            }
            if manual is not None or extra:
                by_hand[name] = [score, None]
        for name, text in of_cells(Comment, Comment.manual_comment):
            if text:
                by_hand[name] = [by_hand.get(name, [None])[0], text]
        self.book.db.expunge_all()  # memory stays flat
        return Entry(cells, by_hand, late)

    def holds(self, record, entry) -> bool:
        """Does an entry give the points of a record?"""
        if record.verdict == GRADER_ERROR or not set(self.tests) <= set(entry.cells):
            return False
        return all(
            entry.cells[test]["auto"] == record.earned(test, entry.cells[test]["most"])
            for test in self.tests
        )

    def write(self, record, timestamp=None):
        """Enter a record's points. What a person gave is kept and, as in nbgrader, marked to be looked at again. After a
        grader error the tests have no points and wait for a person.
        """
        book = self.book
        book.update_or_create_student(record.student)
        when = {"timestamp": timestamp} if timestamp else {}
        submission = book.update_or_create_submission(self.assignment, record.student, **when)
        # Held while their names are asked for, so that the database is not, once for each.
        known = (
            book.db.query(BaseCell)
            .join(Notebook)
            .filter(Notebook.assignment_id == submission.assignment_id)
            .all()
        )
        for entry in submission.notebooks:
            for grade in entry.grades:
                grade.auto_score = auto_score(record, grade.name, grade.max_score, self.tests)
                grade.needs_manual_grade = (
                    grade.auto_score is None or grade.manual_score is not None
                )
            for comment in entry.comments:
                comment.auto_comment = auto_comment(record, comment.name)
        del known
        book.db.commit()
        if submission.total_seconds_late > 0:
            AssignLatePenalties(config=self.api.config).preprocess(
                new_notebook(),
                {
                    "nbgrader": {
                        "notebook": self.assignment,
                        "assignment": self.assignment,
                        "student": record.student,
                        "db_url": self.api.coursedir.db_url,
                    }
                },
            )
        book.db.expunge_all()


def auto_score(record, name, most, tests) -> float | None:
    """The program's points for a cell, None for one that waits for a person, as nbgrader has it.

    After a grader error tests wait, too; an answer that nobody wrote is worth nothing.
    """
    if name in tests:
        return None if record.verdict == GRADER_ERROR else record.earned(name, most)
    return 0.0 if name in record.unanswered else None


def auto_comment(record, name) -> str | None:
    """What nbgrader remarks on an answer that is still as it was released."""
    return "No response." if name in record.unanswered else None


def timestamp(text):
    """The time in a submission's timestamp.txt as nbgrader reads it; None if it holds none."""
    try:
        return parse_utc(text.decode().strip()) if text.strip() else None
    except (ValueError, OverflowError, UnicodeDecodeError):
        return None
