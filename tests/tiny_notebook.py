"""Notebooks of a tiny assignment without torch: `double` and `half`, and a question."""

from cells import answer, cell
from nbformat.v4 import new_markdown_cell, new_notebook

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2"
NO_HALF = "def double(x):\n    return 2 * x"
TESTS = {"double": 2, "half": 3, "hidden": 4}  # the points of each


def notebook(*cells):
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": python})


def tiny(solution=RIGHT, *more, question="YOUR ANSWER HERE", **changes):
    """The assignment with this solution; `more` cells follow it.

    Its tests give the points of TESTS, the hidden one too; the question is worth 2, by hand.
    changes: {cell id: a function of the cell}.
    """
    made = notebook(
        answer(solution),
        *more,
        cell("double", "# 2 points: double\nassert double(4) == 8", 2),
        cell("half", "# 3 points: half\nassert half(4) == 2", 3),
        cell(
            "hidden",
            "# 4 points: half of odd numbers\n### BEGIN HIDDEN TESTS\n"
            "the_hidden_number = 7\nassert half(the_hidden_number) == 3.5, 'odd'\n"
            "### END HIDDEN TESTS",
            4,
        ),
        cell("why", question, 2, solution=True, make=new_markdown_cell),
    )
    for name, change in changes.items():
        change(next(c for c in made.cells if c.id == name))
    return made


def one_test(test, points=1, given="", solution="student = None"):
    """An assignment with a given cell, a solution and one test."""
    return notebook(cell("given", given), answer(solution), cell("test", test, points))
