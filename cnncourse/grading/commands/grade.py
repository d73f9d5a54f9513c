"""`cnncourse grade`: grade submissions, with a bar that counts the verdicts, and a table."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cnncourse.course import CourseError, assignments
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.gradebook.course import course_seed
from cnncourse.grading.records import GRADER_ERROR, VERDICTS
from cnncourse.grading.reports.tables import counts, histogram, table, write_csv
from cnncourse.grading.running.batch import Batch, Result
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.settings import Settings

from .folders import add_folders, submitted, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=int,
        default=2,
        metavar="N",
        help="submissions at a time on this machine (default: 2)",
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="a Dask scheduler's address instead, e.g. tcp://10.0.0.1:8786",
    )
    parser.add_argument("--force", action="store_true", help="grade again what is done")
    parser.add_argument(
        "--seed",
        type=int,
        help="seed of the hidden tests (default: a random one, drawn once and kept in "
        "grading/seed)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=Limits.cell_seconds,
        metavar="SECONDS",
        help="for one cell (default: 300); a submission has three times as much",
    )
    parser.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run submissions with all your rights; every verdict says so",
    )
    add_folders(parser)


def run(options: argparse.Namespace) -> str | None:
    names = [the_assignment(options.root, name) for name in options.names]
    if options.workers < 1:
        raise CourseError(f"--workers must be 1 or more, not {options.workers}")
    work = Path(options.root, "grading")
    try:
        limits = Limits(cell_seconds=options.timeout, submission_seconds=3 * options.timeout)
    except ValueError as error:
        raise CourseError(f"--timeout {options.timeout:g}: {error}") from error
    settings = Settings.of_course(
        options.root,
        course_seed(work) if options.seed is None else options.seed,
        limits,
        not options.unsafe_no_sandbox,
    )
    if options.scheduler is None:  # before anything is started
        settings.worker(settings.limits, settings.sandbox, settings.data)
    if options.unsafe_no_sandbox:
        print("WITHOUT a sandbox: submitted code runs with all your rights on this machine.")
    results: list[Result] = []
    path = work / "grades.csv"
    with Cluster(options.workers, options.scheduler) as cluster:
        try:
            for name in names or assignments(options.root):
                batch = Batch(options.root, name, settings, submitted(options), options.force)
                _with_progress(batch, cluster, results)
        finally:  # where a run stops, what it graded is told all the same
            if results:
                write_csv(results, path)
                _summary(results, path)
    if not results:
        return (
            f"no submissions found in {submitted(options)}: they go to STUDENT/NAME/NAME.ipynb "
            "there, by hand or by `cnncourse collect`"
        )
    if any(result.failed or result.verdict == GRADER_ERROR for result in results):
        return (
            "some submissions met a grader error: that is no grade. The same command tries again."
        )
    return None


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
            batch.grade(cluster, watch)
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
