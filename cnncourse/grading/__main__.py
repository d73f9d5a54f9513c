"""Grade a class: collect what was handed in, grade it, report what was wrong with it."""

import argparse
import sys
import warnings
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.sandbox.bwrap import SandboxError
from cnncourse.grading.gradebook.course import NbgraderError, assignments, course_seed, data_folder
from cnncourse.grading.intake.collect import collect
from cnncourse.grading.reports.report import report
from cnncourse.grading.reports.tables import counts, histogram, table, write_csv
from cnncourse.grading.running.batch import Batch, Busy
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.jobs import Settings, UnfitWorker

from .records import GRADER_ERROR, VERDICTS


def main(arguments=None):
    options = _parser().parse_args(arguments)
    known = assignments(options.root)
    names = getattr(options, "names", None) or [getattr(options, "name", None)]
    unknown = sorted(set(filter(None, names)) - set(known))
    if unknown:
        _parser().error(
            f"no assignment {', '.join(unknown)} in solutions/; there are: "
            f"{', '.join(known) or 'none'}"
        )
    # nbgrader's own queries, under SQLAlchemy 2; nothing that an instructor could mend.
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    try:
        return options.command(options, known) or 0
    except (Busy, NbgraderError, SandboxError, UnfitWorker, FileNotFoundError, ValueError) as error:
        return f"Stopped: {error}"
    except KeyboardInterrupt:
        return "Interrupted. The same command takes up where it stopped."


def _parser():
    parser = argparse.ArgumentParser(prog="cnncourse", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    grade = commands.add_parser("grade", help="grade submissions into nbgrader's gradebook")
    grade.set_defaults(command=_grade)
    grade.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    where = grade.add_mutually_exclusive_group()
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
    grade.add_argument("--force", action="store_true", help="grade again what is done")
    grade.add_argument(
        "--seed",
        type=int,
        help="seed of the hidden tests (default: a random one, "
        "drawn once and kept in grading/seed)",
    )
    grade.add_argument(
        "--timeout",
        type=float,
        default=Limits.cell_seconds,
        metavar="SECONDS",
        help="for one cell (default: 300); a submission has three times as much",
    )
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run submissions with all your rights; every verdict says so",
    )

    collected = commands.add_parser("collect", help="take in submissions, file by file")
    collected.set_defaults(command=_collect)
    collected.add_argument("name", metavar="NAME", help="the assignment")
    source = collected.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--from-zip",
        metavar="FILE",
        type=Path,
        help='what Moodle or Canvas gives under "download all submissions"',
    )
    source.add_argument(
        "--from-folder",
        metavar="DIR",
        type=Path,
        help="STUDENT/NAME/, as nbgrader's exchange has it",
    )

    told = commands.add_parser("report", help="what was hard, what was slow, what looks alike")
    told.set_defaults(command=_report)
    told.add_argument("name", metavar="NAME", help="the assignment")

    for command in (grade, collected, told):
        command.add_argument("--root", default=".", help="the course's folder (default: this one)")
        command.add_argument(
            "--submitted",
            metavar="DIR",
            help="folder of STUDENT/NAME/ (default: grading/submitted)",
        )
    return parser


def _grade(options, known):
    if options.workers < 1:
        raise ValueError(f"--workers must be 1 or more, not {options.workers}")
    work = Path(options.root, "grading")
    settings = Settings(
        course_seed(work) if options.seed is None else options.seed,
        Limits(cell_seconds=options.timeout, submission_seconds=3 * options.timeout),
        not options.unsafe_no_sandbox,
        data_folder(options.root),
    )
    if not options.scheduler:  # before anything is started
        settings.worker(settings.limits, settings.sandbox, settings.data)
    if options.unsafe_no_sandbox:
        print("WITHOUT a sandbox: submitted code runs with all your rights on this machine.")
    results = []
    with Cluster(options.workers, options.scheduler) as cluster:
        for name in options.names or known:
            batch = Batch(options.root, name, settings, options.submitted, options.force)
            results += _with_progress(batch, cluster)
    if not results:
        where = options.submitted or work / "submitted"
        return f"No submissions found in {where}: they go to STUDENT/NAME/NAME.ipynb there."
    path = work / "grades.csv"
    write_csv(results, path)
    _summary(results, path)
    if any(result.verdict == GRADER_ERROR for result in results):
        return (
            "Some submissions met a grader error: that is no grade. The same command tries again."
        )
    return 0


def _with_progress(batch, cluster):
    """Grade, with a bar that counts the verdicts."""
    found = Counter()
    with tqdm(total=len(batch.students()), desc=batch.name, unit="submission") as bar:

        def watch(result):
            found[result.verdict] += 1
            bar.set_postfix_str(", ".join(f"{found[v]} {v}" for v in VERDICTS if found[v]), False)
            bar.update()

        return batch.grade(cluster, watch)


def _summary(results, path):
    print("\n" + table(results))
    for name in dict.fromkeys(result.assignment for result in results):
        these = [result for result in results if result.assignment == name]
        graded = [r.points for r in these if r.verdict != GRADER_ERROR]
        print(
            f"\n{name}: {len(these)} submissions ({sum(r.new for r in these)} graded now): "
            f"{counts(these)}\n{histogram(graded, these[0].max_points)}"
        )
    print(f"\nGrades are in {path}, feedback in {path.parent / 'feedback'}.")


def _collect(options, known):
    target = Path(options.submitted or Path(options.root, "grading", "submitted"))
    taken, refused = collect(options.name, options.from_zip or options.from_folder, target)
    for entry, reason in refused:
        print(f"refused: {entry}: {reason}")
    print(f"{len(taken)} submissions taken into {target}, {len(refused)} entries refused.")
    return 0 if taken else "Nothing could be taken."


def _report(options, known):
    submitted = Path(options.submitted or Path(options.root, "grading", "submitted"))
    text = report(options.root, options.name, submitted)
    path = Path(options.root, "grading", "reports", f"{options.name}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(text + f"\nWritten to {path}.")


if __name__ == "__main__":
    sys.exit(main())
