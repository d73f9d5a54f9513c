"""The record of one graded submission, and the key that says which content it stands for.

grading/verdicts/NAME/STUDENT.json is the only sign that a submission is done. All else that
grading leaves behind (gradebook, notebooks, feedback, tables) can be made again from it, and
nothing is ever read back from there: points and measurements are numbers here.
"""

import hashlib
import io
import json
import platform
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cnncourse.course import PACKAGE
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.protocol.messages import Output
from cnncourse.whole import write_whole

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
# What a person gave: {cell: [points or None, comment or None]}; lists, as JSON has no tuples.
ByHand = dict[str, list[Any]]
# What no examination runs, by the beginning of its path in the package. Everything else counts.
NO_PART_IN_A_GRADE = (
    *("site/", "figures/", "commands/", "grading/", "translating/", "publishing/"),
    *("__main__.py", "selfcheck.py", "steady.py", "glue.py", "race.py", "record.py"),
)
PART_IN_A_GRADE = (
    "grading/examining/",
    *(f"grading/intake/{name}.py" for name in "notebooks parsing recognize kinds archives".split()),
)


@dataclass(frozen=True)
class Record:
    """What became of one submission.

    points, messages: by test cell. measured: {test: {name: number}}, what a test measured beside
    its points. unanswered: the student's cells that are as they were released. outputs: nbformat
    outputs by cell. withheld: cells whose outputs the student does not get, for they ran after
    hidden tests. resources: seconds, cpu_seconds, peak_memory_bytes, output_bytes. inputs: the mark
    of the hidden tests' inputs (see `examining.seeds`), to tell them apart. key: of all that
    the grade depends on, see `content_key`. by_hand: what a person gave, as far as the student's
    page shows it.
    """

    assignment: str
    student: str
    verdict: str
    message: str
    points: dict[str, float] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    measured: dict[str, dict[str, float]] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    outputs: dict[str, list[Output]] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)
    resources: dict[str, float] = field(default_factory=dict)
    inputs: str = ""
    key: str = ""
    sandboxed: bool = True
    by_hand: ByHand = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.verdict!r} is no verdict; there are: {', '.join(VERDICTS)}")

    def earned(self, test: str, most: float) -> float:
        """Points for a test: never below zero or above the most, zero for what is no number."""
        found = self.points.get(test, 0.0)
        return min(max(float(found), 0.0), most) if found == found else 0.0


def write_record(record: Record, path: str | Path) -> None:
    """Write a record so that whoever reads `path` finds all of it or none.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "verdicts", "ada.json")
    >>> write_record(Record("tiny", "ada", "ok", "every test passed"), path)
    >>> read_record(path).message
    'every test passed'
    """
    write_whole(path, json.dumps(asdict(record), indent=1))


def read_record(path: str | Path) -> Record | None:
    """The record in a file; None if there is no file, or one that is not a whole record."""
    try:
        stored = json.loads(Path(path).read_bytes())
        return Record(**{f.name: stored[f.name] for f in fields(Record)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def content_key(files: dict[str, bytes], source: str, settings: Any) -> str:
    """A hash of all that a grade depends on; asked for once, by the process that has the records.

    files: {path: bytes} of the submission; source: the assignment's, as text; settings: what can
    be written as JSON: the software, the limits, the seed, the data.

    >>> one = content_key({"a.ipynb": b"1"}, "tests", {"seed": 1})
    >>> one == content_key({"a.ipynb": b"1"}, "tests", {"seed": 1})
    True
    >>> one == content_key({"a.ipynb": b"1"}, "tests", {"seed": 2})
    False
    """
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return _hash(json.dumps([hashes, source, settings], sort_keys=True))


@cache
def software() -> str:
    """A hash of what examines: Python, torch, numpy, and the code of this library that runs then.

    A comment, or the code of a report, is no reason to examine a class again.
    """
    return _hash(
        json.dumps(
            [
                platform.python_version(),
                *map(_version, ("torch", "torchvision", "numpy")),
                list(sources(PACKAGE)),
            ]
        )
    )


def sources(package: Path) -> Iterator[tuple[str, list[str]]]:
    """(path, words of the program) of each file of the library that has a part in a grade."""
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.startswith(PART_IN_A_GRADE) or not name.startswith(NO_PART_IN_A_GRADE):
            yield name, list(words(path.read_text(encoding="utf-8")))


def words(program: str) -> Iterable[str]:
    """The tokens of a program that are neither comments nor empty lines.

    >>> list(words("a = 1  # one\\n\\n\\n")) == list(words("# a name\\na = 1\\n"))
    True
    """
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)
    for token in tokenize.generate_tokens(io.StringIO(program).readline):
        if token.type not in skipped:
            yield tokenize.tok_name[token.type] if token.string.isspace() else token.string


def fingerprint(data: DataSets, memory: str | Path | None = None) -> str:
    """A hash of the data's contents and of which are asked for.

    memory: a file that keeps the hash with the sizes and times of all files, so that 50,000 images
    are read only when one of them may have changed.
    """
    seen = [(path, about.st_size, about.st_mtime_ns) for path, about in data.files()]
    signature = _hash(json.dumps([str(data.folder), seen]))
    known = _remembered(memory)
    if known.get("signature") != signature:
        contents = hashlib.sha256()
        for path, size, _ in seen:
            contents.update(f"{path}\0{size}\0".encode("utf-8", "surrogateescape"))
            contents.update((data.folder or Path()).joinpath(path).read_bytes())
        known = {"signature": signature, "contents": contents.hexdigest()}
        if memory is not None:
            Path(memory).parent.mkdir(parents=True, exist_ok=True)
            Path(memory).write_text(json.dumps(known), encoding="utf-8")
    return _hash(json.dumps([known["contents"], data.cifar10]))


def _remembered(memory: str | Path | None) -> dict[str, str]:
    try:
        found = json.loads(Path(memory or "").read_bytes())
    except (OSError, ValueError):
        return {}
    whole = isinstance(found, dict) and isinstance(found.get("contents"), str)
    return found if whole else {}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
