"""What the commands that run submissions ask for: the seed, the limits, whether in a sandbox."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.running.settings import Settings, course_secret


def add_examining(parser: argparse.ArgumentParser) -> None:
    """Options --seed, --timeout and --unsafe-no-sandbox."""
    parser.add_argument(
        "--seed",
        type=int,
        help="draw the inputs of hidden tests from this number (default: from the course's secret, "
        "drawn once and kept in grading/secret)",
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


def settings_of(options: argparse.Namespace) -> Settings:
    """How submissions are to be examined; CourseError for what cannot be."""
    try:
        together = 3 * options.timeout
        limits = Limits(options.timeout, submission_seconds=together, cpu_seconds=together)
    except ValueError as error:
        raise CourseError(f"--timeout {options.timeout:g}: {error}") from error
    work = Path(options.root, "grading")
    seed = course_secret(work) if options.seed is None else options.seed
    return Settings.of_course(options.root, seed, limits, not options.unsafe_no_sandbox)
