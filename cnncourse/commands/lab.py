"""`cnncourse lab`: chapters and assignments in JupyterLab."""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

from cnncourse.course import CourseError, assignment_file, chapters, checkout
from cnncourse.language import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a chapter (default: the first), or an assignment"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")


def run(options: argparse.Namespace) -> int:
    """Open JupyterLab on the folder of the course, and return its exit code."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise CourseError(
            tr(
                "JupyterLab is not installed. In the course's folder: pip install "
                '--editable ".[lab]"'
            )
        )
    folder = checkout() or Path.cwd()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    command.append(f"--LabApp.default_url={page(folder, options.name)}")
    command += ["--no-browser"] * options.no_browser
    return subprocess.run(command, cwd=folder).returncode


def page(folder: Path, name: str | None) -> str:
    """The address of what JupyterLab opens first. Raises CourseError for a name of nothing."""
    if name is None and (folder / "book" / "_toc.yml").is_file():
        name = chapters(folder)[0]
    if name is None:
        return "/lab"
    for file in (Path("book", f"{name}.ipynb"), assignment_file("", name, "exercises")):
        if (folder / file).is_file():
            return f"/lab/tree/{file.as_posix()}"
    raise CourseError(
        tr("{folder} has neither a chapter nor an assignment {name!r}", folder=folder, name=name)
    )
