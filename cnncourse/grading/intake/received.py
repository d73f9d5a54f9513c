"""What the learning platform said of a submission: grading/collected/NAME/STUDENT.json.

`cnncourse collect` writes it from the names and lists that the platform itself made, beside no
file of a student's, so that nobody can hand one in. One file a submission:

    {"student": "lovelaceada_101",     the folder in grading/submitted/
     "platform": "canvas",             moodle, canvas, gradescope, blackboard, brightspace, nbgrader
     "id": "101",                      as the platform has it: Moodle's participant number (another
                                       one in each assignment), Canvas's user id, Gradescope's
                                       student id, Blackboard's user name, Brightspace's number
     "name": "lovelaceada",            as the platform writes it there
     "email": null,                    Gradescope alone tells it
     "late": true,                     Canvas's LATE; null where the archive does not say
     "time": null,                     ISO 8601; with its zone (Gradescope, nbgrader), or the
                                       platform's own clock without one (Blackboard, Brightspace)
     "anonymous": false,               the name is none: blind marking
     "members": [],                    of a group, as [id, name, email]; the first is the student
     "notes": ["…"]}                   what was recognized or is missing, in sentences

`received` reads one back. A submission that came by hand has none.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

LONGEST = 300  # characters of a name
PLATFORMS = ("moodle", "canvas", "gradescope", "blackboard", "brightspace", "nbgrader")


@dataclass(frozen=True)
class Received:
    """What is known of a submission before it is opened; see the module."""

    student: str
    platform: str
    id: str | None = None
    name: str | None = None
    email: str | None = None
    late: bool | None = None
    time: str | None = None
    anonymous: bool = False
    members: list[list[str | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


# The class list's part: which student a submission is, by what the platform says; the folder's
# name, by default `Received.student`. Raises `folders.Refused` where that cannot be told.
Who = Callable[[Received], str]


def path_of(root: str | Path, assignment: str, student: str) -> Path:
    """Where the file of a submission is."""
    return Path(root, "grading", "collected", assignment, f"{student}.json")


def received(root: str | Path, assignment: str, student: str) -> Received | None:
    """What the platform said of a submission; None if nothing is known."""
    try:
        return checked(json.loads(path_of(root, assignment, student).read_bytes()))
    except (OSError, ValueError):
        return None


def checked(found: object) -> Received:
    """A `Received` of plain values, whoever they come from; ValueError if they are none.

    >>> checked({"student": "ada_1", "platform": "moodle"}).late is None
    True
    """
    if not isinstance(found, dict):
        raise ValueError(f"{type(found).__name__} is no object")
    values = {f.name: found[f.name] for f in fields(Received) if f.name in found}
    optional = (values.get(name) for name in ("id", "name", "email", "time"))
    members, notes = values.get("members", []), values.get("notes", [])
    good = (
        _is_text(values.get("student"))
        and values.get("platform") in PLATFORMS
        and all(text is None or _is_text(text) for text in optional)
        and values.get("late") in (None, True, False)
        and isinstance(values.get("anonymous", False), bool)
        and isinstance(members, list)
        and all(isinstance(member, list) and len(member) == 3 for member in members)
        and all(text is None or _is_text(text) for member in members for text in member)
        and isinstance(notes, list)
        and all(isinstance(note, str) for note in notes)
    )
    if not good:
        raise ValueError("what is known of a submission has no known form")
    return Received(**values)


def as_text(found: Received) -> str:
    """The text of the file."""
    return json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and value.isprintable()
