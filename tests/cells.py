"""Cells of an assignment, with nbgrader's metadata, for the notebooks that tests make."""

from nbformat.v4 import new_code_cell


def cell(name, source, points=None, solution=False, make=new_code_cell):
    """A test if it has points, an answer if it is a `solution`, else a given cell.

    An answer with points is graded by hand.
    """
    nbgrader = dict(
        grade_id=name,
        schema_version=3,
        grade=points is not None,
        solution=solution,
        locked=not solution,
        task=False,
    )
    if points is not None:
        nbgrader["points"] = points
    return make(source, id=name, metadata={"nbgrader": nbgrader})


def answer(source, name="solution"):
    """A cell that is the student's to write."""
    return cell(name, source, solution=True)


def added(source, name="added"):
    """A cell that a student put in."""
    return new_code_cell(source, id=name)
