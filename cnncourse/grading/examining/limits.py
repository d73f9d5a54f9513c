"""What a submission may use; the verdict says which of these it ran into."""

from dataclasses import dataclass

MB = 1 << 20
# What is kept of outputs: text, and pictures that hold no program, for feedback is opened by people
# with rights of their own.
SAFE_TYPES = ("text/plain", "image/png", "image/jpeg")
MOST_CELLS, MOST_TEXT = 2000, 4 << 20  # of a notebook, and characters in its cells
GIVE_WAY = 5  # seconds that a cell has, once interrupted, before everything ends


@dataclass(frozen=True)
class Limits:
    """Seconds are wall-clock time, everything else is bytes or a count; all of it per submission.

    cell_seconds holds for each cell, submission_seconds for all together: a cell of the student's
    is interrupted then, and the next one follows; a test that waits so long ends all. cpu_seconds
    is processor time of all the student's processes. memory_bytes counts what they add to the warm
    one, files in memory included. disk_bytes is the size of each of their writable folders,
    file_bytes of one file. output_bytes is what is kept of all that the cells print and show.
    message_bytes is the largest value that may cross to a test, or back.
    """

    cell_seconds: float = 300
    submission_seconds: float = 900
    cpu_seconds: float = 900
    memory_bytes: int = 2048 * MB
    processes: int = 64
    disk_bytes: int = 256 * MB
    file_bytes: int = 128 * MB
    output_bytes: int = 4 * MB
    message_bytes: int = 256 * MB

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"the limit {name} must be above 0, not {value!r}")
