"""A tiny assignment for the tests of the grader: `double` for 2 points, `half` for 3, hidden 4."""

from nbformat.v4 import new_code_cell, new_notebook

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2"
ALL = {"double": 2, "half": 3, "hidden": 4}


def cell(name, source, points=None, solution=False, locked=False):
    """A cell of nbgrader: a test if it has points, an answer, or a given one."""
    nbgrader = dict(
        grade_id=name,
        schema_version=3,
        grade=points is not None,
        solution=solution,
        locked=locked or points is not None,
        task=False,
    )
    if points is not None:
        nbgrader["points"] = points
    return new_code_cell(source, id=name, metadata={"nbgrader": nbgrader})


def answer(source, name="solution"):
    return cell(name, source, solution=True)


def added(source, name="added"):
    return new_code_cell(source, id=name)


def notebook(*cells):
    return new_notebook(cells=list(cells))


def tiny(solution=RIGHT, *more):
    """The assignment with this solution; `more` cells follow it."""
    return notebook(
        answer(solution),
        *more,
        cell("double", "assert double(4) == 8", 2),
        cell("half", "assert half(4) == 2", 3),
        cell("hidden", "the_hidden_number = 7\nassert half(the_hidden_number) == 3.5, 'odd'", 4),
    )


def one_test(test, points=1, given=""):
    """A source with an empty solution, a given cell and one test."""
    return notebook(
        cell("given", given, locked=True), answer("student = None"), cell("test", test, points)
    )
