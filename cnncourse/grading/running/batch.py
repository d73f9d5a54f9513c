"""Grade every submission of an assignment in parallel, whatever the others do.

The master reads submissions, hands them out, and is the only one to write: the verdict first,
which is what makes a submission done, then what can be made again from it. So a run that was
killed anywhere takes up where it stopped.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from distributed import Future

from cnncourse.course import CourseError
from cnncourse.grading.gradebook.book import Book, Entry, timestamp
from cnncourse.grading.gradebook.course import open_course, read_assignment, run
from cnncourse.grading.intake.folders import read_submission, students
from cnncourse.grading.records import GRADER_ERROR, Record, read_record, write_record, write_whole

from . import jobs, process
from .cluster import Cluster
from .jobs import Done, Job
from .settings import Settings

TRIES = 2  # after a grader error
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """A line of the table: what counts in the gradebook, and what the record says."""

    assignment: str
    student: str
    verdict: str
    points: float
    max_points: float
    message: str
    tests: dict[str, float] = field(default_factory=dict)
    resources: dict[str, float] = field(default_factory=dict)
    sandboxed: bool = True
    new: bool = True


class Busy(CourseError):
    """Another run is at work in this folder."""


class Batch:
    """All submissions of one assignment in `submitted`/STUDENT/NAME/NAME.ipynb."""

    def __init__(
        self,
        root: str | Path,
        name: str,
        settings: Settings,
        submitted: str | Path | None = None,
        force: bool = False,
    ):
        self.root, self.name = Path(root).resolve(), name
        self.settings, self.force = settings, force
        self.work = self.root / "grading"
        self.submitted = Path(submitted or self.work / "submitted").resolve()
        # The release goes to the working folder: grading never touches exercises/.
        self.api = open_course(
            self.root,
            submitted_directory=str(self.submitted),
            release_directory=str(self.work / "release"),
        )
        self.assignment = read_assignment(self.root, name)

    def students(self) -> list[str]:
        """Everyone who has a folder for this assignment."""
        return students(self.submitted, self.name) if self.submitted.is_dir() else []

    def grade(
        self, cluster: Cluster, watch: Callable[[Result], object] = lambda result: None
    ) -> list[Result]:
        """Grade what is not done; `watch` is called with each Result as it arrives."""
        results: list[Result] = []

        def add(result: Result) -> None:
            watch(result)
            results.append(result)

        with self._alone():
            if self.force or not all(self._record(name).exists() for name in self.students()):
                cluster.prepare(process.prepare, self.settings)  # while nbgrader makes the release
            run(self.api.generate_assignment, self.name)
            with Book(self.api, self.name, self.assignment.tests) as self.book:
                self.max_points = self.book.max_points
                try:
                    with closing(cluster.spread(jobs.do, self._jobs(add), TRIES)) as found:
                        for job, future in found:
                            add(self._finish(job, future))
                finally:
                    cluster.release(process.close)  # the workers of a cluster outlive this run
        return sorted(results, key=lambda result: result.student)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.work.mkdir(exist_ok=True)
        with open(self.work / ".lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(
                    f"another run is grading in {self.work}; wait for it, or end it"
                ) from None
            yield

    def _jobs(self, add: Callable[[Result], object]) -> Iterator[tuple[str, Job]]:
        """What is to be done, read when it is asked for; `add` gets the Results of the others."""
        for student in self.students():
            job = self._job(student)
            if isinstance(job, Record):
                add(self._result(student, job, self.book.entry(student), new=False))
            else:
                yield f"{self.name}-{student}-{job.key[:16]}", job

    def _job(self, student: str) -> Job | Record:
        """What is to be done for a student; their record if that is nothing."""
        entry = self.book.entry(student)
        submission = read_submission(self.submitted, student, self.name)
        job = jobs.job(self.assignment, submission, self.settings, entry)
        record = read_record(self._record(student))
        if self.force or record is None or record.verdict == GRADER_ERROR or record.key != job.key:
            return job
        up_to_date = (
            record.by_hand == entry.by_hand
            and self.book.holds(record, entry)
            and all(_is_newer(path, self._record(student)) for path in self._pages(student))
        )
        return record if up_to_date else replace(job, record=record)

    def _finish(self, job: Job, future: "Future[Done]") -> Result:
        """Write what a worker found, and what follows from it."""
        student = job.submission.student
        try:
            done = future.result()
            log.debug("%s, %s: %s", self.name, student, done.record.verdict)
        except process.UnfitWorker:
            raise
        except Exception as error:  # whatever it was, it is no answer's fault and stops no other
            log.exception("%s, %s: grader error", self.name, student)
            failed = Record(
                self.name,
                student,
                GRADER_ERROR,
                f"{type(error).__name__}: {error}",
                seed=self.settings.seed,
                key=job.key,
                sandboxed=self.settings.sandbox,
            )
            done = jobs.do(replace(job, record=failed))
        record = replace(done.record, by_hand=job.entry.by_hand)
        if record != job.record:
            write_record(record, self._record(student))
        entry = None if job.record is None else self.book.entry(student)
        if entry is None or not self.book.holds(record, entry):
            when = timestamp(job.submission.files.get("timestamp.txt", b""))
            self.book.write(record, when)
            entry = self.book.entry(student)
            if entry.late_penalty != job.entry.late_penalty:
                done = jobs.do(replace(job, record=record, entry=entry))
        for path, text in zip(self._pages(student), (done.notebook, done.page), strict=True):
            write_whole(path, text)
        return self._result(student, record, entry)

    def _record(self, student: str) -> Path:
        return self.work / "verdicts" / self.name / f"{student}.json"

    def _pages(self, student: str) -> tuple[Path, Path]:
        """The notebook for the formgrader and, written last, the page for the student."""
        return (
            self.work / "autograded" / student / self.name / f"{self.name}.ipynb",
            self.work / "feedback" / student / self.name / f"{self.name}.html",
        )

    def _result(self, student: str, record: Record, entry: Entry, new: bool = True) -> Result:
        message = record.message
        if entry.waiting and record.verdict != GRADER_ERROR:
            message += f"; {entry.waiting:g} points wait to be given by hand, in the formgrader"
        return Result(
            self.name,
            student,
            record.verdict,
            entry.points,
            self.max_points,
            message,
            {name: cell["score"] for name, cell in entry.cells.items() if cell["most"]},
            record.resources,
            record.sandboxed,
            new,
        )


def _is_newer(path: Path, record: Path) -> bool:
    try:
        return os.stat(path).st_mtime_ns >= os.stat(record).st_mtime_ns
    except FileNotFoundError:
        return False
