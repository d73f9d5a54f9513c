"""What may be asked of the program that reads (reading.py), and how long that may take."""

from typing import Any, Literal, TypedDict

MESSAGE_BYTES = 256 << 20
SECONDS = 20  # of processor time for one task; an honest notebook takes a tenth of a second


class KnowTask(TypedDict):
    """Prepare for an assignment; answered by "known"."""

    task: Literal["know"]
    skeleton: str


class ReadTask(TypedDict):
    """Rebuild a notebook, whose file is the buffer; without one, the skeleton.

    Answered by {"problem": a sentence or None, "unanswered": names} and the notebook's text.
    """

    task: Literal["read"]
    seconds: int
    name: str
    skeleton: str


class PageTask(TypedDict):
    """Make the pages of a submission: its rebuilt notebook and its record are the buffers.

    Answered by the annotated notebook's text and the page.
    """

    task: Literal["page"]
    seconds: int
    by_hand: dict[str, Any]
    late_penalty: float
