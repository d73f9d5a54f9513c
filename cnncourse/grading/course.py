"""The course's folders as nbgrader sees them: its configuration, its API, its errors."""

import os
import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader


class NbgraderError(Exception):
    """nbgrader could not do a step; the message is the last line of what it said."""


def open_course(root, **coursedir) -> NbGraderAPI:
    """nbgrader's API for the course in `root`, with settings of its CourseDirectory replaced."""
    path = Path(root) / "nbgrader_config.py"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; give the course's folder by --root")
    tools = str(Path(sys.executable).parent)  # nbgrader starts alembic by its bare name
    if tools not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ["PATH"]
    config = PyFileConfigLoader(path.name, path=str(path.parent.resolve())).load_config()
    config.merge(Config(CourseDirectory=coursedir))
    api = NbGraderAPI(config=config)
    api.log_level = "ERROR"  # below are reports of what went well
    return api


def run(step, *args, **kwargs):
    """Call a method of the API; raise NbgraderError, or pass Ctrl-C on, if it did not succeed."""
    outcome = step(*args, **kwargs)
    if not outcome["success"]:
        lines = (outcome.get("log", "") + "\n" + outcome["error"]).strip().splitlines()
        if lines[-1].startswith("KeyboardInterrupt"):
            raise KeyboardInterrupt
        raise NbgraderError(_cause(lines))


def _cause(lines):
    """The exception behind nbgrader's closing sentence, which only says that there was one."""
    errors = [line for line in lines if line[:1].isalpha() and "Error: " in line]
    return errors[0] if errors else lines[-1]


def assignments(root) -> list[str]:
    """Names of the assignments in solutions/: folders that hold a notebook of their own name."""
    return sorted(path.parent.name for path in Path(root, "solutions").glob("*/*.ipynb")
                  if path.stem == path.parent.name)
