"""A warm process, seen from the worker: started, asked for children, stopped."""

import shutil
import socket
import sys
import tempfile
from subprocess import DEVNULL, Popen

from cnncourse.course import PACKAGE

from .datasets import DataSets
from .sandbox import bwrap

START_SECONDS = 300  # importing torch from a cold disk


class GraderError(RuntimeError):
    """The machinery failed, not the submission."""


class Warmed:
    """A warm process, started and perhaps not yet ready; its children are asked for by `requests`.

    What a process forks has its hash seed and its layout of memory, so each side has one of these.
    """

    home = ""  # without a sandbox: where the submissions' folders are made
    ready = False

    def __init__(self, sandbox: bool, data: DataSets):
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed by stop
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.requests.settimeout(START_SECONDS)
        program = [sys.executable, "-m", "cnncourse.grading.examining.inside.warm"]
        variables = None  # bubblewrap sets those of a sandbox
        if sandbox:
            program = bwrap.command(program, data)
        else:
            self.home = tempfile.mkdtemp(prefix="cnncourse-")
            variables = bwrap.variables(data) | {
                "HOME": self.home,
                "TMPDIR": self.home,
                "IPYTHONDIR": f"{self.home}/ipython",
                "MPLCONFIGDIR": f"{self.home}/mpl",
                "PYTHONPATH": str(PACKAGE.parent),
            }
        with theirs:
            self.process = Popen(
                program, env=variables, stdin=theirs.fileno(), stdout=DEVNULL, stderr=self._errors
            )

    def wait_until_ready(self) -> None:
        """Raises GraderError, with the last that it said, for one that does not start."""
        self.ready = self.ready or self.requests.recv(16) == b"ready"
        if not self.ready:
            self.process.wait()
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip()
            raise GraderError(f"the sandbox did not start: {said[-1000:]}")

    def stop(self) -> None:
        self.process.kill()  # first, or it might begin to tidy up
        self.requests.close()  # what is in the sandbox ends when nobody can ask it any more
        self.process.wait()
        self._errors.close()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)
