"""The course's folders as nbgrader sees them: its configuration, its API, its steps."""

import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from nbgrader import api as nbgrader
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from cnncourse.course import CourseError

from .errors import NbgraderError, advice

log = logging.getLogger(__name__)


def newest_version() -> str | None:
    """The version of nbgrader's database, as `alembic heads` says it."""
    return ScriptDirectory(str(Path(nbgrader.__file__).with_name("alembic"))).get_current_head()


# For every new gradebook nbgrader starts that program, by its bare name, and half a second goes by.
nbgrader.get_alembic_version = newest_version


def open_course(root: str | Path, **coursedir: str) -> NbGraderAPI:
    """nbgrader's API for the course in `root`, with settings of its CourseDirectory replaced."""
    path = Path(root) / "nbgrader_config.py"
    if not path.is_file():
        raise CourseError(f"{path} is missing; give the course's folder by --root")
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
