"""What a regrade would change, for the whole class, before it writes anything that counts.

Submissions whose verdict no longer stands are examined, and the new records kept aside, where the
regrade itself takes them from: nothing is examined twice.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import nbformat
from nbgrader.api import Gradebook

from cnncourse.course import CourseError, grade_id
from cnncourse.grading.gradebook.errors import ADVICE, CELLS
from cnncourse.grading.intake.folders import read_submission
from cnncourse.grading.records import GRADER_ERROR, Record, read_record, write_record
from cnncourse.grading.reports.tables import shortened
from cnncourse.grading.running import jobs, process
from cnncourse.grading.running.batch import TRIES, Batch
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.jobs import Job

ONE_LINE = 100  # characters of a reason; it is whole in the notebook of `cnncourse show`


@dataclass(frozen=True)
class Change:
    """A student's record before, None without one, and what it would be; None: no change."""

    student: str
    before: Record | None
    after: Record | None
    problem: str = ""

    @property
    def tests(self) -> list[tuple[str, float, float, str]]:
        """(test, points before, points after, why) of the tests whose points change.

        Why is what the test says now or, where it passes, said before.
        """
        if self.after is None:
            return []
        old = self.before or Record(self.after.assignment, self.student, "unreadable", "")
        found = []
        for test in dict.fromkeys([*old.points, *self.after.points]):
            before, after = old.points.get(test, 0.0), self.after.points.get(test, 0.0)
            if before != after:
                why = self.after.messages.get(test) or f"before: {old.messages.get(test, '')}"
                found.append((test, before, after, why))
        return found

    @property
    def points(self) -> tuple[float, float]:
        """Those of the tests, before and after, whatever a person gave and lateness costs."""
        before = sum(self.before.points.values()) if self.before else 0.0
        return before, before if self.after is None else sum(self.after.points.values())


def examine(job: Job) -> Record:
    """The record that a submission would get; run by a worker."""
    return jobs.examine(job, jobs.read(job.assignment, job.submission, job.settings))


def changes(
    batch: Batch, cluster: Cluster, watch: Callable[[Change], object] = lambda change: None
) -> list[Change]:
    """A Change for each student whom the batch would grade; `watch` hears of each at once."""
    found: dict[str, Change] = {}

    def add(change: Change) -> None:
        found[change.student] = change
        watch(change)

    stands: dict[str, Record | None] = {}

    def to_do() -> Iterator[tuple[str, Job]]:
        for student in batch.students():
            before = stands[student] = _verdict(batch, student)
            submission = read_submission(batch.submitted, student, batch.name)
            job = jobs.job(batch.assignment, submission, batch.settings)
            tried = read_record(batch.tried(student))
            if not batch.force and before is not None and before.key == job.key:
                add(Change(student, before, None))
            elif not batch.force and tried is not None and tried.key == job.key:
                add(Change(student, before, tried))
            else:
                yield f"{batch.name}-{student}-{job.key[:16]}-tried", job

    with batch.alone(), closing(cluster.spread(examine, to_do(), TRIES)) as ended:
        for job, record in ended:
            student = job.submission.student
            if isinstance(record, process.UnfitWorker):
                raise record
            if isinstance(record, Exception):
                said = f"{type(record).__name__}: {record}"
                add(Change(student, stands[student], None, said))
            else:
                write_record(record, batch.tried(student))
                add(Change(student, stands[student], record))
    return [found[student] for student in sorted(found)]


def _verdict(batch: Batch, student: str) -> Record | None:
    record = read_record(batch.record(student))
    return record if record is not None and record.verdict != GRADER_ERROR else None


def refused(batch: Batch) -> str:
    """Why nbgrader would refuse the regrade itself, "" if it would not."""
    if not (batch.work / "gradebook.db").is_file():
        return ""
    source = nbformat.reads(batch.assignment.source, as_version=4)
    now = {name for cell in source.cells if (name := grade_id(cell))}
    with Gradebook(batch.api.coursedir.db_url, batch.api.course_id) as book:
        if not book.assignment_submissions(batch.name):
            return ""
        kept = {cell.name for cell in book.find_notebook(batch.name, batch.name).source_cells}
    changed = [f"{name} is new" for name in sorted(now - kept)]
    changed += [f"{name} is gone" for name in sorted(kept - now)]
    said = f"The regrade itself would stop, for {', '.join(changed)}: {ADVICE[CELLS]}"
    return said if changed else ""


def in_words(name: str, found: Sequence[Change]) -> str:
    """Whose points change and why, as text for a terminal."""
    if not found:
        raise CourseError(f"nobody handed in {name}")
    lines, groups = [], {"rise": 0, "fall": 0, "for the first time": 0, "stay": 0, "error": 0}
    for change in found:
        before, after = change.points
        if change.problem:
            groups["error"] += 1
            lines.append(f"{change.student}: grading met an error, {change.problem}")
            continue
        if change.after is None or (change.before and not _differs(change)):
            groups["stay"] += 1
            continue
        kind = "rise" if after > before else "fall" if after < before else "stay"
        groups["for the first time" if change.before is None else kind] += 1
        was = f"{before:g} points" if change.before else "not graded"
        lines.append(f"{change.student}: {was} → {after:g} ({change.after.verdict})")
        for test, old, new, why in change.tests if change.before else []:
            lines.append(f"  {test}: {old:g} → {new:g}  {shortened(why, ONE_LINE)}")
    counted = ", ".join(
        f"{number} {word}"
        for word, number in (
            ("would rise", groups["rise"]),
            ("would fall", groups["fall"]),
            ("would be graded for the first time", groups["for the first time"]),
            ("keep their points", groups["stay"]),
            ("met an error", groups["error"]),
        )
        if number
    )
    return "\n".join([*lines, "", f"{name}: of {len(found)}, {counted}. Nothing was written."])


def _differs(change: Change) -> bool:
    assert change.before is not None and change.after is not None
    return bool(change.tests) or change.before.verdict != change.after.verdict
