"""Examine submissions: the trusted worker that starts sandboxes and believes nobody in them."""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from . import sandbox as sandboxes
from .cgroups import Cgroup
from .frames import Broken, Channel
from .limits import Limits
from .plan import plan
from .warm import IF_NAMED

START_SECONDS = 300  # importing torch from a cold disk
LINE = 300  # characters of the message that a table shows
GRACE_SECONDS = 15  # the examiner's own, beyond the limits of what it waits for
MOST_CELLS, MOST_TEXT = 2000, 4 << 20


@dataclass(frozen=True)
class Outcome:
    """What became of a submission; plain data.

    verdict: one of verdicts.VERDICTS. points and messages: by grade_id of each test, "" when
    passed. outputs: nbformat outputs by key of the cell (see `plan`). message: one line.
    resources: seconds, cpu_seconds, peak_memory_bytes, output_bytes.
    """

    verdict: str
    points: dict = field(default_factory=dict)
    messages: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)
    message: str = ""
    resources: dict = field(default_factory=dict)
    sandboxed: bool = True


class GraderError(RuntimeError):
    """The machinery failed, not the submission."""


class Worker:
    """Examines submissions, one at a time in each thread that asks; a context manager.

    sandbox: False runs submissions with all rights of whoever grades; every Outcome says so.
    data: the folder of the data sets, which cells may read ($CNNCOURSE_DATA inside).
    Raises sandbox.SandboxError, whose message says what to install, where no sandbox can be had.
    """

    def __init__(self, limits=Limits(), sandbox=True, data=None):
        self.limits, self.sandbox = limits, sandbox
        data = data or os.environ.get("CNNCOURSE_DATA")
        self.data = Path(data).resolve() if data and Path(data).is_dir() else None
        self.hierarchy = sandboxes.check() if sandbox else None
        self._warm, self._one = None, threading.Lock()

    def __enter__(self):
        self._start()
        return self

    def __exit__(self, *_):
        self._stop()

    def examine(self, source, submission, files, seed) -> Outcome:
        """Grade one notebook (nbformat) by its source; files: what came with it, by name."""
        start = time.monotonic()
        try:
            with self._one:  # Python's ast cannot be used by two threads (CPython issue 106905)
                steps = plan(source, submission)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            message = f"a cell of the notebook is malformed: {error!r}"
            return Outcome("unreadable", message=message[:LINE], sandboxed=self.sandbox)
        found = _Findings(steps)
        found.broken = self._refusal(steps, files)
        try:
            if found.broken is None:
                text = "".join(cell.source for cell in source.cells)
                modules = [name for word, names in IF_NAMED.items() if word in text for name in names]
                self._examine(steps, files, seed, modules, found)
        except (GraderError, OSError, Broken) as error:
            found.broken = "grader error", f"{type(error).__name__}: {error}"
        found.resources["seconds"] = round(time.monotonic() - start, 3)
        return found.outcome(self.sandbox)

    def _refusal(self, steps, files):
        """Why this is not even tried, as (verdict, message), or None."""
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\0" in name:
                return "policy", f"a file's name leads elsewhere: {name!r}"
        if sum(map(len, files.values())) > min(self.limits.disk_bytes, self.limits.message_bytes):
            return "policy", f"its files are larger than {self.limits.disk_bytes >> 20} MB"
        if len(steps) > MOST_CELLS or sum(len(step["source"]) for step in steps) > MOST_TEXT:
            return "policy", "the notebook has too many cells, or too much text in them"
        return None

    def _examine(self, steps, files, seed, modules, found):
        with self._one:
            if self._warm is None or self._warm.poll() is not None:
                self._stop()
                self._start()
        with ExitStack() as stack:
            ours, theirs = socket.socketpair()
            left, right = socket.socketpair()
            for sock in (ours, theirs, left, right):
                stack.callback(sock.close)
            student = stack.enter_context(_Child(self, "student", modules, left))
            examiner = stack.enter_context(_Child(self, "examiner", modules, theirs, right))
            for sock in (theirs, left, right):  # so that a death is an end of file
                sock.close()
            for child in (student, examiner):
                child.begin()
            channel = Channel(ours, 1 << 40)
            channel.deadline = time.monotonic() + START_SECONDS
            job = {"steps": steps, "files": list(files), "seed": seed}
            try:
                channel.send(job, list(files.values()))
            except ValueError:
                found.broken = "policy", "the cells hold too much text, or there are too many files"
                return
            end = time.monotonic() + self.limits.submission_seconds + GRACE_SECONDS
            while not found.over:
                channel.deadline = min(
                    end, time.monotonic() + self.limits.cell_seconds + GRACE_SECONDS)
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

    def _examiner_broke(self, broken, examiner, found):
        if broken.verdict == "time limit":
            found.broken = "time limit", "a test ran too long on what the submission returned"
            return
        found.broken = examiner.how_it_ended("the examiner died")
        if found.broken[0] != "memory limit":
            found.broken = "grader error", f"the examiner: {found.broken[1]}"

    # The warm process

    def _start(self):
        self._errors = tempfile.TemporaryFile()
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = [sys.executable, "-m", "cnncourse.grading.warm"]
        settings = {}
        if self.sandbox:
            program = sandboxes.command(program, self.data)
        else:
            self.home = tempfile.mkdtemp(prefix="cnncourse-")
            settings = {"env": sandboxes.environment(self.data) | {
                "HOME": self.home, "TMPDIR": self.home, "IPYTHONDIR": f"{self.home}/ipython",
                "MPLCONFIGDIR": f"{self.home}/mpl", "PYTHONPATH": str(sandboxes.PACKAGE.parent)}}
        with theirs:
            self._warm = subprocess.Popen(program, stdin=theirs, stdout=subprocess.DEVNULL,
                                          stderr=self._errors, **settings)
        self.requests.settimeout(START_SECONDS)
        if self.requests.recv(16) != b"ready":
            self._warm.wait()
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip()
            self._stop()
            raise GraderError(f"the sandbox did not start: {said[-1000:]}")

    def _stop(self):
        if self._warm is None:
            return
        self.requests.close()  # the warm process ends when nobody can ask it any more
        try:
            self._warm.wait(10)
        except subprocess.TimeoutExpired:
            self._warm.kill()
            self._warm.wait()
        self._errors.close()
        self._warm = None
        if not self.sandbox:
            shutil.rmtree(self.home, ignore_errors=True)


class _Child:
    """A process that the warm one forked, with its control group; stopped when the block ends."""

    def __init__(self, worker, role, modules, *talk):
        self.worker, self.ended, self.pidfd, self.group = worker, None, None, None
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.control.settimeout(60)
        self.folder = None if worker.sandbox else tempfile.mkdtemp(dir=worker.home)
        request = {"role": role, "sandbox": worker.sandbox, "folder": self.folder,
                   "limits": asdict(worker.limits), "processors": processors(),
                   "modules": modules}
        with theirs:
            socket.send_fds(worker.requests, [json.dumps(request).encode()],
                            [sock.fileno() for sock in (theirs, *talk)])

    def begin(self):
        """Learn the child's process number, from the kernel, limit it and let it go."""
        message, about, _, _ = self.control.recvmsg(256, socket.CMSG_SPACE(12))
        if "pid" not in json.loads(message or b"{}"):
            raise GraderError("a child of the warm process could not be confined")
        self.pid = struct.unpack("3i", about[0][2])[0]
        self.pidfd = os.pidfd_open(self.pid)
        if self.worker.sandbox:
            limits = self.worker.limits
            self.group = Cgroup(self.worker.hierarchy, limits.memory_bytes, limits.processes)
            self.group.add(self.pid)
        self.control.send(b"go")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(OSError, GraderError):
            self.kill()
            self.wait(30)
        if self.pidfd is not None:
            os.close(self.pidfd)
        self.control.close()
        if self.group is not None:
            self.group.remove()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """End it and all that it started."""
        if self.ended is None and self.pidfd is not None:
            with suppress(ProcessLookupError):
                if self.worker.sandbox:  # process 1 takes its whole world with it
                    signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
                else:
                    os.killpg(self.pid, signal.SIGKILL)

    def wait(self, seconds):
        """What its parent says about its end; None if it has not ended in time."""
        if self.ended is None and self.pidfd is not None:
            self.control.settimeout(seconds)
            try:
                message = self.control.recv(4096)
            except TimeoutError:
                return None
            except ConnectionResetError:  # stopped before it read that it may begin
                message = json.dumps({"status": int(signal.SIGKILL)})
            if not message:
                raise GraderError("the parent of a child died")
            self.ended = json.loads(message)
        return self.ended

    def how_it_ended(self, message):
        """(verdict, message) for one that hung up."""
        ended = self.wait(5)
        if self.group is not None and self.group.out_of_memory():
            limit = self.worker.limits.memory_bytes >> 20
            return "memory limit", f"it used more than {limit:,} MB of memory"
        if ended is None:
            return "crashed", "it closed its connection"
        status = ended["status"]
        if os.WIFSIGNALED(status):
            name = signal.Signals(os.WTERMSIG(status)).name
            return "crashed", f"{message} ({name})"
        return "crashed", f"{message} (exit code {os.WEXITSTATUS(status)})"

    def resources(self):
        used = self.ended or {}
        peak = self.group.peak_memory() if self.group is not None else 0
        return {"cpu_seconds": round(used.get("cpu_seconds", 0.0), 3),
                "peak_memory_bytes": peak or used.get("peak_memory_bytes", 0)}


class _Findings:
    """What the examiner reported so far."""

    def __init__(self, steps):
        self.most = {step["key"]: step["points"] for step in steps if step["kind"] == "test"}
        self.points, self.messages = dict.fromkeys(self.most, 0.0), dict.fromkeys(self.most)
        self.outputs, self.errors, self.at = {}, [], None
        self.broken, self.over = None, False
        self.resources = {"seconds": 0.0, "cpu_seconds": 0.0, "peak_memory_bytes": 0,
                          "output_bytes": 0}

    def take(self, event):
        kind, key = event["event"], event.get("key")
        if kind == "start":
            self.at = key
        elif kind == "done":
            self.over = True
        elif kind == "broken":
            self.broken, self.over = (event["verdict"], event["message"]), True
        else:
            self.outputs[key] = event["outputs"]
            self.resources["output_bytes"] += event.get("size", 0)
            if kind == "test":
                self.points[key], self.messages[key] = event["points"], event["message"]
            self.errors += [f"{key}: {o['evalue'].strip() or o['ename']}"
                            for o in event["outputs"] if o["output_type"] == "error"]

    def outcome(self, sandboxed):
        messages = {test: "this test was not reached" if said is None else printable(said)
                    for test, said in self.messages.items()}
        passed = all(self.points[test] >= most for test, most in self.most.items())
        if self.broken:
            verdict, message = self.broken
            message = f"{self.at}: {message}" if self.at else message
            if self.at in messages:
                messages[self.at] = printable(self.broken[1])
        elif passed:
            verdict, message = "ok", "every test passed"
        else:
            verdict = "wrong"
            message = self.errors[0] if self.errors else "a test gave part of its points"
        line = printable(message).partition("\n")[0][:LINE]
        return Outcome(verdict, self.points, messages, self.outputs, line, self.resources,
                       sandboxed)


def processors():
    """Where this thread may run, and with it the processes that it asks for; None if unknown."""
    known = getattr(os, "sched_getaffinity", None)
    return known and sorted(known(0))


def printable(text):
    """Text without half characters and without commands to the terminal that shows it."""
    return "".join(c if c == "\n" or c.isprintable() else " " if c.isspace() else "\ufffd"
                   for c in text)

