"""What an assignment's source must be: every rule is looked at, and each break is told its place.

nbgrader itself would let most of this pass, and students, or the whole class, would find out.
"""

import ast
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeGuard

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbgrader.nbgraderformat import MetadataValidator

from cnncourse.course import (
    Cell,
    Notebook,
    about,
    chapter_of,
    grade_id,
    is_answer,
    is_graded,
    is_test,
    stated_points,
)

MARKS = ("SOLUTION", "HIDDEN TESTS")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")  # of an assignment, and of its cells
HEADER = re.compile(r"# *(?:(\d+(?:\.\d+)?) points?: *)?(.*)")


def problems(path: str | Path, root: str | Path | None = None) -> list[str]:
    """All that is wrong with an assignment's source, a sentence each.

    root: the course's folder, whose chapters it may lead to; None does not look for them.
    """
    path = Path(path)
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises nearly anything on what it did not expect
        return [f"it is not a notebook: {type(error).__name__}: {error}"]
    found = list(_of_notebook(notebook))
    places = [_place(number, cell) for number, cell in enumerate(notebook.cells, 1)]
    for place, cell in zip(places, notebook.cells, strict=True):
        found += [f"{place}: {said}" for said in _of_cell(cell)]
    found += _of_names(notebook.cells, places)
    found += _of_points(notebook)
    if not NAME.fullmatch(path.stem):
        found.append(f"its name {path.stem!r} is not letters, digits, _ and - alone")
    if root is not None:
        found += _of_chapter(path.stem, Path(root))
    found += [
        f"{other.name} beside the notebook would be released to students"
        for other in sorted(path.parent.iterdir())
        if other != path and other.name != ".ipynb_checkpoints"
    ]
    return found


def _place(number: int, cell: Cell) -> str:
    name = grade_id(cell) or cell.get("id")
    return f"cell {number} ({name})" if name else f"cell {number}"


def _of_notebook(notebook: Notebook) -> Iterator[str]:
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        yield (
            "it is older than nbformat 4.5, whose cell ids a repeatable release needs: "
            "nbformat.v4.upgrade gives it some"
        )
    else:
        try:
            nbformat.validate(notebook)
        except nbformat.ValidationError as error:
            yield f"it is not a valid notebook: {str(error).splitlines()[0]}"
    if not any(map(is_test, notebook.cells)):
        yield "no cell is a test that the program grades"
    if not any(map(is_answer, notebook.cells)):
        yield "no cell is the students' to write"


def _of_cell(cell: Cell) -> Iterator[str]:
    if cell.get("outputs"):
        yield "it has stored outputs; clear them"
    for mark in MARKS:
        order = re.findall(rf"### (BEGIN|END) {mark}", cell.source)
        if order != ["BEGIN", "END"] * (len(order) // 2):
            yield f"BEGIN and END {mark} do not alternate"
        fits = is_answer(cell) if mark == "SOLUTION" else is_graded(cell)
        if order and not fits:
            yield f"it has {mark} but is not marked as a cell of that kind"
    if about(cell):
        yield from _of_metadata(cell)
    if cell.cell_type == "code":
        yield from _of_code(cell)


def _of_metadata(cell: Cell) -> Iterator[str]:
    try:
        MetadataValidator().validate_cell(cell)
    except Exception as error:  # of several kinds, by which of nbgrader's rules is broken
        yield f"its metadata are not nbgrader's: {str(error).splitlines()[0]}"
    name = grade_id(cell)
    if name is None or not NAME.fullmatch(str(name)):
        yield f"its nbgrader id {name!r} is not letters, digits, _ and - alone"
    points = about(cell).get("points")
    if is_graded(cell) and not _is_number(points):
        yield f"it gives points, but how many is {points!r}: a number from 0 on is wanted"


def _of_code(cell: Cell) -> Iterator[str]:
    tree = None
    try:
        tree = ast.parse(TransformerManager().transform_cell(cell.source))
    except SyntaxError as error:
        yield f"line {error.lineno} is no Python: {error.msg}"
    if not is_test(cell):
        return
    header = HEADER.fullmatch(cell.source.partition("\n")[0].strip())
    points = about(cell).get("points")
    if header is None or not header[2]:
        opening = f"# {points} point{'s' * (points != 1)}: …"
        yield (f"it does not open with {opening!r}, a comment that tells students what it checks")
    elif header[1] and _is_number(points) and float(header[1]) != points:
        yield f"its first line says {header[1]} points, its metadata {points:g}"
    last = tree.body[-1] if tree and tree.body else None
    if isinstance(last, ast.Expr) and isinstance(
        last.value, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
    ):
        yield (
            f"its last line, {ast.unparse(last)!r}, checks nothing: a test fails by an error; "
            "write expect(…) of cnncourse.checks, or assert"
        )


def _of_names(cells: Sequence[Cell], places: Sequence[str]) -> Iterator[str]:
    """Names that several cells have."""
    owners: dict[str, list[str]] = {}
    for place, cell in zip(places, cells, strict=True):
        if name := grade_id(cell):
            owners.setdefault(str(name), []).append(place)
    for name, those in owners.items():
        if len(those) > 1:
            yield f"two cells have the id {name}: {', '.join(those)}"


def _of_points(notebook: Notebook) -> Iterator[str]:
    """Where the text says how many points there are, it says what the cells give."""
    each = [about(cell).get("points") for cell in notebook.cells if is_graded(cell)]
    total, stated = sum(filter(_is_number, each)), stated_points(notebook)
    if stated is not None and stated != total:
        yield f"the text says **Points**: {stated:g}, and the cells give {total:g}"


def _of_chapter(name: str, root: Path) -> Iterator[str]:
    chapter = chapter_of(name, root)
    if chapter and not any(
        (root / "book" / f"{chapter}.{kind}").is_file() for kind in ("ipynb", "md")
    ):
        yield (
            f"there is no chapter book/{chapter}.ipynb; the notebook's metadata name it, "
            '{"cnncourse": {"chapter": NAME}}, or "" for none'
        )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf
