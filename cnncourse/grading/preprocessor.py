"""Steps that nbgrader takes in place of its own, so that it gives the grades of the batch."""

import shutil
from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.gradebook.course import course_seed, data_folder, read_assignment
from cnncourse.grading.intake import notebooks
from cnncourse.grading.intake.folders import read
from cnncourse.grading.running import jobs

from .records import GRADER_ERROR, read_record, write_record


class _OfOurs(NbGraderPreprocessor):
    """Knows the course's folders from the nbgrader program that it is a part of."""

    def _job(self, resources, settings=None):
        course = self.parent.parent.coursedir
        name, student = (resources["nbgrader"][key] for key in ("assignment", "student"))
        submitted = Path(course.root, course.submitted_directory)
        assignment = read_assignment(course.root, name)
        return jobs.Job(
            name, assignment.source, assignment.skeleton, read(submitted, student, name), settings
        )


class RestoreCells(_OfOurs):
    """Before nbgrader's own checks: the assignment's cells with the student's answers in them.

    One duplicated or malformed cell would stop those checks, and with them the class.
    """

    def preprocess(self, notebook, resources):
        return jobs.answers(self._job(resources))[0], resources


class ExamineSubmission(_OfOurs):
    """In place of Execute: takes the submission's record, or examines it here and now."""

    cell_seconds = Integer(int(Limits.cell_seconds), help="Seconds for one cell.").tag(config=True)
    submission_seconds = Integer(
        int(Limits.submission_seconds), help="Seconds for all cells together."
    ).tag(config=True)
    sandbox = Bool(True, help="False runs submissions with all your rights.").tag(config=True)

    def preprocess(self, notebook, resources):
        course = self.parent.parent.coursedir
        place = Path(course.root, "grading")
        settings = jobs.Settings(
            course_seed(place),
            Limits(cell_seconds=self.cell_seconds, submission_seconds=self.submission_seconds),
            self.sandbox,
            data_folder(course.root),
        )
        job = self._job(resources, settings)
        path = place / "verdicts" / job.assignment / f"{job.submission.student}.json"
        record = read_record(path)
        if record is None or record.verdict == GRADER_ERROR or record.content != job.key():
            record = jobs.examine(job)
            write_record(record, path)
        self._tidy(
            Path(
                course.format_path(
                    course.autograded_directory, job.submission.student, job.assignment
                )
            )
        )
        return notebooks.annotate(notebook, record), resources

    def _tidy(self, folder):
        """Only the notebook stays: nbgrader would copy a student's other files to the feedback."""
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != f"{folder.name}.ipynb":
                path.unlink()


def set_aside(assignment, student, notebooks):
    """A hook before `nbgrader autograde` reads a submission: one with links is not graded.

    nbgrader would follow them into its own folders. With no notebook left it stops at this
    student, removes what it copied, and goes on with the next.
    """
    folder = Path(notebooks[0]).parent
    found = read(folder.parents[1], folder.parent.name, folder.name)
    if found.problem and found.problem[0] == "policy":
        print(f"{folder.parent.name} is not graded: {found.problem[1]}. `cnncourse grade` does it.")
        notebooks.clear()
