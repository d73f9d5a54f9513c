"""Steps that nbgrader takes in place of its own, so that it gives the grades of the batch."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Integer

from cnncourse.course import Cell, Notebook
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.gradebook.entry import auto_comment, auto_score
from cnncourse.grading.gradebook.feedback import Resources
from cnncourse.grading.intake import notebooks
from cnncourse.grading.intake.assignments import Assignment, read_assignment
from cnncourse.grading.intake.folders import Submission, read_submission
from cnncourse.grading.running import jobs
from cnncourse.grading.running.settings import Settings, course_secret

from .records import GRADER_ERROR, read_record, write_record


class _OfOurs(NbGraderPreprocessor):
    """Knows the course's folders from the nbgrader program that it is a part of."""

    def _asked_for(self, resources: Resources) -> tuple[Assignment, Submission]:
        """The assignment and the submission that this run of nbgrader is about."""
        course = self.parent.parent.coursedir
        name, student = (resources["nbgrader"][key] for key in ("assignment", "student"))
        submitted = Path(course.root, course.submitted_directory)
        return read_assignment(course.root, name), read_submission(submitted, student, name)


class RestoreCells(_OfOurs):
    """Before nbgrader's own checks: the assignment's cells with the student's answers in them.

    One duplicated or malformed cell would stop those checks, and with them the class.
    """

    def preprocess(self, notebook: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        sandbox = self.config.ExamineSubmission.get("sandbox", True)
        found = jobs.read(*self._asked_for(resources), Settings(0, sandbox=sandbox))
        return found.notebook, resources


class ExamineSubmission(_OfOurs):
    """In place of Execute: takes the submission's record, or examines it here and now."""

    cell_seconds = Integer(int(Limits.cell_seconds), help="Seconds for one cell.").tag(config=True)
    submission_seconds = Integer(
        int(Limits.submission_seconds), help="Seconds for all cells together."
    ).tag(config=True)
    sandbox = Bool(True, help="False runs submissions with all your rights.").tag(config=True)

    def preprocess(self, notebook: Notebook, resources: Resources) -> tuple[Notebook, Resources]:
        course = self.parent.parent.coursedir
        place = Path(course.root, "grading")
        limits = Limits(cell_seconds=self.cell_seconds, submission_seconds=self.submission_seconds)
        settings = Settings.of_course(course.root, course_secret(place), limits, self.sandbox)
        assignment, submission = self._asked_for(resources)
        job = jobs.job(assignment, submission, settings)
        path = place / "verdicts" / assignment.name / f"{submission.student}.json"
        record = read_record(path)
        if record is None or record.verdict == GRADER_ERROR or record.key != job.key:
            record = jobs.examine(job, jobs.read(assignment, submission, settings))
            write_record(record, path)
        names = submission.student, assignment.name
        self._tidy(Path(course.format_path(course.autograded_directory, *names)))
        resources["record"], resources["tests"] = record, assignment.tests
        return notebooks.annotate(notebook, record), resources

    def _tidy(self, folder: Path) -> None:
        """Only the notebook stays: nbgrader would copy a student's other files to the feedback."""
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != f"{folder.name}.ipynb":
                path.unlink()


class SaveGrades(SaveAutoGrades):
    """nbgrader's, with the numbers of the record in place of what a cell's output says."""

    def _add_score(self, cell: Cell, resources: Resources) -> None:
        grade = self._of(self.gradebook.find_grade, cell)
        grade.auto_score = auto_score(
            resources["record"], grade.name, grade.max_score, resources["tests"]
        )
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        self.gradebook.db.commit()

    def _add_comment(self, cell: Cell, resources: Resources) -> None:
        comment = self._of(self.gradebook.find_comment, cell)
        comment.auto_comment = auto_comment(resources["record"], comment.name)
        self.gradebook.db.commit()

    def _of(self, find: Callable[..., Any], cell: Cell) -> Any:
        name = cell.metadata.nbgrader.grade_id
        return find(name, self.notebook_id, self.assignment_id, self.student_id)


def set_aside(assignment: str, student: str, notebooks: list[str]) -> None:
    """A hook before `nbgrader autograde` reads a submission: one with links is not graded.

    nbgrader would follow them into its own folders. With no notebook left it stops at this
    student, removes what it copied, and goes on with the next.
    """
    folder = Path(notebooks[0]).parent
    found = read_submission(folder.parents[1], folder.parent.name, folder.name)
    if found.problem and found.problem[0] == "policy":
        print(f"{folder.parent.name} is not graded: {found.problem[1]}. `cnncourse grade` does it.")
        notebooks.clear()
