"""Notebooks of model answers, run and checked: to publish when a lecturer wants to.

Of an assignment the source's own solutions, with its visible tests: hidden tests are run, and left
out of what is written, as are rubrics. Of a chapter the answers to its exercises.
"""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnncourse.course import (
    Cell,
    CourseError,
    Notebook,
    about,
    assignments,
    is_test,
    public_address,
    site_address,
    source_file,
)
from cnncourse.language import tr
from cnncourse.publishing.getting import first_cell
from cnncourse.selfcheck import BY_HAND, execute, results
from cnncourse.whole import write_whole

SECONDS = 1200  # for one cell; the longest trains a network
MARKS = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
HIDDEN = re.compile(
    r"^[ \t]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[ \t]*\n?", re.MULTILINE | re.DOTALL
)
RUBRIC = re.compile(r"^\s*Rubric\b.*", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```python\n(.*?)^```\n?", re.MULTILINE | re.DOTALL)
PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources(name: str, root: str | Path) -> dict[str, Path]:
    """What there is to publish under a name, {file below the folder of solutions: its source}.

    An assignment and a chapter may have the same name. Raises CourseError for a name of neither.
    """
    found = {}
    if name in assignments(root):
        found[f"{name}.ipynb"] = source_file(root, name)
    answers = Path(root, "chapter_answers", f"{name}.md")
    if answers.is_file():
        found[f"chapters/{name}.ipynb"] = answers
    if not found:
        raise CourseError(
            f"there is neither an assignment nor a chapter with exercises of the name {name}; "
            f"there are: {', '.join(names(root))}"
        )
    return found


def names(root: str | Path) -> list[str]:
    """All names of which there is something to publish."""
    answers = Path(root, "chapter_answers").glob("*.md")
    return sorted({*assignments(root), *(path.stem for path in answers)})


def make(source: Path, target: Path, root: str | Path) -> None:
    """Run one source, check it, and write the notebook of its answers.

    Raises CourseError if a test loses points, or a cell fails; nothing is written then.
    """
    opening = first_cell(public_address(root), site_address(root))
    answers = assignment if source.suffix == ".ipynb" else chapter
    made = answers(source, opening)
    made.metadata["cnncourse"] = {"made_from": mark(source)}
    nbformat.validate(made)
    write_whole(target, nbformat.writes(made) + "\n")


def mark(source: Path) -> str:
    """What changes when the source does."""
    return hashlib.sha256(source.read_bytes()).hexdigest()[:16]


def assignment(source: Path, opening: Cell) -> Notebook:
    """The model answers of an assignment, executed with all of its tests."""
    notebook = nbformat.read(source, as_version=4)
    _run(notebook, source)
    lost = [
        f"{test.name} ({test.earned:g} of {test.points:g}): {test.said}"
        for test in results(notebook)
        if test.said != tr(BY_HAND) and test.earned < test.points
    ]
    if lost:
        raise CourseError(f"{source}: its own solution loses points\n  " + "\n  ".join(lost))
    for cell in notebook.cells:
        if is_test(cell):
            cell.source = HIDDEN.sub("", cell.source)
        text = MARKS.sub("", cell.source)
        cell.source = (RUBRIC.sub("", text) if cell.cell_type == "markdown" else text).strip("\n")
        if about(cell):
            cell.metadata = nbformat.from_dict({})  # it is no assignment any more
    title = notebook.cells[0]
    title.source = re.sub(r"^# (.*)", r"# Answers: \1", title.source)
    notebook.cells.insert(1, opening)
    return notebook


def chapter(source: Path, opening: Cell) -> Notebook:
    """The answers to a chapter's exercises, executed; what they assert holds."""
    cells = []
    for number, part in enumerate(BLOCK.split(source.read_text(encoding="utf-8"))):
        if not part.strip():
            continue
        new: Callable[..., Cell] = new_code_cell if number % 2 else new_markdown_cell
        # An answer's heading begins a cell of its own.
        texts = [part] if number % 2 else re.split(r"\n(?=## )", part)
        cells += [
            new(text.strip("\n"), id=f"part-{number}-{place}")
            for place, text in enumerate(texts)
            if text.strip()
        ]
    notebook = new_notebook(cells=cells, metadata=json.loads(json.dumps(PYTHON)))
    _run(notebook, source)
    notebook.cells.insert(1, opening)
    return notebook


def _run(notebook: Notebook, source: Path) -> None:
    ended = execute(notebook, source.parent, SECONDS)
    if ended:
        raise CourseError(f"{source}: {ended}")
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and not is_test(cell):
                raise CourseError(
                    f"{source}: {output.ename}: {output.evalue}, in the cell\n{cell.source}"
                )
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]


def published(names: list[str], folder: Path, root: str | Path) -> dict[str, Path]:
    """Notebooks that were made, {file below the folder: its path}, for the kit.

    Raises CourseError for one that is missing or older than its source.
    """
    found = {}
    for name in names:
        for file, source in sources(name, root).items():
            path = folder / file
            old = f"run `cnncourse solutions {name}`"
            if not path.is_file():
                raise CourseError(f"{path} is not there: {old}")
            about = nbformat.read(path, as_version=4).metadata.get("cnncourse", {})
            if about.get("made_from") != mark(source):
                raise CourseError(f"{path} is older than {source}: {old}")
            found[file] = path
    return found
