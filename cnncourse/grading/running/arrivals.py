"""Which submissions came, or changed, since they were last looked at, and lie still now."""

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cnncourse.course import source_file
from cnncourse.grading.intake.folders import MAX_FILES, students

Signature = tuple[tuple[str, int, int], ...]
PAUSE = 0.5  # seconds between two looks
STILL = 2.0  # seconds without a change, after which a submission counts as whole
AGAIN = 60.0  # seconds after which one that met an error of the grader is tried again


class Arrivals:
    """Looks into `submitted`/STUDENT/NAME/ again and again; it remembers nothing on disk.

    clock: seconds, as time.monotonic.
    """

    def __init__(
        self,
        root: str | Path,
        submitted: str | Path,
        names: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ):
        self.root, self.submitted, self.names, self.clock = root, Path(submitted), names, clock
        self._seen: dict[tuple[str, str], tuple[Signature, float]] = {}  # and since when
        self._done: dict[tuple[str, str], Signature] = {}
        self._again: dict[tuple[str, str], float] = {}

    def ready(self) -> dict[str, list[str]]:
        """{assignment: students} whose files have not changed for a while and wait to be graded."""
        now, found = self.clock(), {}
        for name in self.names:
            source = _signature(source_file(self.root, name).parent)
            those = []
            for student in students(self.submitted, name) if self.submitted.is_dir() else []:
                key = name, student
                signature = source + _signature(self.submitted / student / name)
                before, since = self._seen.get(key, (None, now))
                if before != signature:
                    self._seen[key] = signature, now
                elif (
                    now - since >= STILL
                    and self._done.get(key) != signature
                    and self._again.get(key, now) <= now
                ):
                    those.append(student)
            if those:
                found[name] = those
        return found

    def done(self, name: str, student: str, failed: bool = False) -> None:
        """It was graded as it was seen last, or grading `failed` and is to be tried again later."""
        key = name, student
        self._again.pop(key, None)
        if failed:
            self._again[key] = self.clock() + AGAIN
        elif key in self._seen:
            self._done[key] = self._seen[key][0]


def waiting(
    arrivals: Arrivals, pause: Callable[[float], object] = time.sleep
) -> Iterator[tuple[str, list[str]]]:
    """(assignment, students) to be graded, as they arrive, without an end; it waits in between."""
    while True:
        yield from arrivals.ready().items()
        pause(PAUSE)


def _signature(folder: Path) -> Signature:
    """Paths, sizes and times of what is in a folder; no link is followed."""
    return tuple(sorted(_entries(folder)))


def _entries(folder: Path, above: str = "") -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(folder))[: MAX_FILES + 1]
    except OSError:  # gone again, or no folder
        return
    for entry in entries:
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        name = f"{above}{entry.name}"
        yield name, about.st_size, about.st_mtime_ns
        if stat.S_ISDIR(about.st_mode) and name.count("/") < 8:
            yield from _entries(Path(entry.path), f"{name}/")
