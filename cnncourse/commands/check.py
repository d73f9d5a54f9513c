"""`cnncourse check`: a student's notebook as a table of its tests, with what each one says."""

import argparse

from tabulate import tabulate

from cnncourse import training
from cnncourse.course import told
from cnncourse.language import tr
from cnncourse.selfcheck import (
    BY_HAND,
    CannotCheck,
    GradedCell,
    elsewhere,
    execute,
    find,
    read_notebook,
    results,
    uses_stand_in,
    warnings_of,
)

LONGEST = 90  # characters of a line that a table shows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment, e.g. convolution")
    parser.add_argument(
        "--exercises",
        default="exercises",
        metavar="FOLDER",
        help="where NAME/NAME.ipynb lies (default: %(default)s)",
    )
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one cell")


def run(options: argparse.Namespace) -> int:
    """Print the table for one notebook; 1 unless every test passed."""
    path = find(options.name, options.exercises)
    notebook = read_notebook(path)
    try:
        device = training.device()
    except (ValueError, RuntimeError) as error:
        raise CannotCheck(str(error)) from error
    for sentence in warnings_of(notebook, options.name):
        print(tr("Note: {sentence}", sentence=sentence))
    gpu = "" if device.type != "cpu" else tr("; no GPU is used, and none is needed")
    print(
        tr(
            "Running {path} from top to bottom in a fresh kernel (on {type}{gpu}) …",
            path=path,
            type=device.type,
            gpu=gpu,
        ),
        flush=True,
    )
    ended = execute(notebook, path.parent, options.timeout)
    tests = results(notebook)
    print("\n" + table(tests))
    for sentence in elsewhere(notebook):
        print(f"\n{sentence}")
    if ended:
        print(f"\n{ended}")
    if uses_stand_in(notebook):
        print(
            tr(
                "\nCIFAR-10 was not found, so this ran on drawn images, with levels of "
                "their own. `{told}` fetches the photographs (170 MB).",
                told=told("data"),
            )
        )
    open_points = sum(test.points for test in tests if test.said == tr(BY_HAND))
    if open_points:
        print(
            tr(
                "\n{open_points:g} points are given by hand, after you have handed in.",
                open_points=open_points,
            )
        )
    print(tr("\nHand in this one file: {path}", path=path))
    return 0 if all(test.earned == test.points or test.said == tr(BY_HAND) for test in tests) else 1


def table(tests: list[GradedCell]) -> str:
    """The tests as text, a line each, then their messages in full.

    >>> print(table([GradedCell("shape", 2, 2, "passed"), GradedCell("size", 3, 0, "no\\n  at 0")]))
    test    points
    shape   2 of 2    passed
    size    0 of 3    no
    total   2 of 5
    <BLANKLINE>
    size: no
      at 0
    """
    rows = [
        [
            t.name,
            tr("{earned:g} of {points:g}", earned=t.earned, points=t.points),
            first_line(t.said),
        ]
        for t in tests
    ]
    total, most = sum(t.earned for t in tests), sum(t.points for t in tests)
    rows.append([tr("total"), tr("{total:g} of {most:g}", total=total, most=most), ""])
    text = tabulate(rows, [tr("test"), tr("points"), ""], tablefmt="plain", disable_numparse=True)
    lines = [line.rstrip() for line in text.splitlines()]
    for test in tests:
        if first_line(test.said) != test.said:
            lines += ["", f"{test.name}: {test.said}"]
    return "\n".join(lines)


def first_line(said: str) -> str:
    """As much of what a test said as a line of the table takes."""
    line = said.splitlines()[0]
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
