"""The record of one graded submission, and the key that says which content it stands for.

grading/verdicts/NAME/STUDENT.json is the only sign that a submission is done. All else that
grading leaves behind (gradebook, notebooks, feedback, tables) can be made again from it.
"""

import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

VERDICTS = (
    "ok",
    "wrong",
    "time limit",
    "memory limit",
    "crashed",
    "unreadable",
    "policy",
    "grader error",
)
GRADER_ERROR = "grader error"  # nobody's answer: the only verdict that is tried again


@dataclass(frozen=True)
class Record:
    """What became of one submission.

    points, messages: by test cell. outputs: nbformat outputs by cell. resources: seconds,
    cpu_seconds, peak_memory_bytes, output_bytes. environment: hash of the software it ran on.
    content: the key of all that the grade depends on, see `content_key`. by_hand: what a person
    gave, as far as the student's page shows it: {cell: [points or None, comment or None]}.
    """

    assignment: str
    student: str
    verdict: str
    message: str
    points: dict = field(default_factory=dict)
    messages: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)
    resources: dict = field(default_factory=dict)
    seed: int = 0
    environment: str = ""
    content: str = ""
    sandboxed: bool = True
    by_hand: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.verdict!r} is no verdict; there are: {', '.join(VERDICTS)}")


def write_record(record, path):
    """Write a record so that whoever reads `path` finds all of it or none.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "verdicts", "ada.json")
    >>> write_record(Record("tiny", "ada", "ok", "every test passed"), path)
    >>> read_record(path).message
    'every test passed'
    """
    write_whole(path, json.dumps(asdict(record), indent=1))


def read_record(path) -> Record | None:
    """The record in a file; None if there is no file, or one that is not a whole record."""
    try:
        stored = json.loads(Path(path).read_bytes())
        return Record(**{f.name: stored[f.name] for f in fields(Record)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_whole(path, text):
    """Replace a file's text in one step, which neither a kill nor a power cut can halve."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with open(unfinished, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def content_key(files, source, settings) -> str:
    """A hash of all that a grade depends on.

    files: {path: bytes} of the submission; source: the assignment's, as text; settings: what can
    be written as JSON: the environment, the limits, the seed.

    >>> one = content_key({"a.ipynb": b"1"}, "tests", {"seed": 1})
    >>> one == content_key({"a.ipynb": b"1"}, "tests", {"seed": 1})
    True
    >>> one == content_key({"a.ipynb": b"1"}, "tests", {"seed": 2})
    False
    """
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return _hash(json.dumps([hashes, source, settings], sort_keys=True))


@cache
def environment() -> str:
    """A hash of the software that grades depend on: Python, torch, numpy, and this library."""
    library = Path(__file__).parents[1]
    # The site and its figures have no part in a grade.
    sources = [
        path
        for path in sorted(library.rglob("*.py"))
        if path.relative_to(library).parts[0] not in ("site", "figures")
    ]
    return _hash(
        json.dumps(
            [
                platform.python_version(),
                *map(_version, ("torch", "torchvision", "numpy")),
                [[str(path.relative_to(library)), _hash(path.read_text())] for path in sources],
            ]
        )
    )


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _hash(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
