"""Notebooks made of the stored answers in submissions/, and their cells run: see the README there."""

import copy
import functools
import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat

from cnncourse.grading.commands.try_ import QUICK
from cnncourse.grading.trying import answers

COURSE = Path(__file__).parents[1]
ANSWERS = COURSE / "tests" / "submissions"


def read(folder, name):
    """A notebook of an assignment; it is the caller's to change."""
    return copy.deepcopy(_stored(COURSE / folder / name / f"{name}.ipynb"))


@functools.cache
def _stored(path):  # by its whole path: tests put other courses in COURSE's place
    return nbformat.read(path, as_version=4)


def stored_answer(name, answer):
    """{cell id: source} of submissions/NAME/ANSWER.py."""
    return cells_of(ANSWERS / name / f"{answer}.py")


def quick_answer(name):
    """Cells that train several times faster than the reference's; none if it trains nothing."""
    return stored_answer(name, QUICK) if (ANSWERS / name / f"{QUICK}.py").is_file() else {}


def cells_of(path):
    """{cell id: source} of a file whose cells start with a line `# %% ID`."""
    cells = dict(part.split("\n", 1) for part in path.read_text().split("\n# %% ")[1:])
    return {cell: source.rstrip() for cell, source in cells.items()}


def header_of(path):
    """{word: text} of the lines `# word: text` above a file's first cell."""
    lines = path.read_text().partition("\n# %% ")[0].splitlines()
    return dict(line[2:].split(": ", 1) for line in lines if re.match(r"# \w+: ", line))


def expectation(name, answer):
    """The test cells that an answer must lose, and words that must be said: from its first lines.

    `# loses: conv2d-bias, conv2d-values` and `# says: one bias per input channel`.
    """
    lines = header_of(ANSWERS / name / f"{answer}.py")
    return set(filter(None, lines.get("loses", "").split(", "))), lines.get("says")


def deserved(results, loses, says):
    """Assert that an answer lost just these tests, and heard these words; return what it lost."""
    lost = {cell for cell, said in results.items() if said}
    assert lost == loses, {cell: results[cell] for cell in lost ^ loses if cell in results}
    assert not says or any(says in results[cell] for cell in lost), results
    return lost


def reference_answer(name):
    """The same for the source's own solution."""
    return {
        cell.id: cell.source
        for cell in read("solutions", name).cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
    }


def released_answer(name):
    """The untouched stubs."""
    return {
        cell.id: cell.source
        for cell in read("exercises", name).cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
    }


def submission(name, answer, release=None):
    """The released notebook with an answer's cells in place of the released ones."""
    notebook = copy.deepcopy(release or read("exercises", name))
    cells = {cell.id: cell for cell in notebook.cells}
    for cell, source in answer.items():
        cells[cell].source = source
    return notebook


def hand_in(root, student, name, notebook):
    """Write a notebook (or text that is none) where the grader looks for it."""
    path = Path(root, "grading", "submitted", student, name, f"{name}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook))


def grade(name, answer, folder="solutions", skip=()):
    """{id of a test cell: None if it passes, else what it says} for an answer's cells.

    skip: ids of cells that are not run, and so not in the result.
    """
    graded = answers.grade(read(folder, name), answer, frozenset(skip))
    plt.close("all")
    return {test: said or None for test, said in graded.said.items()}
