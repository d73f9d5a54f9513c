"""How the submissions of a run are examined, and the secret that their hidden inputs come from."""

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cnncourse.course import CourseError, data_folder
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.worker import Worker
from cnncourse.grading.records import fingerprint, software

from .reader import Reader


@dataclass(frozen=True)
class Settings:
    """How submissions are examined; part of what a record stands for.

    seed: the course's secret, of which the inputs of hidden tests are derived; 0 for those that
    students see. data: the data sets that they may read, and its fingerprint. worker: what makes
    the process that runs submissions, called as `Worker(limits, sandbox, data)`; reader: what reads
    and shows them, called as `Reader(sandbox)`. software: hash of what examines; a worker with
    another one is unfit.
    """

    seed: int
    limits: Limits = Limits()
    sandbox: bool = True
    data: DataSets = DataSets()
    fingerprint: str = ""
    worker: Callable[..., Any] = Worker
    reader: Callable[..., Any] = Reader
    software: str = field(default_factory=software)

    @classmethod
    def of_course(
        cls, root: str | Path, seed: int, limits: Limits = Limits(), sandbox: bool = True
    ) -> "Settings":
        """Those for the course in `root`, with the data sets that are there now."""
        data = DataSets.here(data_folder(root))
        contents = fingerprint(data, Path(root, "grading", "datasets.json"))
        return cls(seed, limits, sandbox, data, contents)

    def plain(self) -> dict[str, Any]:
        """What a grade depends on, as plain values."""
        limits = {name: float(value) for name, value in asdict(self.limits).items()}
        return {
            "seed": sha256(str(self.seed).encode()).hexdigest(),  # it is secret
            "limits": limits,
            "sandbox": self.sandbox,
            "data": self.fingerprint,
            "software": self.software,
        }


def course_secret(work: str | Path) -> int:
    """The course's secret, 256 bits, drawn once and kept in grading/secret, for its owner alone.

    The inputs of hidden tests are derived from it: a second run gives the same grade, and no answer
    can be written for the numbers that will be drawn.
    """
    path = Path(work, "secret")
    try:
        secret = int(path.read_text(), 16)
        if secret >= 2**127:
            return secret
        raise ValueError
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = f"{secrets.randbits(255) | 1 << 255:064x}\n"
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret.") as file:  # 0600
            file.write(drawn)
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was faster: its secret counts
                os.link(file.name, path)
        return course_secret(work)
    except ValueError:
        raise CourseError(
            f"{path} is not the course's secret, a number of 64 hexadecimal digits: restore the "
            "file from a copy, or delete it to have other hidden tests and grade everything again"
        ) from None
