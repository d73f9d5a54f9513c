"""The work on one submission, as a function of plain data that any process can do."""

import logging
import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nbformat

from cnncourse.course import Notebook
from cnncourse.grading.examining import seeds
from cnncourse.grading.examining.warmed import GraderError
from cnncourse.grading.gradebook import plain
from cnncourse.grading.gradebook.entry import Entry
from cnncourse.grading.intake.assignments import Assignment
from cnncourse.grading.intake.folders import Submission, Unread
from cnncourse.grading.records import GRADER_ERROR, Record, content_key, software

from . import process
from .process import UnfitWorker
from .reader import Read
from .settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """All that a worker needs: the assignment, a submission, how to examine it.

    key: of this content, see `records.content_key`; the master computes it once, no worker does.
    entry: what the gradebook holds beside the program's points. A job with a record is not
    examined again: its pages are only made anew.
    """

    assignment: Assignment
    submission: Submission
    settings: Settings
    key: str
    entry: Entry = Entry()
    record: Record | None = None


@dataclass(frozen=True)
class Done:
    """What comes back: the record, the notebook for the formgrader, the page for the student.

    problem: why these two are plain ones, or "".
    """

    record: Record
    notebook: str
    page: str
    problem: str = ""


def job(
    assignment: Assignment, submission: Submission, settings: Settings, entry: Entry = Entry()
) -> Job:
    """What is to be done for a submission."""
    depends_on = settings.plain() | {"problem": submission.problem}
    key = content_key(submission.files, assignment.source, depends_on)
    return Job(assignment, submission, settings, key, entry)


def do(job: Job) -> Done:
    """Examine a submission, unless the job has a record already, and make its pages.

    A page that cannot be made costs nobody a verdict: then there is a plain one.
    """
    record = job.record
    try:
        found = read(job.assignment, job.submission, job.settings)
        record = record or examine(job, found)
        reader = process.reader(job.settings)
        return Done(record, *reader.pages(found.text, record, job.entry, job.assignment.skeleton))
    except Exception as error:
        if record is None:
            raise
        log.exception("%s, %s: no page", record.assignment, record.student)
        return plainly(record, error)


def plainly(record: Record, error: Exception) -> Done:
    """A record with pages that show nothing of the submission, and say why."""
    from .scheduler import in_words  # imports Dask, which few need for this alone

    why = f"the page cannot show what was handed in ({in_words(error)})"
    return Done(record, plain.notebook(record, why), plain.page(record, why), why)


def read(assignment: Assignment, submission: Submission, settings: Settings) -> Read:
    """The rebuilt notebook of a submission; the skeleton, with the reason, if it cannot be read."""
    files = {} if submission.refused else submission.files
    reader = process.reader(settings)
    try:
        found: Read = reader.read(assignment.expected, assignment.skeleton, files)
    except Unread as error:
        found = Read(assignment.skeleton, f"{assignment.name}.ipynb cannot be read: {error}", [])
    return found


def examine(job: Job, found: Read) -> Record:
    """Run a submission's cells and the tests; GraderError if that was not possible."""
    settings, name = job.settings, job.assignment.name
    if software() != settings.software:
        raise UnfitWorker(
            f"the worker {socket.gethostname()} has other versions of Python, torch, "
            "numpy or cnncourse than this machine; install the same ones"
        )
    seed = seeds.of_student(settings.seed, name, job.submission.student)
    about: dict[str, Any] = dict(
        assignment=name,
        student=job.submission.student,
        inputs=seeds.mark(seed),
        key=job.key,
        sandboxed=settings.sandbox,
        unanswered=found.unanswered,
    )
    problem = found.problem and ("unreadable", found.problem)
    if job.submission.refused or not job.submission.files:
        problem = job.submission.problem
    if problem:
        return Record(verdict=problem[0], message="; ".join([problem[1], *found.notes]), **about)
    outcome = process.worker(settings).examine(
        _read(job.assignment.source), found.notebook, found.files, seed
    )
    if outcome.verdict == GRADER_ERROR:
        raise GraderError(outcome.message)
    about["sandboxed"] = outcome.sandboxed
    return Record(
        verdict=outcome.verdict,
        message="; ".join([outcome.message, *found.notes]),
        points=outcome.points,
        messages=outcome.messages,
        measured=outcome.measured,
        outputs=outcome.outputs,
        withheld=outcome.withheld,
        resources=outcome.resources,
        **about,
    )


@lru_cache(maxsize=8)
def _parsed(text: str) -> Notebook:
    return nbformat.reads(text, as_version=4)


def _read(text: str) -> Notebook:
    """A notebook of its own, for callers that change it."""
    return nbformat.from_dict(_parsed(text))
