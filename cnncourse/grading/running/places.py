"""Where the submissions of an assignment lie, and what grading leaves of each."""

import os
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path

from cnncourse.grading.gradebook.lock import alone
from cnncourse.grading.intake.folders import recover, students


class Places:
    """Those of one assignment: `submitted`/STUDENT/NAME/, and the folders in grading/.

    only: the students whose submissions are graded now, by default all.
    """

    def __init__(
        self,
        root: str | Path,
        name: str,
        submitted: str | Path | None = None,
        only: Collection[str] | None = None,
    ):
        self.root, self.name, self.only = Path(root).resolve(), name, only
        self.work = self.root / "grading"
        self.submitted = Path(submitted or self.work / "submitted").resolve()
        recover(self.submitted, name)

    def everyone(self) -> list[str]:
        """All who have a folder for this assignment."""
        return students(self.submitted, self.name) if self.submitted.is_dir() else []

    def students(self) -> list[str]:
        """Those of them whose submissions are graded now."""
        return [name for name in self.everyone() if self.only is None or name in self.only]

    def without_record(self) -> list[str]:
        """Those of these who have no record, and so are surely to be examined."""
        return [name for name in self.students() if not os.path.exists(self.record(name))]

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else grades in this folder until the block ends; Busy if somebody does now."""
        return alone(self.work)

    def record(self, student: str) -> Path:
        """Where the record is kept, which makes a submission done."""
        return self.work / "verdicts" / self.name / f"{student}.json"

    def tried(self, student: str) -> Path:
        """Where a record is kept that is no verdict yet (see disputes/changes.py)."""
        return self.work / "tried" / self.name / f"{student}.json"

    def pages(self, student: str) -> tuple[Path, Path]:
        """The notebook for the formgrader and, written last, the page for the student."""
        return (
            self.work / "autograded" / student / self.name / f"{self.name}.ipynb",
            self.work / "feedback" / student / self.name / f"{self.name}.html",
        )
