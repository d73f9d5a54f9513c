"""A confined process that the warm one forks: begun, limited, ended, and asked how it ended."""

import json
import os
import shutil
import signal
import socket
import struct
import tempfile
from contextlib import suppress
from dataclasses import asdict
from typing import Protocol, Self

from cnncourse.language import tr

from .limits import Limits
from .protocol.messages import Ended, Request, Shown, Side
from .sandbox.cgroups import Cgroup, Hierarchy
from .warmed import GraderError, Warmed


class Parent(Protocol):
    """What a child needs of its worker."""

    limits: Limits
    sandbox: bool
    hierarchy: Hierarchy | None
    warm: dict[Side, Warmed]


class Child:
    """A process that a warm one forked, with its control group; stopped when the block ends."""

    pid: int
    pidfd: int | None = None
    group: Cgroup | None = None
    ended: Ended | None = None

    def __init__(
        self,
        worker: Parent,
        role: Side,
        modules: list[str],
        *talk: socket.socket,
        shown: Shown | None = None,
    ):
        self.worker, warmed = worker, worker.warm[role]
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.control.settimeout(60)
        self.folder = "" if worker.sandbox else tempfile.mkdtemp(dir=warmed.home)
        request = Request(
            role=role,
            sandbox=worker.sandbox,
            folder=self.folder,
            limits=asdict(worker.limits),
            processors=processors(),
            modules=modules,
        )
        if shown is not None:
            request["shown"] = shown
        with theirs:
            descriptors = [sock.fileno() for sock in (theirs, *talk)]
            socket.send_fds(warmed.requests, [json.dumps(request).encode()], descriptors)

    def begin(self) -> None:
        """Learn the child's process number, from the kernel, limit it and let it go."""
        message, about, _, _ = self.control.recvmsg(256, socket.CMSG_SPACE(12))
        if "pid" not in json.loads(message or b"{}"):
            raise GraderError("a child of the warm process could not be confined")
        self.pid = struct.unpack("3i", about[0][2])[0]
        self.pidfd = os.pidfd_open(self.pid)
        if self.worker.hierarchy is not None:
            limits = self.worker.limits
            self.group = Cgroup(self.worker.hierarchy, limits.memory_bytes, limits.processes)
            self.group.add(self.pid)
        self.control.send(b"go")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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

    def kill(self) -> None:
        """End it and all that it started."""
        if self.ended is None and self.pidfd is not None:
            with suppress(ProcessLookupError):
                if self.worker.sandbox:  # process 1 takes its whole world with it
                    signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
                else:
                    os.killpg(self.pid, signal.SIGKILL)

    def wait(self, seconds: float) -> Ended | None:
        """What its parent says about its end; None if it has not ended in time."""
        if self.ended is None and self.pidfd is not None:
            self.control.settimeout(seconds)
            try:
                message = self.control.recv(4096)
            except TimeoutError:
                return None
            except ConnectionResetError:  # stopped before it read that it may begin
                message = b'{"status": %d}' % signal.SIGKILL
            if not message:
                raise GraderError("the parent of a child died")
            self.ended = json.loads(message)
        return self.ended

    def cpu_seconds(self) -> float:
        """Processor time so far; 0 where nobody counts it."""
        return self.group.cpu_seconds() if self.group is not None else 0.0

    def how_it_ended(self, message: str) -> tuple[str, str]:
        """(verdict, message) for one that hung up."""
        ended = self.wait(5)
        if self.group is not None and self.group.out_of_memory():
            limit = self.worker.limits.memory_bytes >> 20
            return "memory limit", tr("it used more than {limit:,} MB of memory", limit=limit)
        if ended is None:
            return "crashed", tr("it closed its connection")
        status = ended["status"]
        if os.WIFSIGNALED(status):
            name = signal.Signals(os.WTERMSIG(status)).name
            return "crashed", f"{message} ({name})"
        return "crashed", f"{message} ({tr('exit code')} {os.WEXITSTATUS(status)})"

    def resources(self) -> dict[str, float]:
        used = self.ended or Ended(status=0)
        seconds = round(self.cpu_seconds() or used.get("cpu_seconds", 0.0), 3)
        peak = self.group.peak_memory() if self.group is not None else 0
        peak = peak or used.get("peak_memory_bytes", 0)
        return {"cpu_seconds": seconds, "peak_memory_bytes": peak}


def processors() -> list[int] | None:
    """Where this thread may run, and with it the processes that it asks for; None if unknown."""
    known = getattr(os, "sched_getaffinity", None)
    return sorted(known(0)) if known else None
