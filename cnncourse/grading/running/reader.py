"""Reading what students wrote, in a confined process with a deadline; here come checked values.

The other side is reading.py. What takes too long or too much is `Unread`, with a sentence for the
student; where the machinery itself fails, GraderError.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import nbformat

from cnncourse.course import Notebook
from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.examining.sandbox import bwrap
from cnncourse.grading.examining.warmed import GraderError
from cnncourse.grading.gradebook.entry import Entry
from cnncourse.grading.intake.archives import check_path
from cnncourse.grading.intake.folders import MAX_BYTES, Refused, Unread
from cnncourse.grading.intake.passages import Written, from_bytes
from cnncourse.grading.intake.received import Received
from cnncourse.grading.intake.recognize import Expected
from cnncourse.grading.intake.taking import LONG, Handed, Listed, handed, listed, who
from cnncourse.grading.records import Record

from .tasks import MESSAGE_BYTES, SECONDS, CollectTask, PageTask, ReadTask, WrittenTask

PROGRAM = [sys.executable, "-m", "cnncourse.grading.running.reading"]
START_SECONDS = 120  # importing nbconvert from a cold disk
GRACE_SECONDS = 40  # of waiting on a busy machine, beyond the processor time


@dataclass(frozen=True)
class Read:
    """A submission's notebook: the assignment's cells with the answers in them.

    problem: why the answers are not in it, or None. unanswered: cells that are as released.
    files: what was handed in beside it, under the names that are asked for. notes: what was
    recognized, in sentences.
    """

    text: str
    problem: str | None
    unanswered: list[str]
    files: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def notebook(self) -> Notebook:
        return nbformat.from_dict(json.loads(self.text))


class Reader:
    """The confined process, started when it is first asked; one task at a time."""

    def __init__(self, sandbox: bool = True):
        self.sandbox = sandbox
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel
        self._ready = False
        self._knows: set[str] = set()

    def read(self, expected: Expected, skeleton: str, files: Mapping[str, bytes]) -> Read:
        """Rebuild a notebook out of a submission's files; of none, the skeleton. Raises Unread."""
        task: ReadTask = {
            "task": "read",
            "seconds": SECONDS,
            "skeleton": skeleton,
            "expected": expected.plain(),
            "paths": list(files),
        }
        said, found = self._ask(task, list(files.values()), skeleton)
        try:
            problem, unanswered, notes = said["problem"], said["unanswered"], said["notes"]
            paths, contents = said["paths"], found[1:]
            good = isinstance(problem, str | None) and all(map(_are_names, (unanswered, notes)))
            if not good or not _are_names(paths) or len(paths) != len(contents):
                raise ValueError
            for path in paths:
                check_path(path)
        except (KeyError, TypeError, ValueError, IndexError, Refused):
            raise Unread("what the reading process answered has no known form") from None
        beside = dict(zip(paths, map(bytes, contents), strict=True))
        return Read(_text(found[0]), problem, unanswered, beside, tuple(notes))

    def written(self, name: str, file: bytes, given: Sequence[str]) -> Written:
        """What a student wrote into a notebook, for comparison. Raises Unread."""
        task: WrittenTask = {
            "task": "written",
            "seconds": SECONDS,
            "name": name,
            "given": list(given),
        }
        self._start()
        _, found = self._talk(task, [file])
        try:
            return from_bytes(found)
        except (ValueError, TypeError, RecursionError):
            raise Unread("what the reading process answered has no known form") from None

    def collect(
        self,
        expected: Expected,
        archive: int | None,
        names: list[str],
        read: Callable[[int, int], bytes],
    ) -> Iterator[Listed | Handed | tuple[Received, str]]:
        """What a download is, then what each student handed in, or why that cannot be told.

        archive: its descriptor; None for a folder of files called `names`, which `read(number,
        room)` reads. Raises Unread if the download cannot be read at all.
        """
        done, first = 0, True
        while True:
            about = None
            try:
                for said, buffers in self._told(expected, archive, names, read, done):
                    if "problem" in said:
                        raise Unread(str(said["problem"])[:LONG])
                    if "student" in said:
                        about = who(said)
                    elif "paths" in said:
                        assert about is not None
                        yield handed(about, said, buffers)
                        about, done = None, done + 1
                    elif first:
                        yield listed(said, buffers)
                        first = False
                return
            except (Unread, GraderError) as error:
                if about is None:
                    raise
                yield about, str(error)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError, Refused):
                self.close()
                if about is None:
                    raise Unread("what the reading process answered has no known form") from None
                yield about, "what is in it has no known form"
            done += 1

    def _told(
        self,
        expected: Expected,
        archive: int | None,
        names: list[str],
        read: Callable[[int, int], bytes],
        done: int,
    ) -> Iterator[tuple[dict[str, Any], list[bytearray]]]:
        """The frames of the process that tells of a download; it is answered what it wants."""
        task: CollectTask = {
            "task": "collect",
            "seconds": SECONDS,
            "expected": expected.plain(),
            "archive": archive is not None,
            "skip": done,
        }
        self._start()
        said, buffers = self._talk(task, [json.dumps(names).encode()], archive)
        while "end" not in said:
            if "want" not in said:
                yield said, buffers
                said, buffers = self._talk()
                continue
            answer: tuple[str, list[bytes]]
            try:
                if not 0 <= said["want"] < len(names):
                    raise Refused("it is not there")
                answer = "", [read(said["want"], min(said["room"], MAX_BYTES))]
            except (Refused, OSError) as reason:
                answer = str(reason) or type(reason).__name__, []
            said, buffers = self._talk(*answer)

    def pages(self, text: str, record: Record, entry: Entry, skeleton: str) -> tuple[str, str]:
        """The notebook for the formgrader and the student's page. Raises Unread."""
        task: PageTask = {
            "task": "page",
            "seconds": SECONDS,
            "by_hand": {name: list(given) for name, given in entry.by_hand.items()},
            "late_penalty": entry.late_penalty,
        }
        buffers = [text.encode("utf-8", "replace"), json.dumps(asdict(record)).encode()]
        _, texts = self._ask(task, buffers, skeleton)
        if len(texts) != 2:
            raise Unread("what the reading process answered has no known form")
        return _text(texts[0]), _text(texts[1])

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._channel.sock.close()
            self._process.kill()
            self._process.wait()
            self._process = None
            self._knows.clear()

    def _ask(self, task: Any, buffers: list[bytes], skeleton: str) -> tuple[Any, list[bytearray]]:
        self._start()
        if skeleton not in self._knows:
            self._talk({"task": "know", "skeleton": skeleton})
            self._knows.add(skeleton)
        return self._talk(task, buffers)

    def _talk(
        self, body: Any = None, buffers: Sequence[bytes] = (), archive: int | None = None
    ) -> tuple[Any, list[bytearray]]:
        """Say something, unless it is None, and hear the answer. Raises Unread."""
        self._channel = Channel(self._channel.sock, MESSAGE_BYTES)  # its budget is for one answer
        self._channel.deadline = time.monotonic() + SECONDS + GRACE_SECONDS
        try:
            if body is not None:
                try:
                    self._channel.send(body, buffers)
                except ValueError as error:
                    raise Unread(f"it is too large: {error}") from None
            if archive is not None:
                socket.send_fds(self._channel.sock, [b"F"], [archive])
            said, found = self._channel.receive()
        except Broken as broken:
            self.close()
            if broken.verdict == "time limit":
                raise Unread(f"reading it takes more than {SECONDS} seconds") from None
            raise GraderError(f"the process that reads submissions ended: {broken}") from None
        if said == "known":
            return said, found
        if not isinstance(said, dict):
            self.close()
            raise Unread("what the reading process answered has no known form")
        if "died" in said:
            raise Unread(
                f"reading it takes more than {SECONDS} seconds, or more memory than there is for it"
            )
        return said, found

    def begin(self) -> None:
        """Start the process unless it lives, and do not wait for it."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        program = bwrap.command(PROGRAM) if self.sandbox else PROGRAM
        with theirs:
            self._process = subprocess.Popen(
                program, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        self._channel = Channel(ours, MESSAGE_BYTES)
        self._ready = False

    def _start(self) -> None:
        self.begin()
        if self._ready:
            return
        self._channel.deadline = time.monotonic() + START_SECONDS
        try:
            self._channel.receive()
            self._ready = True
        except Broken as broken:
            self.close()
            raise GraderError(
                f"the process that reads submissions does not start: {broken}"
            ) from None


def _text(data: bytearray) -> str:
    return data.decode("utf-8", "replace")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
