"""The course's folders as nbgrader sees them: its configuration, its API, its errors."""

import logging
import os
import re
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from cnncourse.course import CourseError, assignments, chapter_of, is_test, source_file
from cnncourse.grading.intake.notebooks import released, skeleton
from cnncourse.grading.intake.parsing import parse
from cnncourse.grading.intake.recognize import CHAPTER, Expected, marks

log = logging.getLogger(__name__)


class NbgraderError(CourseError):
    """nbgrader could not do a step; the message says why, and what to do where that is known."""


@dataclass(frozen=True)
class Assignment:
    """An assignment as text: its source, and the notebook that an empty submission would be.

    tests: the names of its test cells. expected: what a submission is known by.
    """

    name: str
    source: str
    skeleton: str
    tests: tuple[str, ...]
    expected: Expected


def open_course(root: str | Path, **coursedir: str) -> NbGraderAPI:
    """nbgrader's API for the course in `root`, with settings of its CourseDirectory replaced."""
    path = Path(root) / "nbgrader_config.py"
    if not path.is_file():
        raise CourseError(f"{path} is missing; give the course's folder by --root")
    tools = str(Path(sys.executable).parent)  # nbgrader starts alembic by its bare name
    if tools not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ["PATH"]
    config = PyFileConfigLoader(path.name, path=str(path.parent.resolve())).load_config()
    config.merge(Config(CourseDirectory=coursedir))
    api = NbGraderAPI(config=config)
    api.log_level = "ERROR"  # below are reports of what went well
    return api


def run(step: Callable[..., dict[str, Any]], *args: Any, **kwargs: Any) -> None:
    """Call a method of the API; raise NbgraderError, or pass Ctrl-C on, if it did not succeed."""
    outcome = step(*args, **kwargs)
    if not outcome["success"]:
        lines = (outcome.get("log", "") + "\n" + outcome["error"]).strip().splitlines()
        log.debug("nbgrader said:\n%s", "\n".join(lines))
        if lines[-1].startswith("KeyboardInterrupt"):
            raise KeyboardInterrupt
        raise NbgraderError(advice(_cause(lines)))


def _cause(lines: Sequence[str]) -> str:
    """The exception behind nbgrader's closing sentence, which only says that there was one.

    It ends the last traceback in what nbgrader logged, where all lines are indented.

    >>> _cause(["[ERROR] Traceback …", "    RuntimeError: no", "[ERROR] Please see the the above"])
    'RuntimeError: no'
    """
    errors = [
        found
        for line in lines
        if (found := re.fullmatch(r"\s*([\w.]+(?:Error|Exception|Missing\w*)): (.+)", line))
        and "above traceback" not in line
    ]
    return f"{errors[-1][1].rpartition('.')[2]}: {errors[-1][2]}" if errors else lines[-1].strip()


AGAIN = (
    "move grading/gradebook.db away and grade again: it is made again from the verdicts, and only "
    "points and comments given by hand are lost with it"
)
CELLS = "Cannot add or remove cells"
ADVICE = {
    CELLS: "a cell was added to solutions/ or removed there after the "
    f"assignment was graded. Undo that, or {AGAIN}",
    "database disk image is malformed": f"the gradebook is damaged. Put a copy back, or {AGAIN}",
    "file is not a database": f"the gradebook is damaged. Put a copy back, or {AGAIN}",
    "no such ": "the gradebook is another version's, or damaged. `nbgrader db upgrade`, or "
    + AGAIN,
    "database is locked": "another program is writing to grading/gradebook.db; wait for it or end "
    "it, perhaps the formgrader",
    "readonly database": "grading/gradebook.db belongs to somebody else; make it and its folder "
    "writable",
    "unable to open database": "grading/gradebook.db cannot be opened; is it a file that you may "
    "read and write?",
    "disk is full": "there is no room left on the disk",
}


def advice(said: str) -> str:
    """What nbgrader or its database said, and what to do about it where that is known.

    >>> advice("OperationalError: database is locked").partition(";")[0]
    'OperationalError: database is locked: another program is writing to grading/gradebook.db'
    """
    known = [what_to_do for words, what_to_do in ADVICE.items() if words in said]
    return ": ".join([said, *known[:1]])


def read_assignment(root: str | Path, name: str) -> Assignment:
    """Read the source of an assignment from solutions/."""
    text = source_file(root, name).read_text(encoding="utf-8")
    source = nbformat.reads(text, as_version=4)
    tests = tuple(cell.metadata.nbgrader.grade_id for cell in source.cells if is_test(cell))
    return Assignment(name, text, nbformat.writes(skeleton(source)), tests, expected(root, name))


ASKED_FOR = re.compile(r"[\"']([\w-]+\.(?!ipynb|py\b)[a-z]{2,5})[\"']")


def expected(root: str | Path, name: str) -> Expected:
    """What a submission of an assignment is known by, among all assignments of the course."""
    found = {}
    for other in assignments(root):
        cells = parse(source_file(root, other).read_bytes(), other)
        for cell in cells:
            cell["source"] = released(cell["source"])
        found[other] = cells
    chapter = Path(root, "book", f"{chapter_of(name, root)}.ipynb")
    if chapter.is_file():  # of the assignment's own name, in the kit too
        found[f"{CHAPTER}{chapter.stem}"] = parse(chapter.read_bytes(), chapter.name)
    kept = {other: marks(cells) for other, cells in found.items()}
    counted = Counter(mark for known in kept.values() for mark in known)
    program = "\n".join(cell["source"] for cell in found[name] if cell["type"] == "code")
    return Expected(
        name,
        tuple(
            (other, tuple(sorted(m for m in known if counted[m] == 1)))
            for other, known in kept.items()
        ),
        tuple(sorted(set(ASKED_FOR.findall(program)))),
    )


def course_secret(work: str | Path) -> int:
    """The course's secret, 256 bits, drawn once and kept in grading/secret, for its owner alone.

    The inputs of hidden tests are derived from it: a second run gives the same grade, and no answer
    can be written for the numbers that will be drawn.
    """
    path = Path(work, "secret")
    try:
        secret = int(path.read_text(), 16)
        if secret >= 2**127:
            return secret
        raise ValueError
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = f"{secrets.randbits(255) | 1 << 255:064x}\n"
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret.") as file:  # 0600
            file.write(drawn)
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was faster: its secret counts
                os.link(file.name, path)
        return course_secret(work)
    except ValueError:
        raise CourseError(
            f"{path} is not the course's secret, a number of 64 hexadecimal digits: restore the "
            "file from a copy, or delete it to have other hidden tests and grade everything again"
        ) from None
