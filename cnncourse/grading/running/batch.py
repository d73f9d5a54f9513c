"""Grade every submission of an assignment in parallel, whatever the others do.

The master reads submissions, hands them out, and is the only one to write: the verdict first,
which is what makes a submission done, then what can be made again from it. So a run that was
killed anywhere takes up where it stopped.
"""

import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from cnncourse.grading.gradebook.book import Book
from cnncourse.grading.gradebook.course import open_course, run
from cnncourse.grading.gradebook.entry import Entry, message
from cnncourse.grading.gradebook.late import settle
from cnncourse.grading.gradebook.plugin import configured
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.folders import read_submission
from cnncourse.grading.intake.received import received
from cnncourse.grading.intake.taking import timestamp
from cnncourse.grading.records import GRADER_ERROR, Record, read_record, write_record
from cnncourse.grading.term.standing import Term
from cnncourse.whole import write_whole

from . import jobs, process
from .cluster import Cluster
from .jobs import Done, Job, plainly
from .places import Places
from .scheduler import KilledWorker, in_words
from .settings import Settings

TRIES = 2  # after a grader error
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """A line of the table: what counts in the gradebook, and what the record says.

    failed: grading met an error that is not the submission's, now; an earlier verdict still stands.
    """

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
    failed: bool = False


class Batch(Places):
    """The submissions of one assignment, graded.

    force: examine again what is done.
    """

    def __init__(
        self,
        root: str | Path,
        name: str,
        settings: Settings,
        submitted: str | Path | None = None,
        force: bool = False,
        only: Collection[str] | None = None,
    ):
        super().__init__(root, name, submitted, only)
        self.settings, self.force = settings, force
        # The release goes to the working folder: grading never touches exercises/.
        self.api = open_course(
            self.root,
            submitted_directory=str(self.submitted),
            release_directory=str(self.work / "release"),
        )
        self.assignment = read_assignment(self.root, name)

    def grade(
        self, cluster: Cluster, watch: Callable[[Result], object] = lambda result: None
    ) -> list[Result]:
        """Grade what is not done; `watch` is called with each Result as it arrives."""
        results: dict[str, Result] = {}

        def add(result: Result) -> None:
            watch(result)
            results[result.student] = result

        with self.alone():
            Term(self.root).rules  # noqa: B018, what is wrong in them is said before all the work
            todo = self.students() if self.force else self.without_record()
            if todo:  # while nbgrader makes the release
                cluster.prepare(self.settings, len(todo))
            run(self.api.generate_assignment, self.name)
            with Book(self.api, self.name, self.assignment.tests) as self.book:
                self.max_points = self.book.max_points
                try:
                    with closing(cluster.spread(jobs.do, self._jobs(add), TRIES)) as found:
                        for job, done in found:
                            add(self._finish(job, done))
                except BaseException:
                    self._add_earlier(set(results), add)
                    raise
            return self._settled(results)

    def _settled(self, results: Mapping[str, Result]) -> list[Result]:
        """The results after whatever being late costs now, anywhere in the term."""
        scores = settle(self.root, lambda: configured(self.root)).scores[self.name].of
        return [
            replace(result, points=scores[student].final)
            if student in scores and not result.failed
            else result
            for student, result in sorted(results.items())
        ]

    def _add_earlier(self, reached: set[str], add: Callable[[Result], object]) -> None:
        """What stands from earlier runs for those that a run which stopped did not come to."""
        for student in self.students():
            record = read_record(self.record(student))
            if student not in reached and record and record.verdict != GRADER_ERROR:
                try:
                    result = self._result(student, record, self.book.entry(student), new=False)
                except Exception:  # whatever stopped the run may stop this, too
                    log.exception("%s, %s: no entry", self.name, student)
                else:
                    add(result)

    def _jobs(self, add: Callable[[Result], object]) -> Iterator[tuple[str, Job]]:
        """What is to be done, read when it is asked for; `add` gets the Results of the others."""
        for student in self.students():
            try:
                job = self._job(student)
                if isinstance(job, Record):
                    add(self._result(student, job, self.book.entry(student), new=False))
            except Exception as error:  # whatever it was, it stops no other
                add(self._failed(student, error))
                continue
            if isinstance(job, Job):
                yield f"{self.name}-{student}-{job.key[:16]}", job

    def _job(self, student: str) -> Job | Record:
        """What is to be done for a student; their record if that is nothing."""
        entry = self.book.entry(student)
        submission = read_submission(self.submitted, student, self.name)
        job = jobs.job(self.assignment, submission, self.settings, entry)
        record = read_record(self.record(student))
        if self.force or not _is_of(job, record):
            tried = read_record(self.tried(student))  # by a run that wrote nothing else
            return job if self.force or not _is_of(job, tried) else replace(job, record=tried)
        assert record is not None
        up_to_date = (
            record.by_hand == entry.by_hand
            and self.book.holds(record, entry)
            and all(_is_newer(path, self.record(student)) for path in self.pages(student))
        )
        return record if up_to_date else replace(job, record=record)

    def _finish(self, job: Job, found: Done | Exception) -> Result:
        """Write what a worker found, and what follows from it; raises UnfitWorker, nothing else."""
        student = job.submission.student
        try:
            if isinstance(found, Exception):
                raise found
            log.debug("%s, %s: %s", self.name, student, found.record.verdict)
            return self._enter(job, found)
        except process.UnfitWorker:
            raise
        except Exception as error:  # whatever it was, it is no answer's fault and stops no other
            return self._failed(student, error, job)

    def _enter(self, job: Job, done: Done) -> Result:
        student = job.submission.student
        record = replace(done.record, by_hand=job.entry.by_hand)
        if record != read_record(self.record(student)):
            write_record(record, self.record(student))
        self.tried(student).unlink(missing_ok=True)
        entry = None if job.record is None else self.book.entry(student)
        if entry is None or not self.book.holds(record, entry):
            # The student wrote this file, unless nobody but nbgrader had it in hand.
            known = received(self.root, self.name, student)
            stamp = b"" if known else job.submission.files.get("timestamp.txt", b"")
            self.book.write(record, timestamp(stamp))
            entry = self.book.entry(student)
        for path, text in zip(self.pages(student), (done.notebook, done.page), strict=True):
            write_whole(path, text)
        result = self._result(student, record, entry)
        if done.problem:
            result = replace(result, message=f"{result.message}; {done.problem}")
        return result

    def _failed(self, student: str, error: Exception, job: Job | None = None) -> Result:
        """What is left to say where grading met an error: no earlier verdict is lost to it."""
        log.error("%s, %s: grader error", self.name, student, exc_info=error)
        said = in_words(error)
        record, entry = None, Entry()
        with suppress(Exception):  # reading it may be what failed
            record = read_record(self.record(student))
        stands = record is not None and record.verdict != GRADER_ERROR
        if record is None or not stands:
            record = Record(
                self.name,
                student,
                GRADER_ERROR,
                said,
                key=job.key if job else "",
                sandboxed=self.settings.sandbox,
            )
        try:
            self.book.undo()
            if not stands:
                write_record(record, self.record(student))
                self.book.write(record)
            entry = self.book.entry(student)
            self._leave_pages(record, entry, error, job)
        except Exception:  # the disk or the gradebook itself: the next run tries again
            log.exception("%s, %s: cannot be written", self.name, student)
        result = self._result(student, record, entry)
        if stands:
            message = f"{result.message}; then grading met an error ({said}): this verdict stands"
            result = replace(result, message=message, new=False)
            if not self.book.holds(record, entry):  # and the next run writes it there
                result = replace(result, points=sum(record.points.values()))
        return replace(result, failed=True)

    def _leave_pages(self, record: Record, entry: Entry, error: Exception, job: Job | None) -> None:
        """Pages after an error: those of a verdict that stands are left, or made by a next run."""
        notebook, page = self.pages(record.student)
        if record.verdict != GRADER_ERROR:
            if not page.exists():  # an older one is made again by the next run
                write_whole(page, plainly(record, error).page)
            return
        if job is None or isinstance(error, KilledWorker):  # what ended a worker would end this one
            done = plainly(record, error)
        else:  # for whoever grades it by hand
            done = jobs.do(replace(job, record=record, entry=entry))
        write_whole(notebook, done.notebook)
        write_whole(page, done.page)

    def _result(self, student: str, record: Record, entry: Entry, new: bool = True) -> Result:
        return Result(
            self.name,
            student,
            record.verdict,
            entry.points,
            self.max_points,
            message(record, entry.waiting),
            {name: cell["score"] for name, cell in entry.cells.items() if cell["most"]},
            record.resources,
            record.sandboxed,
            new,
        )


def _is_of(job: Job, record: Record | None) -> bool:
    """Is it the verdict on what a job is about?"""
    return record is not None and record.verdict != GRADER_ERROR and record.key == job.key


def _is_newer(path: Path, record: Path) -> bool:
    try:
        return os.stat(path).st_mtime_ns >= os.stat(record).st_mtime_ns
    except FileNotFoundError:
        return False
