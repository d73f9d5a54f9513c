"""Run a student's notebook in a fresh kernel, and say what became of each graded cell.

The file itself is not changed. Grading runs the same tests, with further inputs.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from cnncourse import steady
from cnncourse.course import (
    Cell,
    CourseError,
    Notebook,
    about,
    assignment_file,
    assignments,
    grade_id,
    is_answer,
    is_graded,
    is_test,
    kind_of,
    stated_points,
)
from cnncourse.language import later, tr
from cnncourse.lending import borrowed, defined, given_of, had_to_borrow, imported, used

BY_HAND = later("graded by hand")
IMPORT = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+cnncourse(?:\.([\w.]+))?(?:[ \t]+import[ \t]+(.+))?", re.MULTILINE
)
ALWAYS_THERE = {"checks", "data", "plotting"}  # as grading has it, in examining/library.py
PASSED = later("passed")
BEGIN = """
from cnncourse.testing import Tests as _Tests
_cnncourse = _Tests(globals(), {!r})
"""
# What an error of the computer's, not of the answer's, means: its words, and what to do.
ADVICE = {
    r"No module named 'cnncourse'": later(
        "The course's library is missing: install it as the README says, or start by `make lab`."
    ),
    r"CUDA|NVIDIA driver": later(
        "This computer has no GPU that PyTorch can use, and none is needed: leave "
        "models and tensors where they are, or choose the device by "
        "cnncourse.training.device()."
    ),
}


@dataclass(frozen=True)
class GradedCell:
    """What became of one graded cell; `said` is "passed" or tells why not."""

    name: str
    points: float
    earned: float
    said: str


class CannotCheck(CourseError):
    """The notebook cannot be run at all; the message says why and what to do."""


def find(name: str, folder: str | Path) -> Path:
    """The notebook `folder`/NAME/NAME.ipynb; CannotCheck if there is none."""
    path = assignment_file("", name, str(folder))
    if path.is_file():
        return path
    there = assignments("", str(folder))
    raise CannotCheck(
        tr("There is no file {path}. A notebook keeps the name that it was given; ", path=path)
        + (
            tr("there are: {names}.", names=", ".join(there))
            if there
            else tr("there is no other assignment either; run this in the course's folder.")
        )
    )


def read_notebook(path: Path) -> Notebook:
    """The notebook in a file; CannotCheck if it is none of an assignment."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:80]
        raise CannotCheck(
            tr(
                "{path} is not a notebook ({reason}). It may be cut off or renamed from "
                "another kind of file: save it again in JupyterLab, or copy your answers "
                "into a fresh one.",
                path=path,
                reason=reason,
            )
        ) from error
    if not any(map(is_graded, notebook.cells)):
        raise CannotCheck(
            tr(
                "{path} has none of an assignment's test cells: copy your answers into a "
                "fresh notebook of the assignment.",
                path=path,
            )
        )
    return notebook


def warnings_of(notebook: Notebook, name: str = "") -> Iterator[str]:
    """Sentences about the file as it was saved; nothing here keeps it from being run.

    name: the assignment that it is handed in for.
    """
    about_it = notebook.metadata.get("cnncourse")
    of = about_it.get("name", name) if isinstance(about_it, dict) else name
    if name and of != name:
        yield (
            tr(
                "This is the notebook of the assignment {of}, in the place of {name}: "
                "handed in as {name} it gives no points. Copy it to {of}/{of}.ipynb.",
                of=of,
                name=name,
            )
        )
    saved = [
        (name_of(cell), output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]
    if saved:
        cell, error = saved[0]
        yield (
            tr(
                "The file was saved with an error in {cell} ({ename}). That costs nothing "
                "by itself; before you hand in, choose Restart Kernel and Run All Cells "
                "and look again.",
                cell=cell,
                ename=error.ename,
            )
        )
    names = [str(grade_id(cell)) for cell in notebook.cells if grade_id(cell)]
    for twice in sorted({found for found in names if names.count(found) > 1}):
        yield (
            tr(
                "The cell {twice} is there twice: both run, and what the later one "
                "defines counts. Delete the one that you do not mean.",
                twice=twice,
            )
        )
    for cell in notebook.cells:
        if cell.cell_type == "code" and kind_of(cell) == "test" and _was_changed(cell):
            yield (
                tr(
                    "The test cell {grade_id} was changed. Grading runs it as it was given: "
                    "take it from a fresh notebook of the assignment.",
                    grade_id=grade_id(cell),
                )
            )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    given = {m for cell in code if kind_of(cell) == "given" for m in modules(cell.source)}
    own = {m for cell in code if kind_of(cell) == "student" for m in modules(cell.source)}
    for module in sorted(own - given - ALWAYS_THERE):
        yield (
            tr(
                "A cell of yours imports cnncourse.{module}, which is not there while the "
                "notebook is graded: of the course's library, use what the assignment's "
                "own cells import.",
                module=module,
            )
        )
    total = sum(about(cell).get("points", 0) for cell in notebook.cells if is_graded(cell))
    stated = stated_points(notebook)
    if stated is not None and total != stated:
        yield (
            tr(
                "The test cells are worth {total:g} points, not {stated:g}: some were "
                "deleted or copied. Take a fresh notebook of the assignment and copy your "
                "answers into it.",
                total=total,
                stated=stated,
            )
        )


def modules(text: str) -> set[str]:
    """The modules of the course's library that a cell imports.

    >>> sorted(modules("from cnncourse import data, plotting as p\\nimport cnncourse.models"))
    ['data', 'models', 'plotting']
    >>> modules("from cnncourse.data.scans import digits")
    {'data'}
    """
    found = set()
    for base, names in IMPORT.findall(text):
        listed = [base] if base else names.strip("( ").split(",")
        found |= {name.split()[0].partition(".")[0] for name in listed if name.strip(" ()")}
    return found


def _was_changed(cell: Cell) -> bool:
    """Does a cell differ from what was released? nbgrader left a sum of it (its own formula)."""
    known = about(cell).get("checksum")
    parts = [cell.source, cell.cell_type]
    parts += [str(bool(about(cell).get(key))) for key in ("grade", "solution", "locked")]
    parts += [str(grade_id(cell)), str(float(about(cell).get("points", 0)))]
    found = hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
    return bool(known) and known != found


def name_of(cell: Cell) -> str:
    return tr("the cell {grade_id}", grade_id=grade_id(cell)) if grade_id(cell) else tr("a cell")


def execute(notebook: Notebook, folder: Path, timeout: int) -> str | None:
    """Run every cell in a new kernel, in place; a sentence if that ended early, else None.

    The test cells run as in grading: in a namespace of their own, and those of a function that
    stands on a wrong earlier one once more, with a right one (see `testing` and `lending`).
    """
    steady.hold(keep=steady.CHOICES)
    runs = nbformat.v4.new_notebook(metadata=notebook.metadata)
    pairs = []
    runs.cells.append(nbformat.v4.new_code_cell(BEGIN.format(given_of(notebook))))
    about = borrowed(notebook.cells, defined)
    tests = [cell.source for cell in notebook.cells if is_test(cell)]
    asked = {name for text in tests for name in used(text)}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        run = nbformat.v4.new_code_cell(cell.source)
        if kind_of(cell) == "test":
            known = about.get(str(grade_id(cell)), ((), ()))
            run.source = f"_cnncourse.run({cell.source!r}, {known[0]!r}, {known[1]!r})"
        runs.cells.append(run)
        pairs.append((cell, run))
        if names := [*defined(cell.source), *imported(cell.source)]:
            if kind_of(cell) == "student":
                names = names if is_answer(cell) else [n for n in names if n in asked]
                runs.cells.append(nbformat.v4.new_code_cell(f"_cnncourse.ask({names!r})"))
            elif kind_of(cell) == "given":
                runs.cells.append(nbformat.v4.new_code_cell(f"_cnncourse.keep({names!r})"))
    client = NotebookClient(
        runs,
        timeout=timeout,
        kernel_name="python3",
        # Otherwise it warns, in every run, that others of this computer might listen.
        extra_arguments=["--log-level=ERROR"],
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellTimeoutError:
        return tr(
            "A cell ran for more than {timeout} seconds and was stopped; the tests "
            "after it did not run. Is there a loop that never ends?",
            timeout=timeout,
        )
    except DeadKernelError:
        return tr("Python itself ended in one of the cells; the tests after it did not run.")
    finally:
        for cell, run in pairs:
            cell.outputs, cell.execution_count = run.outputs, run.execution_count
    return None


def results(notebook: Notebook) -> list[GradedCell]:
    """An `GradedCell` for each graded cell of an executed notebook, in its order."""
    found = []
    for cell in filter(is_graded, notebook.cells):
        name, points = str(grade_id(cell)), about(cell).get("points", 0)
        if cell.cell_type != "code" or is_answer(cell):
            found.append(GradedCell(name, points, 0, tr(BY_HAND)))
        elif cell.execution_count is None and not cell.outputs:
            found.append(GradedCell(name, points, 0, tr("did not run")))
        else:
            errors = [o for o in cell.outputs if o.output_type == "error"]
            said = explain(errors[0]) if errors else tr(PASSED)
            printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
            last = (printed.strip() or tr(PASSED)).splitlines()[-1]
            if not errors and (points == 0 or had_to_borrow(last)):
                said = last  # what a test measured, the bonus; or with what it had to be helped
            found.append(GradedCell(name, points, 0 if errors else points, said))
    return found


def explain(error: Any) -> str:
    """Words for an error output, with advice where the computer is to blame."""
    if error.ename == "NotImplementedError":
        return tr("not answered yet")
    ours = error.ename in ("CheckFailed", "Failed")
    said = error.evalue if ours else f"{error.ename}: {error.evalue}"
    advice = [tr(words) for pattern, words in ADVICE.items() if re.search(pattern, said)]
    return "\n".join([said, *advice])


def elsewhere(notebook: Notebook) -> Iterator[str]:
    """Sentences for errors in the assignment's answer cells, which tests then suffer from."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and not is_graded(cell) and grade_id(cell):
            for error in (o for o in cell.outputs if o.output_type == "error"):
                if error.ename != "NotImplementedError":
                    yield tr("In {cell}: {said}", cell=name_of(cell), said=explain(error))


def uses_stand_in(notebook: Notebook) -> bool:
    return "synthetic stand-in" in json.dumps(
        [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    )
