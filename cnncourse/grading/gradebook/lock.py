"""One run at a time in a course's grading folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnncourse.course import CourseError


class Busy(CourseError):
    """Another run is at work in this folder."""


@contextmanager
def alone(work: Path) -> Iterator[None]:
    """Raises Busy where somebody else is in; the lock goes with its process, however that ends."""
    work.mkdir(exist_ok=True)
    with open(work / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another run is grading in {work}; wait for it, or end it") from None
        yield
