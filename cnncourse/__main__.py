"""The command `cnncourse`, the one front door.

    cnncourse                  the commands, a line each
    cnncourse COMMAND --help   what a command takes

To add a command, write `commands/NAME.py` (a lecturer's: `grading/commands/NAME.py`) with
`add_arguments(parser)` and `run(options)`, and name it here. `run` returns None or 0 if all is
well, another exit code, or a sentence that says why not.
"""

import argparse
import importlib
import importlib.util
import io
import keyword
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from cnncourse import __version__, memory
from cnncourse.course import CourseError, course_language
from cnncourse.language import VARIABLE

STUDENTS = {
    "lab": "open chapters and assignments in JupyterLab",
    "check": "run the visible tests of your notebook and show your points",
    "data": "fetch CIFAR-10 unless it is there, and say where it is",
    "race": "teach CIFAR-10 to a network faster than the course does",
    "doctor": "say what this machine can do, and how to get what is missing",
}
LECTURERS = {
    "release": "generate what students get of the assignments, exercises/ from solutions/",
    "new": "begin an assignment of your own: source, tests, stored answers",
    "try": "do an assignment's tests tell right from wrong, and mistakes from each other?",
    "show": "a submission in a notebook, with the input on which each test failed",
    "solutions": "make notebooks of model answers, run and checked, to publish",
    "kit": "pack chapters, assignments and library for students",
    "collect": "take in submissions from Moodle, Canvas or a folder",
    "students": "fill the class list, students.csv, from Moodle's or Canvas's tables",
    "grade": "grade submissions in a sandbox, into nbgrader's gradebook",
    "return": "grades and feedback back to Moodle or Canvas, and one table of the term",
    "report": "what was hard and why, what was slow, which submissions look alike",
    "translate": "catalogs of other languages, and the course made of them",
    "ranking": "who trained best: bonus and ranking of the weights handed in",
}
# Exit codes: 1 is an answer (a test failed, a submission has no grade), 2 that there is none.
NOT_DONE, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    speak_utf8()
    given = list(sys.argv[1:] if arguments is None else arguments)
    known = STUDENTS | (LECTURERS if can_grade() else {})
    if not given:
        print(overview(known))
        return 0
    wanted = next((word for word in given if not word.startswith("-")), None)
    if wanted in LECTURERS and wanted not in known:
        return stop(
            f"`cnncourse {wanted}` is a lecturer's command, and the grading part is not installed "
            'here. In the course\'s own folder: pip install --editable ".[grading]"'
        )
    verbose = "--verbose" in given
    if verbose:
        logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
        logging.getLogger("cnncourse").setLevel(logging.DEBUG)
    try:
        options = parser(known, wanted).parse_args(given)
        if wanted in LECTURERS and wanted != "translate":
            speak_its_language(getattr(options, "root", "."))
        outcome = options.run(options)
    except KeyboardInterrupt:
        print("Interrupted. The same command takes up where it stopped.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if verbose:
            traceback.print_exc()
        if isinstance(error, CourseError):
            return stop(str(error), NOT_DONE)
        said = f"this was not foreseen, {type(error).__name__}: {error}"
        hint = "" if verbose else f"\n`cnncourse {wanted} --verbose …` shows where."
        return stop(said + hint, NOT_DONE)
    return stop(outcome, 1) if isinstance(outcome, str) else int(outcome or 0)


def speak_utf8() -> None:
    """Print every letter, whatever the console's own encoding: that of a pipe may lack "−"."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def speak_its_language(root: str) -> None:
    """Let a lecturer's command speak the language of the course, and make what it reads."""
    language = os.environ[VARIABLE] = course_language(root)
    if language != "en":  # else nothing is to be made, and much not to be imported
        edition = importlib.import_module("cnncourse.translating.edition").Edition
        edition(Path(root), language).write_sources()


def stop(sentence: str, code: int = NOT_DONE) -> int:
    """Say why a command ended, on standard error."""
    sys.stdout.flush()  # in one file with errors, what came before stands before
    print(f"Stopped: {sentence}", file=sys.stderr)
    return code


def can_grade() -> bool:
    """Is the part for lecturers here, with what it needs?"""
    return all(importlib.util.find_spec(name) for name in ("cnncourse.grading", "nbgrader"))


def overview(known: dict[str, str]) -> str:
    """The commands, a line each."""
    lines = ["Convolutional neural networks, computed. Commands:", ""]
    lines += [f"  cnncourse {name:<9}  {help_}" for name, help_ in known.items()]
    return "\n".join([*lines, "", "`cnncourse COMMAND --help` says what a command takes."])


def parser(known: dict[str, str], wanted: str | None) -> argparse.ArgumentParser:
    """The parser; only the module of the command that is wanted is imported."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--verbose", action="store_true", help="show logs, and tracebacks of what went wrong"
    )
    made = argparse.ArgumentParser(
        prog="cnncourse", description="A course on convolutional neural networks.", parents=[common]
    )
    made.add_argument("--version", action="version", version=f"cnncourse {__version__}")
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, help_ in known.items():
        part = commands.add_parser(
            name, help=help_, parents=[common], description=f"{help_[0].upper()}{help_[1:]}."
        )
        if name == wanted:
            room = "cnncourse.commands" if name in STUDENTS else "cnncourse.grading.commands"
            module = f"{name}_" if keyword.iskeyword(name) else name  # try
            with memory.importing():
                command = importlib.import_module(f"{room}.{module}")
            command.add_arguments(part)
            part.set_defaults(run=command.run)
    return made


if __name__ == "__main__":
    sys.exit(main())
