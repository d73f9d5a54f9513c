"""What `cnncourse grade` does once processes are begun: a bar that counts verdicts, and a table."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tqdm import tqdm

from cnncourse.course import CourseError
from cnncourse.grading.disputes.changes import changes, in_words, refused
from cnncourse.grading.gradebook.lock import Busy
from cnncourse.grading.records import GRADER_ERROR, VERDICTS
from cnncourse.grading.reports.grades import write_grades
from cnncourse.grading.reports.tables import counts, histogram, table
from cnncourse.grading.running.arrivals import Arrivals, waiting
from cnncourse.grading.running.batch import Batch, Result
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.settings import Settings

from .folders import submitted


def run(
    options: argparse.Namespace,
    names: Sequence[str],
    settings: Settings,
    students: Collection[str] | None,
) -> str | None:
    """Grade the assignments of these names, of all or of these students."""

    def batch(name: str, only: Collection[str] | None = students) -> Batch:
        return Batch(options.root, name, settings, submitted(options), options.force, only)

    with Cluster(options.workers, options.scheduler) as cluster:
        if options.dry_run:
            return _dry_run(options, [batch(name) for name in names], cluster)
        if options.watch:
            cluster.prepare(settings, 1)  # before the first one arrives
            _watch(options, names, batch, cluster)
        return _grade(options, [batch(name) for name in names], cluster)


def _grade(options: argparse.Namespace, batches: Sequence[Batch], cluster: Cluster) -> str | None:
    results: list[Result] = []
    try:
        for batch in batches:
            _with_progress(batch, cluster, results)
    finally:  # where a run stops, what it graded is told all the same
        if results:
            path = write_grades(options.root, results)
            _summary(results, path)
    if not results:
        return _none(options)
    if any(result.failed or result.verdict == GRADER_ERROR for result in results):
        return (
            "some submissions met a grader error: that is no grade. The same command tries again."
        )
    return None


def _none(options: argparse.Namespace) -> str:
    return (
        f"no submissions found in {submitted(options)}: they go to STUDENT/NAME/NAME.ipynb "
        "there, by hand or by `cnncourse collect`"
    )


def _dry_run(options: argparse.Namespace, batches: Sequence[Batch], cluster: Cluster) -> str | None:
    batches, error = [batch for batch in batches if batch.students()], False
    for batch in batches:
        with tqdm(total=len(batch.students()), desc=batch.name, unit="submission") as bar:
            found = changes(batch, cluster, lambda change: bar.update())
        print(in_words(batch.name, found))
        if said := refused(batch):
            print(said)
        error = error or any(change.problem for change in found)
    if not batches:
        return _none(options)
    return "some submissions met a grader error." if error else None


def _watch(
    options: argparse.Namespace,
    names: Sequence[str],
    batch: Callable[[str, Collection[str]], Batch],
    cluster: Cluster,
) -> NoReturn:
    """Grade what arrives until Ctrl-C; what is known is in the records, so a kill loses nothing."""
    arrivals = Arrivals(options.root, submitted(options), names)
    told = ""
    print(f"Watching {submitted(options)}; Ctrl-C ends it.", flush=True)
    for name, students in waiting(arrivals):
        try:
            results, said = batch(name, students).grade(cluster), ""
        except CourseError as error:  # whoever watches unattended finds it going on
            results, said = [], str(error)
            for student in students if not isinstance(error, Busy) else []:
                arrivals.done(name, student, failed=True)
        if said and said != told:
            print(f"{said}; trying again.", file=sys.stderr)
        told = said
        for result in results:
            failed = result.failed or result.verdict == GRADER_ERROR
            arrivals.done(name, result.student, failed)
            if result.new or failed:
                points = f"{result.points:g} of {result.max_points:g}"
                when = time.strftime("%H:%M:%S")
                print(f"{when} {name} {result.student}: {result.verdict}, {points}", flush=True)
        if results:
            write_grades(options.root, results)
    raise AssertionError("waiting has no end")


def _with_progress(batch: Batch, cluster: Cluster, results: list[Result]) -> None:
    """Grade, with a bar that counts the verdicts and says what it waits for; adds to `results`."""
    found: Counter[str] = Counter()
    before, told = len(results), ""
    with tqdm(total=len(batch.students()), desc=batch.name, unit="submission") as bar:

        def show(wait: str = "") -> None:
            counted = ", ".join(f"{found[v]} {v}" for v in VERDICTS if found[v])
            bar.set_postfix_str(", ".join(filter(None, [counted, wait])))

        def watch(result: Result) -> None:
            found[result.verdict] += 1
            results.append(result)
            bar.update()
            show()

        def waits(reason: str, seconds: float) -> None:
            nonlocal told
            if reason != told:  # in full once; the bar has the seconds
                told = reason
                bar.write(reason or "Grading goes on.", file=sys.stderr)
            show(f"waiting for {seconds:.0f} s" if reason else "")

        cluster.waits = waits
        cluster.notes = lambda sentence: bar.write(sentence, file=sys.stderr)
        try:
            results[before:] = batch.grade(cluster, watch)
        finally:
            results[before:] = sorted(results[before:], key=lambda result: result.student)


def _summary(results: list[Result], path: Path) -> None:
    print("\n" + table(results))
    for name in dict.fromkeys(result.assignment for result in results):
        these = [result for result in results if result.assignment == name]
        graded: list[Any] = [r.points for r in these if r.verdict != GRADER_ERROR]
        print(
            f"\n{name}: {len(these)} submissions ({sum(r.new for r in these)} graded now): "
            f"{counts(these)}\n{histogram(graded, these[0].max_points)}"
        )
    print(f"\nGrades are in {path}, feedback in {path.parent / 'feedback'}.")
