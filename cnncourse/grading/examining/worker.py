"""Examine submissions: the trusted worker that starts sandboxes and believes nobody in them."""

import select
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Self

from cnncourse.course import Notebook
from cnncourse.language import later, tr

from .child import Child
from .datasets import DataSets
from .findings import LINE, Findings, Outcome
from .inside.warm import IF_NAMED
from .library import library
from .limits import GIVE_WAY, MOST_CELLS, MOST_TEXT, Limits
from .plan import plan
from .protocol.frames import Broken, Channel
from .protocol.messages import Files, Job, Shown, Side
from .sandbox import bwrap
from .warmed import START_SECONDS, GraderError, Warmed

SIDES: tuple[Side, ...] = ("student", "examiner")
GRACE_SECONDS = 15  # the examiner's own, beyond the limits of what it waits for


class Worker:
    """Examines submissions, one at a time in each thread that asks; a context manager.

    sandbox: False runs submissions with all rights of whoever grades; every Outcome says so.
    data: the data sets that cells may read.
    Raises sandbox.SandboxError, whose message says what to install, where no sandbox can be had.
    """

    def __init__(
        self, limits: Limits = Limits(), sandbox: bool = True, data: DataSets = DataSets()
    ):
        self.limits, self.sandbox, self.data = limits, sandbox, data
        self.hierarchy = bwrap.check(data) if sandbox else None
        self.warm: dict[Side, Warmed] = {}
        self._one = threading.Lock()

    def __enter__(self) -> Self:
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def examine(self, source: Notebook, submission: Notebook, files: Files, seed: int) -> Outcome:
        """Grade one notebook (nbformat) by its source; files: what came with it, by name."""
        start = time.monotonic()
        try:
            with self._one:  # Python's ast cannot be used by two threads (CPython issue 106905)
                steps, allowed = plan(source, submission), library(source)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            message = tr("a cell of the notebook is malformed: {error!r}", error=error)
            return Outcome("unreadable", message=message[:LINE], sandboxed=self.sandbox)
        found = Findings(steps)
        job, contents = Job(steps=steps, files=list(files), seed=seed), list(files.values())
        found.broken = self._refusal(job, contents)
        try:
            if found.broken is None:
                text = "".join(cell.source for cell in source.cells)
                modules = [m for word, names in IF_NAMED.items() if word in text for m in names]
                shown = bwrap.shown(allowed, self.data) if self.sandbox else None
                self._examine(job, contents, modules, shown, found)
        except (GraderError, OSError, Broken) as error:
            found.broken = "grader error", f"{type(error).__name__}: {error}"
        found.resources["seconds"] = round(time.monotonic() - start, 3)
        return found.outcome(self.sandbox)

    def _refusal(self, job: Job, contents: list[bytes]) -> tuple[str, str] | None:
        """Why this is not even tried, as (verdict, message), or None."""
        for name in job["files"]:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\0" in name:
                return "policy", tr("a file's name leads elsewhere: {name!r}", name=name)
        most = min(self.limits.disk_bytes, self.limits.message_bytes)
        if sum(map(len, contents)) > most:
            return "policy", tr("its files are larger than {size} MB", size=most >> 20)
        texts = [step["source"] for step in job["steps"]]
        if len(texts) > MOST_CELLS or sum(map(len, texts)) > MOST_TEXT:
            return "policy", tr("the notebook has too many cells, or too much text in them")
        return None

    def _examine(
        self, job: Job, files: list[bytes], modules: list[str], shown: Shown | None, found: Findings
    ) -> None:
        self.wait_until_ready()
        with ExitStack() as stack:
            ours, theirs = socket.socketpair()
            left, right = socket.socketpair()
            for sock in (ours, theirs, left, right):
                stack.callback(sock.close)
            student = stack.enter_context(Child(self, "student", modules, left, shown=shown))
            examiner = stack.enter_context(Child(self, "examiner", modules, theirs, right))
            for sock in (theirs, left, right):  # so that a death is an end of file
                sock.close()
            for child in (student, examiner):
                child.begin()
            channel = Channel(ours, 1 << 40)
            channel.deadline = time.monotonic() + START_SECONDS
            try:
                channel.send(job, files)
            except ValueError:
                said = tr("the cells hold too much text, or there are too many files")
                found.broken = "policy", said
                return
            end = time.monotonic() + self.limits.submission_seconds + GRACE_SECONDS
            while not found.over:
                patience = self.limits.cell_seconds + GIVE_WAY + GRACE_SECONDS
                channel.deadline = min(end, time.monotonic() + patience)
                if self._overspent(student, ours, channel.deadline):
                    said = later("it used more than {seconds:g} s of processor time")
                    found.broken = "time limit", tr(said, seconds=self.limits.cpu_seconds)
                    break
                try:
                    event, _ = channel.receive()
                except Broken as broken:  # late, or dead: too much was handed to it, or a bug
                    self._examiner_broke(broken, examiner, found)
                    break
                found.take(event)
            if found.broken and found.broken[0] == "crashed":
                found.broken = student.how_it_ended(found.broken[1])
            for child in (student, examiner):
                child.kill()
            student.wait(30)
            found.resources.update(student.resources())

    def _overspent(self, student: Child, examiner: socket.socket, deadline: float) -> bool:
        """Wait for the examiner's next word; has the student used up its processor time by then?"""
        (waiting := select.poll()).register(examiner, select.POLLIN)
        while not (over := student.cpu_seconds() > self.limits.cpu_seconds):
            if waiting.poll(1000) or time.monotonic() > deadline:
                break
        return over

    def _examiner_broke(self, broken: Broken, examiner: Child, found: Findings) -> None:
        if broken.verdict == "time limit":
            found.broken = ("time limit", tr("a test ran too long on what the submission returned"))
            return
        found.broken = examiner.how_it_ended(tr("the examiner died"))
        if found.broken[0] != "memory limit":
            found.broken = "grader error", f"the examiner: {found.broken[1]}"

    # The warm processes

    def begin(self) -> None:
        """Start them, unless they live, and do not wait: they import torch at the same time."""
        if len([one for one in self.warm.values() if one.process.poll() is None]) < len(SIDES):
            self._stop()
            for side in SIDES:
                self.warm[side] = Warmed(self.sandbox, self.data)

    def wait_until_ready(self) -> None:
        """Begin them, where that was not done; raises GraderError if one does not start."""
        with self._one:
            try:
                self.begin()
                for warmed in self.warm.values():
                    warmed.wait_until_ready()
            except BaseException:
                self._stop()
                raise

    def _stop(self) -> None:
        while self.warm:
            self.warm.popitem()[1].stop()
