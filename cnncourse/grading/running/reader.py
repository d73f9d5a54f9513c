"""Reading what students wrote, in a confined process with a deadline; here come checked values.

The other side is reading.py. What takes too long or too much is `Unread`, with a sentence for the
student; where the machinery itself fails, GraderError.
"""

import json
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import nbformat

from cnncourse.course import Notebook
from cnncourse.grading.examining.child import GraderError
from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.examining.sandbox import bwrap
from cnncourse.grading.gradebook.book import Entry
from cnncourse.grading.records import Record

from .tasks import MESSAGE_BYTES, SECONDS, PageTask, ReadTask

PROGRAM = [sys.executable, "-m", "cnncourse.grading.running.reading"]
START_SECONDS = 120  # importing nbconvert from a cold disk
GRACE_SECONDS = 40  # of waiting on a busy machine, beyond the processor time


class Unread(Exception):
    """It could not be read or shown within the limits; the message is for the student."""


@dataclass(frozen=True)
class Read:
    """A submission's notebook: the assignment's cells with the answers in them.

    problem: why the answers are not in it, or None. unanswered: cells that are as released.
    """

    text: str
    problem: str | None
    unanswered: list[str]

    @property
    def notebook(self) -> Notebook:
        return nbformat.from_dict(json.loads(self.text))


class Reader:
    """The confined process, started when it is first asked; one task at a time."""

    def __init__(self, sandbox: bool = True):
        self.sandbox = sandbox
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel
        self._knows: set[str] = set()

    def read(self, name: str, skeleton: str, file: bytes | None) -> Read:
        """Rebuild a notebook; `file`: its bytes, None for the skeleton alone. Raises Unread."""
        task: ReadTask = {"task": "read", "seconds": SECONDS, "name": name, "skeleton": skeleton}
        said, texts = self._ask(task, [] if file is None else [file], skeleton)
        problem, unanswered = said.get("problem"), said.get("unanswered")
        if not isinstance(problem, str | None) or not _are_names(unanswered) or len(texts) != 1:
            raise Unread("what the reading process answered has no known form")
        return Read(_text(texts[0]), problem, unanswered)

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
        try:
            if skeleton not in self._knows:
                self._channel.send({"task": "know", "skeleton": skeleton})
                self._channel.receive()
                self._knows.add(skeleton)
            self._channel = Channel(self._channel.sock, MESSAGE_BYTES)  # its budget is for one task
            self._channel.deadline = time.monotonic() + SECONDS + GRACE_SECONDS
            try:
                self._channel.send(task, buffers)
            except ValueError as error:
                raise Unread(f"it is too large: {error}") from None
            said, found = self._channel.receive()
        except Broken as broken:
            self.close()
            if broken.verdict == "time limit":
                raise Unread(f"reading it takes more than {SECONDS} seconds") from None
            raise GraderError(f"the process that reads submissions ended: {broken}") from None
        if not isinstance(said, dict):
            self.close()
            raise Unread("what the reading process answered has no known form")
        if "died" in said:
            raise Unread(
                f"reading it takes more than {SECONDS} seconds, or more memory than there is for it"
            )
        return said, found

    def _start(self) -> None:
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
        self._channel.deadline = time.monotonic() + START_SECONDS
        try:
            self._channel.receive()
        except Broken as broken:
            self.close()
            raise GraderError(
                f"the process that reads submissions does not start: {broken}"
            ) from None


def _text(data: bytearray) -> str:
    return data.decode("utf-8", "replace")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
