"""What may be asked of the program that reads (reading.py), and how long that may take."""

from typing import Any, Literal, TypedDict

MESSAGE_BYTES = 256 << 20
SECONDS = 20  # of processor time for one task; an honest notebook takes a tenth of a second


class KnowTask(TypedDict):
    """Prepare for an assignment; answered by "known"."""

    task: Literal["know"]
    skeleton: str


class ReadTask(TypedDict):
    """Rebuild a notebook out of files, whose contents are the buffers; of none, the skeleton.

    expected: what the assignment is known by, see recognize.Expected. Answered by {"problem": a
    sentence or None, "unanswered": names, "notes": sentences, "paths": of the files beside the
    notebook}, the notebook's text and those files.
    """

    task: Literal["read"]
    seconds: int
    skeleton: str
    expected: dict[str, Any]
    paths: list[str]


class PageTask(TypedDict):
    """Make the pages of a submission: its rebuilt notebook and its record are the buffers.

    Answered by the annotated notebook's text and the page.
    """

    task: Literal["page"]
    seconds: int
    by_hand: dict[str, Any]
    late_penalty: float


class WrittenTask(TypedDict):
    """What a student wrote into the notebook that is the buffer, for comparison.

    given: names of cells that are no answers. Answered by what passages.as_bytes gives.
    """

    task: Literal["written"]
    seconds: int
    name: str
    given: list[str]


class CollectTask(TypedDict):
    """Tell of a download what each student handed in, but of the first `skip`; see taking.take.

    names: None for an archive, whose descriptor follows the message; else whether the buffer holds
    the names of a folder's files. Their contents are asked for by {"want": number, "room": bytes}.
    """

    task: Literal["collect"]
    seconds: int
    expected: dict[str, Any]
    archive: bool
    skip: int
