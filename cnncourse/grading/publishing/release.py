"""Generate exercises/ from solutions/ by nbgrader's steps: the same source gives the same bytes."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells

from cnncourse.course import (
    Cell,
    CourseError,
    Notebook,
    assignment_file,
    chapter_of,
    colab,
    edition_folder,
    public_address,
    site_address,
    source_file,
)
from cnncourse.grading.gradebook.course import open_course
from cnncourse.language import tr
from cnncourse.publishing.getting import START, first_cell
from cnncourse.whole import write_whole

from .rules import problems


def generate(name: str, target: str | Path, root: str | Path, language: str | None = None) -> None:
    """Write the release of one assignment into `target`/NAME/; CourseError if it is malformed.

    language: the course's own by default; its sources must be there, and `tr` speak it.
    """
    source = assignment_file(root, name)  # the rules are looked at in what was written by hand
    if found := problems(source, root):
        raise CourseError("\n  ".join([tr("{source} cannot be released:", source=source), *found]))
    notebook = released(nbformat.read(source_file(root, name, language), as_version=4), root)
    about = notebook.metadata.get("cnncourse", {})
    notebook.metadata["cnncourse"] = {**about, "name": name}  # for whoever renames the file
    destination = assignment_file("", name, str(target))
    where = f"exercises/{name}/{destination.name}"
    edition = edition_folder(root, language)  # which has the addresses of its language
    notebook.cells[1:1] = opening(
        where, name, chapter_of(name, root), public_address(edition), site_address(edition)
    )
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


def opening(
    where: str, name: str, chapter: str, address: str | None, site: str | None
) -> list[Cell]:
    """The cells after the title: chapter ("" for none), where to work, the way to the library."""
    text = (
        tr("**The chapter**: [{chapter}](../../book/{chapter}.ipynb). ", chapter=chapter)
        if chapter
        else ""
    )
    text += tr(
        "**Your points**: `{start} check {name}` in the folder of the course runs "
        "every test of this file. **Where to work**: in JupyterLab, by `{start} "
        "lab {name}` there",
        start=START,
        name=name,
    )
    if address:
        text += tr(
            ", or [in Colab]({colab}), where the next cell installs the course's library",
            colab=colab(address, where),
        )
    return [new_markdown_cell(f"{text}.", id="where-to-work"), first_cell(address, site)]
