"""Generate exercises/ from solutions/ through nbgrader: the same source gives the same bytes."""

import re
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from cnncourse.course import (
    Cell,
    CourseError,
    about,
    assignment_file,
    chapter_of,
    colab,
    grade_id,
    is_answer,
    is_graded,
    public_address,
)
from cnncourse.grading.gradebook.course import open_course, run

POINTS = 20
MARKS = ("SOLUTION", "HIDDEN TESTS")


def problems(path: str | Path) -> list[str]:
    """What is wrong with an assignment's source; nbgrader itself would let most of it pass."""
    found = []
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        return [f"it is not a valid notebook: {error}"]
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        found.append("it is older than nbformat 4.5, whose cell ids a repeatable release needs")
    names = [
        grade_id(cell) or ""
        for cell in notebook.cells
        if is_graded(cell) or is_answer(cell) or about(cell).get("locked")
    ]
    found += [
        f"two cells have the id {name}" for name in sorted(set(names)) if names.count(name) > 1
    ]
    total = sum(about(cell)["points"] for cell in notebook.cells if is_graded(cell))
    if total != POINTS:
        found.append(f"it has {total} points, not {POINTS}")
    for cell in notebook.cells:
        where = f"cell {cell.get('id')}"
        if cell.get("outputs"):
            found.append(f"{where} has stored outputs")
        for mark in MARKS:
            order = re.findall(rf"### (BEGIN|END) {mark}", cell.source)
            if order != ["BEGIN", "END"] * (len(order) // 2):
                found.append(f"{where}: BEGIN and END {mark} do not alternate")
            fits = is_answer(cell) if mark == "SOLUTION" else is_graded(cell)
            if order and not fits:
                found.append(f"{where} has {mark} but is not marked as a cell of that kind")
        if is_graded(cell) and not is_answer(cell):
            points = about(cell)["points"]
            if not re.match(rf"# {points} points?: ", cell.source):
                found.append(f"{where} does not open with '# {points} points: …'")
    found += [
        f"{other.name} beside the notebook would be released to students"
        for other in Path(path).parent.iterdir()
        if other != Path(path)
    ]
    return found


def generate(name: str, target: str | Path, root: str | Path) -> None:
    """Write the release of one assignment into `target`/NAME/; CourseError if it is malformed."""
    source = assignment_file(root, name)
    found = problems(source)
    if found:
        raise CourseError(f"{source}: " + "; ".join(found))
    with tempfile.TemporaryDirectory() as folder:
        api = open_course(
            root, release_directory=f"{folder}/release", db_url=f"sqlite:///{folder}/gradebook.db"
        )
        run(api.generate_assignment, name)
        made = assignment_file(folder, name, "release")
        destination = Path(target) / name / made.name
        notebook = nbformat.read(made, as_version=4)
        where = f"exercises/{name}/{made.name}"
        notebook.cells[1:1] = opening(where, name, public_address(root))
        destination.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, destination)


SET_UP = """\
# In Colab this installs the course's library; where it is installed, this does nothing.
import importlib.util
import subprocess

if importlib.util.find_spec("cnncourse") is None:
    library = "cnncourse[figures] @ git+{address}"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", library], check=True)
"""


def opening(where: str, name: str, address: str | None) -> list[Cell]:
    """The cells after the title: the chapter, where to work, and in Colab the library."""
    chapter = chapter_of(name)
    text = (
        f"**The chapter**: [{chapter}](../../book/{chapter}.ipynb). "
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
