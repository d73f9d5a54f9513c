"""The course's folders as nbgrader sees them: its configuration, its API, its errors."""

import logging
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from cnncourse.course import CourseError, assignment_file, is_test
from cnncourse.grading.intake.notebooks import skeleton

log = logging.getLogger(__name__)


class NbgraderError(CourseError):
    """nbgrader could not do a step; the message is the last line of what it said."""


@dataclass(frozen=True)
class Assignment:
    """An assignment as text: its source, and the notebook that an empty submission would be.

    tests: the names of its test cells.
    """

    name: str
    source: str
    skeleton: str
    tests: tuple[str, ...]


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
        raise NbgraderError(_cause(lines))


def _cause(lines: Sequence[str]) -> str:
    """The exception behind nbgrader's closing sentence, which only says that there was one."""
    errors = [line for line in lines if line[:1].isalpha() and "Error: " in line]
    return errors[0] if errors else lines[-1]


def read_assignment(root: str | Path, name: str) -> Assignment:
    """Read the source of an assignment from solutions/."""
    text = assignment_file(root, name).read_text(encoding="utf-8")
    source = nbformat.reads(text, as_version=4)
    tests = tuple(cell.metadata.nbgrader.grade_id for cell in source.cells if is_test(cell))
    return Assignment(name, text, nbformat.writes(skeleton(source)), tests)


def course_seed(work: str | Path) -> int:
    """The course's secret seed for hidden tests: drawn once, kept in grading/seed.

    Stable, so that all are asked the same and a second run gives the same grade; secret, so that
    no answer can be written for the numbers that will be drawn.
    """
    path = Path(work, "seed")
    try:
        return int(path.read_text())
    except FileNotFoundError:
        seed = secrets.randbelow(2**31)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "w") as opened:
            opened.write(f"{seed}\n")
        return seed
    except ValueError:
        raise CourseError(f"{path} holds no whole number; write one, or delete the file") from None
