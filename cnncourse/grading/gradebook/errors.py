"""Errors of nbgrader and its database: in words, and what to do about them. Imports neither."""

from cnncourse.course import CourseError

AGAIN = (
    "move grading/gradebook.db away and grade again: it is made again from the verdicts, and only "
    "points and comments given by hand are lost with it"
)
CELLS = "Cannot add or remove cells"
ADVICE = {
    CELLS: "a cell was added to solutions/ or removed there after the "
    f"assignment was graded. Undo that, or {AGAIN}",
    "database disk image is malformed": f"the gradebook is damaged. Put a copy back, or {AGAIN}",
    "file is not a database": f"the gradebook is damaged. Put a copy back, or {AGAIN}",
    "no such ": "the gradebook is another version's, or damaged. `nbgrader db upgrade`, or "
    + AGAIN,
    "database is locked": "another program is writing to grading/gradebook.db; wait for it or end "
    "it, perhaps the formgrader",
    "readonly database": "grading/gradebook.db belongs to somebody else; make it and its folder "
    "writable",
    "unable to open database": "grading/gradebook.db cannot be opened; is it a file that you may "
    "read and write?",
    "disk is full": "there is no room left on the disk",
}


class NbgraderError(CourseError):
    """nbgrader could not do a step; the message says why, and what to do where that is known."""


def advice(said: str) -> str:
    """What nbgrader or its database said, and what to do about it where that is known.

    >>> advice("OperationalError: database is locked").partition(";")[0]
    'OperationalError: database is locked: another program is writing to grading/gradebook.db'
    """
    known = [what_to_do for words, what_to_do in ADVICE.items() if words in said]
    return ": ".join([said, *known[:1]])
