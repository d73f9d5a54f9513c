"""`cnncourse grade`: what is asked for, and processes for it begun; grading.py does the rest."""

import argparse
import difflib
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import NoReturn

from cnncourse import memory
from cnncourse.course import CourseError, assignments
from cnncourse.grading.running import process
from cnncourse.grading.running.places import Places
from cnncourse.grading.term.standing import Term

from .examining import add_examining, settings_of
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
        "--student",
        action="append",
        default=[],
        metavar="STUDENT",
        help="grade this submission alone, by the name of its folder or an id in students.csv; may "
        "be given several times",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--dry-run",
        action="store_true",
        help="say whose points would change and why, and write nothing",
    )
    how.add_argument(
        "--watch",
        action="store_true",
        help="go on until Ctrl-C, and grade what is put into the folder within seconds",
    )
    add_examining(parser)
    add_folders(parser)


def run(options: argparse.Namespace) -> str | None:
    names = [the_assignment(options.root, name) for name in options.names]
    names = names or assignments(options.root)
    if options.workers < 1:
        raise CourseError(f"--workers must be 1 or more, not {options.workers}")
    settings = settings_of(options)
    if options.scheduler is None:  # before anything is started
        process.made(settings)
    if options.unsafe_no_sandbox:
        print("WITHOUT a sandbox: submitted code runs with all your rights on this machine.")
    if options.watch and options.student:
        raise CourseError("--watch grades whatever arrives, and --student names some: choose one")
    Term(options.root).rules  # noqa: B018, what is wrong in them is said before all the work
    only = _those_asked_for(options, names)
    try:
        if options.scheduler is None and options.workers <= process.THREADS:  # they work for us
            places = [Places(options.root, name, submitted(options), only) for name in names]
            if readers := min(_most_at_once(options, places), options.workers):
                process.begin(settings, readers)
        with memory.importing(), _interruptible():  # nbgrader and Dask, while they import torch
            from . import grading
        return grading.run(options, names, settings, only)
    finally:
        process.close()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the block, or what follows: some of what is imported catches all exceptions."""
    interrupts: list[int] = []

    def interrupt(number: int, frame: object) -> NoReturn:
        interrupts.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupts:
        raise KeyboardInterrupt


def _most_at_once(options: argparse.Namespace, places: Sequence[Places]) -> int:
    """How many submissions could be under way together, as far as is known now."""
    todo = [len(p.students() if options.force else p.without_record()) for p in places]
    return max([*todo, int(options.watch)])


def _those_asked_for(options: argparse.Namespace, names: Sequence[str]) -> set[str] | None:
    """The students that --student names, None for all; CourseError for one who has no folder."""
    where = submitted(options)
    there = {name: Places(options.root, name, where).everyone() for name in names}
    term, found = Term(options.root), set[str]()
    for student in options.student:
        folders = {f for name in there for f in term.folders(name, student, there[name])}
        found |= folders
        if not folders:
            near = difflib.get_close_matches(student, set(chain(*there.values())))
            raise CourseError(
                f"{student} handed in nothing of {', '.join(names)} in {where}"
                + (f"; there is {', '.join(near)}" if near else "")
            )
    return found or None
