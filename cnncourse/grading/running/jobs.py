"""The work on one submission, as a function of plain data that any process can do."""

import atexit
import itertools
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat
from distributed import get_worker

from cnncourse.grading.examining.child import GraderError
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.sandbox.bwrap import SandboxError
from cnncourse.grading.examining.worker import Worker
from cnncourse.grading.gradebook import feedback
from cnncourse.grading.intake import notebooks
from cnncourse.grading.intake.folders import Submission
from cnncourse.grading.records import GRADER_ERROR, Record, content_key, environment


class UnfitWorker(Exception):
    """No submission can be examined on this machine; the message says what to do about it."""


@dataclass(frozen=True)
class Settings:
    """How submissions are examined; part of what a record stands for.

    data: the folder of data sets, or None. worker: what makes the process that runs
    submissions, called as `Worker(limits, sandbox, data)`.
    """

    seed: int
    limits: Limits = Limits()
    sandbox: bool = True
    data: Path | None = None
    worker: Callable = Worker
    environment: str = field(default_factory=environment)

    def plain(self) -> dict:
        """What a grade depends on, as plain values."""
        # Which images there are decides what lenet_cifar10 is tried on.
        found = [
            os.environ.get("CNNCOURSE_CIFAR10"),
            *(sorted(os.listdir(self.data)) if self.data else []),
        ]
        limits = {name: float(value) for name, value in asdict(self.limits).items()}
        return {
            "seed": self.seed,
            "limits": limits,
            "sandbox": self.sandbox,
            "data": found,
            "environment": self.environment,
        }


@dataclass(frozen=True)
class Job:
    """All that a worker needs: the assignment, a submission, how to examine it.

    by_hand, late_penalty: what the gradebook holds beside the program's points. A job with a
    record is not examined again: its pages are only made anew.
    """

    assignment: str
    source: str
    skeleton: str
    submission: Submission
    settings: Settings
    by_hand: dict = field(default_factory=dict)
    late_penalty: float = 0.0
    record: Record | None = None

    def key(self) -> str:
        """The key of this content, see `verdicts.content_key`."""
        settings = self.settings.plain() | {"problem": self.submission.problem}
        return content_key(self.submission.files, self.source, settings)


@dataclass(frozen=True)
class Done:
    """What comes back: the record, the notebook for the formgrader, the page for the student."""

    record: Record
    notebook: str
    page: str


def do(job) -> Done:
    """Examine a submission, unless the job has a record already, and make its pages."""
    record = job.record or examine(job)
    with _lock:  # the libraries of notebooks were not written for threads
        notebook = notebooks.annotate(answers(job)[0], record)
        page = feedback.render(notebook, record, job.by_hand, job.late_penalty)
        return Done(record, nbformat.writes(notebook), page)


def examine(job) -> Record:
    """Run a submission's cells and the tests; GraderError if that was not possible."""
    submission, settings = job.submission, job.settings
    if environment() != settings.environment:
        raise UnfitWorker(
            f"the worker {socket.gethostname()} has other versions of Python, torch, "
            "numpy or cnncourse than this machine; install the same ones"
        )
    about = dict(
        assignment=job.assignment,
        student=submission.student,
        seed=settings.seed,
        environment=environment(),
        content=job.key(),
        sandboxed=settings.sandbox,
    )
    with _lock:
        notebook, problem = answers(job)
    if problem:
        return Record(verdict=problem[0], message=problem[1], **about)
    files = {
        path: data for path, data in submission.files.items() if path != f"{job.assignment}.ipynb"
    }
    outcome = process(settings).examine(_read(job.source), notebook, files, settings.seed)
    if outcome.verdict == GRADER_ERROR:
        raise GraderError(outcome.message)
    about["sandboxed"] = outcome.sandboxed
    return Record(
        verdict=outcome.verdict,
        message=outcome.message,
        points=outcome.points,
        messages=outcome.messages,
        outputs=outcome.outputs,
        resources=outcome.resources,
        **about,
    )


def answers(job):
    """The rebuilt notebook, and None or the (verdict, sentence) why the answers are not in it."""
    skeleton, file = _read(job.skeleton), f"{job.assignment}.ipynb"
    if job.submission.problem:
        return skeleton, job.submission.problem
    try:
        submitted = notebooks.parse(job.submission.files[file], file)
        return notebooks.rebuild(skeleton, submitted, file), None
    except notebooks.Unreadable as error:
        return skeleton, ("unreadable", str(error))


@lru_cache(maxsize=8)
def _parsed(text):
    return nbformat.reads(text, as_version=4)


def _read(text):
    """A notebook of its own, for callers that change it."""
    return nbformat.from_dict(_parsed(text))


# One warm process in each process that works: torch is imported once, not for every submission.
_lock = threading.RLock()
_process = None
_threads, _numbers = threading.local(), itertools.count()


def process(settings):
    """This process's warm worker for these settings; the one for others is closed first."""
    global _process
    _keep_to_one_processor()
    with _lock:
        wanted = (settings.worker, settings.limits, settings.sandbox, settings.data)
        if _process is None or _process[0] != wanted:
            close()
            try:
                worker = settings.worker(settings.limits, settings.sandbox, settings.data)
            except SandboxError as error:
                raise UnfitWorker(str(error)) from None
            _process = wanted, worker, worker.__enter__()
        return _process[2]


def prepare(settings):
    """Start this process's warm worker before there is a submission."""
    process(settings)


def _keep_to_one_processor():
    """In a worker of this machine: this thread, and with it the processes that it asks for.

    They take turns, and to wake another processor for each turn takes a fifth of the time.
    """
    if hasattr(_threads, "number"):
        return
    _threads.number = next(_numbers)
    try:
        worker = get_worker()
    except ValueError:  # no thread of a cluster
        return
    if isinstance(worker.name, int) and hasattr(os, "sched_setaffinity"):  # a cluster of our own
        allowed = sorted(os.sched_getaffinity(0))
        number = worker.name * worker.state.nthreads + _threads.number
        os.sched_setaffinity(0, {allowed[number % len(allowed)]})


def close():
    """End this process's warm worker, if it has one."""
    global _process
    with _lock:
        if _process is not None:
            _, worker, _ = _process
            _process = None
            worker.__exit__(None, None, None)


atexit.register(close)
