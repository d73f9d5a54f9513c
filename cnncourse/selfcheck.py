"""Run the visible tests of a student's notebook in a fresh kernel: `make check NAME=convolution`.

    python -m cnncourse.selfcheck NAME

The file itself is not changed. Grading runs the same tests, with further inputs.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from cnncourse import steady, training

POINTS = 20
BY_HAND = "graded by hand"
PASSED = "passed"
# What an error of the computer's, not of the answer's, means: its words, and what to do.
ADVICE = {
    r"No module named 'cnncourse'": "The course's library is missing: install it as the README "
    "says, or start by `make lab`.",
    r"CUDA|NVIDIA driver": "This computer has no GPU that PyTorch can use, and none is needed: "
    "leave models and tensors where they are, or choose the device by "
    "cnncourse.training.device().",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one graded cell; `said` is "passed" or tells why not."""

    name: str
    points: float
    earned: float
    said: str


class CannotCheck(Exception):
    """The notebook cannot be run at all; the message says why and what to do."""


def find(name, folder):
    """The notebook `folder`/NAME/NAME.ipynb; CannotCheck if there is none."""
    path = Path(folder) / name / f"{name}.ipynb"
    if path.is_file():
        return path
    there = sorted(p.parent.name for p in Path(folder).glob("*/*.ipynb") if p.stem == p.parent.name)
    raise CannotCheck(
        f"There is no file {path}. A notebook keeps the name that it was given; "
        + (
            f"there are: {', '.join(there)}."
            if there
            else "there is no other assignment either; run this in the course's folder."
        )
    )


def read(path):
    """The notebook in a file; CannotCheck if it is none of an assignment."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:80]
        raise CannotCheck(
            f"{path} is not a notebook ({reason}). It may be cut off or renamed from "
            "another kind of file: save it again in JupyterLab, or copy your answers "
            "into a fresh one."
        ) from error
    if not any(map(is_graded, notebook.cells)):
        raise CannotCheck(
            f"{path} has none of an assignment's test cells: copy your answers into "
            "a fresh notebook of the assignment."
        )
    return notebook


def kind(cell):
    return cell.metadata.get("nbgrader", {})


def is_graded(cell):
    return bool(kind(cell).get("grade"))


def warnings_of(notebook):
    """Sentences about the file as it was saved; nothing here keeps it from being run."""
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
            f"The file was saved with an error in {cell} ({error.ename}). That costs nothing by "
            "itself; before you hand in, choose Restart Kernel and Run All Cells and look again."
        )
    names = [kind(cell).get("grade_id") for cell in notebook.cells if is_graded(cell)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"The cell {name} is there twice: delete the copy, or the file cannot be graded."
    total = sum(kind(cell).get("points", 0) for cell in notebook.cells if is_graded(cell))
    if total != POINTS:
        yield (
            f"The test cells are worth {total:g} points, not {POINTS}: some were deleted or "
            "copied. Take a fresh notebook of the assignment and copy your answers into it."
        )


def name_of(cell):
    return f"the cell {kind(cell)['grade_id']}" if kind(cell).get("grade_id") else "a cell"


def execute(notebook, folder, timeout):
    """Run every cell in a new kernel, in place; a sentence if that ended early, else None."""
    steady.hold(keep=steady.CHOICES)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellTimeoutError:
        return (
            f"A cell ran for more than {timeout} seconds and was stopped; the tests after it "
            "did not run. Is there a loop that never ends?"
        )
    except DeadKernelError:
        return "Python itself ended in one of the cells; the tests after it did not run."
    return None


def results(notebook):
    """An `Outcome` for each graded cell of an executed notebook, in its order."""
    found = []
    for cell in filter(is_graded, notebook.cells):
        name, points = kind(cell)["grade_id"], kind(cell).get("points", 0)
        if cell.cell_type != "code" or kind(cell).get("solution"):
            found.append(Outcome(name, points, 0, BY_HAND))
        elif cell.execution_count is None and not cell.outputs:
            found.append(Outcome(name, points, 0, "did not run"))
        else:
            errors = [o for o in cell.outputs if o.output_type == "error"]
            said = explain(errors[0]) if errors else PASSED
            if not errors and points == 0:  # a test that measures something, the bonus
                printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
                said = (printed.strip() or PASSED).splitlines()[-1]
            found.append(Outcome(name, points, 0 if errors else points, said))
    return found


def explain(error):
    """Words for an error output, with advice where the computer is to blame."""
    if error.ename == "NotImplementedError":
        return "not answered yet"
    said = f"{error.ename}: {error.evalue}" if error.ename != "CheckFailed" else error.evalue
    advice = [words for pattern, words in ADVICE.items() if re.search(pattern, said)]
    return "\n".join([said, *advice])


def elsewhere(notebook):
    """Sentences for errors in the assignment's answer cells, which tests then suffer from."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and not is_graded(cell) and kind(cell).get("grade_id"):
            for error in (o for o in cell.outputs if o.output_type == "error"):
                if error.ename != "NotImplementedError":
                    yield f"In {name_of(cell)}: {explain(error)}"


def table(tests):
    """The tests as text, a line each, then their messages in full.

    >>> print(table([Outcome("shape", 2, 2, "passed"), Outcome("values", 3, 0, "wrong\\n  at (0, 0)")]))
    test    points
    shape   2 of 2  passed
    values  0 of 3  wrong
    total   2 of 5
    <BLANKLINE>
    values: wrong
      at (0, 0)
    """
    width = max(len("total"), *(len(test.name) for test in tests))
    lines = [f"{'test':<{width}}  points"]
    for test in tests:
        said = test.said.splitlines()[0]
        said = said if len(said) <= 90 else said[:89] + "…"
        lines.append(f"{test.name:<{width}}  {test.earned:g} of {test.points:g}  {said}")
    total, most = sum(t.earned for t in tests), sum(t.points for t in tests)
    lines.append(f"{'total':<{width}}  {total:g} of {most:g}")
    for test in tests:
        if "\n" in test.said or len(test.said) > 90:
            lines += ["", f"{test.name}: {test.said}"]
    return "\n".join(lines)


def uses_stand_in(notebook):
    return "synthetic stand-in" in json.dumps(
        [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    )


def check(name, folder, timeout):
    """Print the table for one notebook; return whether every test passed."""
    path = find(name, folder)
    notebook = read(path)
    try:
        device = training.device()
    except (ValueError, RuntimeError) as error:
        raise CannotCheck(str(error)) from error
    for sentence in warnings_of(notebook):
        print(f"Note: {sentence}")
    gpu = "" if device.type != "cpu" else "; no GPU is used, and none is needed"
    print(
        f"Running {path} from top to bottom in a fresh kernel (on {device.type}{gpu}) …", flush=True
    )
    ended = execute(notebook, path.parent, timeout)
    tests = results(notebook)
    print("\n" + table(tests))
    for sentence in elsewhere(notebook):
        print(f"\n{sentence}")
    if ended:
        print(f"\n{ended}")
    if uses_stand_in(notebook):
        print(
            "\nCIFAR-10 was not found, so this ran on drawn images, with levels of their own. "
            "`python -m cnncourse.data` fetches the photographs (170 MB)."
        )
    open_points = sum(test.points for test in tests if test.said == BY_HAND)
    if open_points:
        print(f"\n{open_points:g} points are given by hand, after you have handed in.")
    print(f"\nHand in this one file: {path}")
    return all(test.earned == test.points or test.said == BY_HAND for test in tests)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m cnncourse.selfcheck",
        description="Run the visible tests of your notebook in a fresh kernel.",
    )
    parser.add_argument("name", metavar="NAME", help="the assignment, e.g. convolution")
    parser.add_argument(
        "--exercises",
        default="exercises",
        metavar="FOLDER",
        help="where NAME/NAME.ipynb lies (default: %(default)s)",
    )
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one cell")
    options = parser.parse_args(arguments)
    try:
        return 0 if check(options.name, options.exercises, options.timeout) else 1
    except CannotCheck as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
