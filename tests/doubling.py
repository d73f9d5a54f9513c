"""An assignment of one function, for tests of how an examination goes; its second test is last."""

from nbformat.v4 import new_code_cell, new_notebook

RIGHT = "def double(x):\n    return 2 * x"


def cell(name, source, **about):
    about = {"grade_id": name, "grade": False, "solution": False, "locked": True} | about
    return new_code_cell(source, id=name, metadata={"nbgrader": about})


def assignment(
    answer=RIGHT, test="assert double(4) == 8", setup="import math", last="assert double(1) == 2"
):
    return new_notebook(
        cells=[
            cell("setup", setup),
            cell("answer", answer, solution=True, locked=False),
            cell("test", test, grade=True, points=2),
            cell("last", last, grade=True, points=1),
        ]
    )
