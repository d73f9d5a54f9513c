"""Generate exercises/ from solutions/ by nbgrader's steps: the same source gives the same bytes."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells

from cnncourse.course import (
    Cell,
    CourseError,
    Notebook,
    assignment_file,
    chapter_of,
    colab,
    public_address,
)
from cnncourse.grading.gradebook.course import open_course
from cnncourse.grading.records import write_whole

from .rules import problems


def generate(name: str, target: str | Path, root: str | Path) -> None:
    """Write the release of one assignment into `target`/NAME/; CourseError if it is malformed."""
    source = assignment_file(root, name)
    if found := problems(source, root):
        raise CourseError("\n  ".join([f"{source} cannot be released:", *found]))
    notebook = released(nbformat.read(source, as_version=4), root)
    destination = assignment_file("", name, str(target))
    where = f"exercises/{name}/{destination.name}"
    chapter, address = chapter_of(name, root), public_address(root)
    notebook.cells[1:1] = opening(where, name, chapter, address)
    write_whole(destination, nbformat.writes(notebook) + "\n")


def released(notebook: Notebook, root: str | Path) -> Notebook:
    """What nbgrader's own steps, as the course configures them, make of a source.

    Without its database, which a release of its own does not need and which takes most of the time.
    """
    config = open_course(root).config
    resources: dict[str, Any] = {"nbgrader": {}}
    for step in GenerateAssignment(config=config).preprocessors:
        if step is not SaveCells:
            notebook, resources = step(config=config).preprocess(notebook, resources)
    return notebook


SET_UP = """\
# In Colab this installs the course's library; where it is installed, this does nothing.
import importlib.util
import subprocess

if importlib.util.find_spec("cnncourse") is None:
    library = "cnncourse[figures] @ git+{address}"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", library], check=True)
"""


def opening(where: str, name: str, chapter: str, address: str | None) -> list[Cell]:
    """The cells after the title: the chapter ("" for none), where to work, in Colab the library."""
    text = f"**The chapter**: [{chapter}](../../book/{chapter}.ipynb). " if chapter else ""
    text += (
        f"**Your points**: `make check NAME={name}` in the course's folder runs every test of "
        "this file. "
    )
    if address is None:
        return [
            new_markdown_cell(
                text + "**Where to work**: in JupyterLab, by `make lab` in the "
                "course's folder, where the course's library is installed.",
                id="where-to-work",
            )
        ]
    text += (
        f"**Where to work**: in JupyterLab, by `make lab` in the course's folder, or "
        f"[in Colab]({colab(address, where)}), where the next cell installs the course's "
        "library."
    )
    return [
        new_markdown_cell(text, id="where-to-work"),
        new_code_cell(SET_UP.format(address=address).rstrip(), id="set-up"),
    ]
