"""What our own processes tell each other, as JSON: the worker, the warm one, and the examiner."""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict

Files = Mapping[str, bytes]  # what came with a notebook, by name
Output = dict[str, Any]  # of a cell, in nbformat's form
Side = Literal["student", "examiner"]


class Step(TypedDict):
    """A cell to run: on the student's side ("student", "given") or on ours ("test").

    key: grade_id of a cell of the source, else the id of the submission's cell. source: its text.
    """

    kind: Literal["student", "given", "test"]
    key: str
    source: str
    names: NotRequired[list[str]]  # "student": what the source's version of the cell defines
    here: NotRequired[bool]  # "given": run it on our side too, for the tests that want its names
    points: NotRequired[float]  # "test": the most it gives
    about: NotRequired[list[str]]  # "test": what the answer before it defines
    given: NotRequired[dict[str, str]]  # "test": earlier names, and where right ones are


class Job(TypedDict):
    """What the examiner is to do; the contents of the files come as buffers, in this order."""

    steps: list[Step]
    files: list[str]
    seed: int


class Event(TypedDict):
    """A step begins ("start") or is done (its kind), or all of it is ("done", "broken")."""

    event: Literal["start", "student", "given", "test", "done", "broken"]
    key: NotRequired[str]  # of the step
    outputs: NotRequired[list[Output]]
    size: NotRequired[int]  # of a cell that is no test: bytes that it wanted to put out
    points: NotRequired[float]  # of a test, as measured is
    measured: NotRequired[dict[str, float]]
    message: NotRequired[str]  # of a test, "" when passed; or why all is broken
    verdict: NotRequired[str]  # of what is broken


class Shown(TypedDict):
    """Of the library and the data, what a submission sees."""

    paths: list[str]  # files and folders that stay where they are
    texts: dict[str, str]  # files that are written: path, what stands in them
    absent: str  # said of a part of the library that is not there


class Request(TypedDict):
    """A child to be forked; beside it come the sockets: its control, and those to talk on."""

    role: Side
    sandbox: bool
    folder: str  # where it works without a sandbox; else ""
    limits: dict[str, Any]
    processors: list[int] | None
    modules: list[str]
    shown: NotRequired["Shown"]  # to a student's process; the examiner's sees all there is


class Ended(TypedDict):
    """How a child ended: the status as os.wait gives it, and what is known of a whole run."""

    status: int
    cpu_seconds: NotRequired[float]
    peak_memory_bytes: NotRequired[int]
