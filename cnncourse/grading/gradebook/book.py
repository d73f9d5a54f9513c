"""The one writer to nbgrader's gradebook: what `nbgrader autograde` writes, in one step each."""

import warnings
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedNotebook,
)
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import DatabaseError, SAWarning

from cnncourse.grading.records import GRADER_ERROR, ByHand, Record

from .entry import Entry, Score, auto_comment, auto_score
from .errors import NbgraderError, advice

# SQLAlchemy's remark on how nbgrader begins a submission; a lecturer can do nothing about it.
warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)


class Book:
    """The gradebook of one assignment, open until the `with` block ends; tests: names of cells."""

    def __init__(self, api: NbGraderAPI, assignment: str, tests: Collection[str]):
        self.api, self.assignment, self.tests = api, assignment, tests

    def __enter__(self) -> Self:
        """Raises NbgraderError where the database cannot be used."""
        try:
            self.book = Gradebook(self.api.coursedir.db_url, self.api.course_id)
        except DatabaseError as error:
            raise NbgraderError(advice(f"{type(error).__name__}: {error.orig}")) from error
        return self

    def __exit__(self, *error: object) -> None:
        self.book.close()

    def undo(self) -> None:
        """Forget what an error left half written."""
        self.book.db.rollback()

    @property
    def max_points(self) -> float:
        """The most that the assignment gives."""
        most: float = self.book.find_assignment(self.assignment).max_score
        return most

    def entry(self, student: str) -> Entry:
        """What is written about a student's submission."""
        try:
            submission = self.book.find_submission(self.assignment, student)
        except MissingEntry:
            return Entry()
        late = sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)
        cells: dict[str, Score] = {}
        by_hand: ByHand = {}

        # Asked for at once: nbgrader's objects ask cell by cell.
        def of_cells(table: Any, *columns: Any) -> Any:
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
            cells[name] = Score(score=score, auto=auto, manual=manual, waiting=waiting, most=most)
            if manual is not None or extra:
                by_hand[name] = [score, None]
        for name, text in of_cells(Comment, Comment.manual_comment):
            if text:
                by_hand[name] = [by_hand.get(name, [None])[0], text]
        self.book.db.expunge_all()  # memory stays flat
        return Entry(cells, by_hand, late)

    def holds(self, record: Record, entry: Entry) -> bool:
        """Does an entry give the points of a record?"""
        if record.verdict == GRADER_ERROR or not set(self.tests) <= set(entry.cells):
            return False
        return all(
            entry.cells[test]["auto"] == record.earned(test, entry.cells[test]["most"])
            for test in self.tests
        )

    def write(self, record: Record, timestamp: datetime | None = None) -> None:
        """Enter a record's points.

        What a person gave is kept and, as in nbgrader, marked to be looked at again. After a
        grader error the tests have no points and wait for a person. Lateness is `late.settle`'s.
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
        book.db.expunge_all()
