"""What people really hand in: the notebook under another name, in a folder or in an archive.

It is recognized where that is safe: by its name, or by the cells that only this assignment has.
Whatever is not recognized is named, with what was expected. In the confined process.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from .archives import Zip
from .folders import MAX_BYTES, MAX_FILES, Refused, missing
from .layouts import alike, is_litter
from .notebooks import SubmittedCell, Unreadable, parse, plain_text

ENOUGH = 2  # cells that only one assignment has, to say that a notebook is its
LEAST = 30  # characters of a text by which a cell can be known


@dataclass(frozen=True)
class Expected:
    """What an assignment's submission is known by.

    marks: for each assignment of the course, what only its cells have (see `marks`). companions:
    names of further files that this one asks for.
    """

    name: str
    marks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    companions: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def of_plain(cls, value: Mapping[str, Any]) -> "Expected":
        """What `plain` gave."""
        marks = tuple((name, tuple(found)) for name, found in value["marks"])
        return cls(value["name"], marks, tuple(value["companions"]))


@dataclass(frozen=True)
class Recognized:
    """Files by path, the notebook under its name if there is one; notes: what was done, or lacks.

    problem: why there is no notebook, or None.
    """

    files: dict[str, bytes]
    notes: tuple[str, ...] = ()
    problem: str | None = None


def marks(cells: Iterable[SubmittedCell]) -> set[str]:
    """What cells can be known by: their names, their ids, their texts."""
    found = set()
    for cell in cells:
        found |= {f"id {cell['id']}", f"name {cell['grade_id']}"}
        text = plain_text(cell["source"])
        if len(text) >= LEAST:
            found.add("text " + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16])
    return found - {"id None", "name None"}


def whose(cells: Sequence[SubmittedCell], expected: Expected) -> str | None:
    """The assignment whose cells these are, by most marks that no other has; None if by none."""
    found = marks(cells)
    counts = {name: len(found.intersection(known)) for name, known in expected.marks}
    most = max(counts.values(), default=0)
    if counts.get(expected.name, 0) == most > 0:
        return expected.name
    return next((name for name, count in counts.items() if count == most >= ENOUGH), None)


def recognize(files: Mapping[str, bytes], expected: Expected) -> Recognized:
    """The files of a submission as they were meant."""
    wanted = f"{expected.name}.ipynb"
    found, notes = dict(files), list[str]()
    if wanted not in found:
        found, opened = _opened(found)
        notes += opened
        at = _notebook(found, expected)
        if isinstance(at, str):
            path = PurePosixPath(at)
            found = _below(found, path.parent)
            found[wanted] = found.pop(path.name)
            if at != wanted:
                notes.append(f"{at} was taken for {wanted}")
        else:
            return Recognized(dict(files), tuple(notes), _problem(found, at, expected))
    for companion in expected.companions:
        likely = alike(companion, found)
        if companion not in found and likely:
            if len({found[path] for path in likely}) == 1:
                notes.append(f"{likely[0]} was taken for {companion}")
                found[companion] = found.pop(likely[0])
            else:
                notes.append(
                    f"of {' and '.join(likely)} there is no telling which is {companion}: "
                    "none was taken for it"
                )
    return Recognized(found, tuple(notes))


def _opened(files: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """The files with those of the one archive among them, if there is one that can be opened."""
    archives = [path for path, data in files.items() if data[:4] == b"PK\3\4"]
    if len(archives) != 1 or any(path.lower().endswith(".ipynb") for path in files):
        return files, []
    name = archives[0]
    found = {path: data for path, data in files.items() if path != name}
    try:
        archive = Zip(io.BytesIO(files[name]))
        for number, path in enumerate(archive.names):
            if archive.is_folder(number) or is_litter(path) or path in found:
                continue
            if len(found) >= MAX_FILES:
                raise Refused(f"it holds more than {MAX_FILES} files")
            room = MAX_BYTES - sum(map(len, found.values()))
            found[path] = archive.read(number, room)
    except Refused as reason:
        return files, [f"{name} cannot be opened: {reason}"]
    return found, [f"{name} was opened"]


def _notebook(files: Mapping[str, bytes], expected: Expected) -> str | dict[str, str | None]:
    """The path of what must be the notebook; else {path: whose it is} of all notebooks."""
    found: dict[str, str | None] = {}
    for path, data in files.items():
        if data.lstrip()[:1] == b"{" and not _is_checkpoint(path):
            try:
                found[path] = whose(parse(data, path), expected)
            except Unreadable:
                continue
    own = [path for path, assignment in found.items() if assignment == expected.name]
    named = [
        path
        for path in files
        if path.lower().endswith(".ipynb")
        and not _is_checkpoint(path)
        and found.get(path) in (None, expected.name)
    ]
    likely = [path for path in named if alike(f"{expected.name}.ipynb", [PurePosixPath(path).name])]
    for paths in (own, likely, named):
        best = [path for path in paths if path in likely] or paths
        if best and len({files[path] for path in best}) == 1:
            return best[0]
        if best:
            break
    return found | {path: None for path in named if path not in found}


def _is_checkpoint(path: str) -> bool:
    return ".ipynb_checkpoints" in PurePosixPath(path).parts


def _below(files: Mapping[str, bytes], folder: PurePosixPath) -> dict[str, bytes]:
    """The files with those of one folder moved to the top, where the notebook is to be."""
    if folder == PurePosixPath("."):
        return dict(files)
    inner = {
        path.removeprefix(f"{folder}/"): data
        for path, data in files.items()
        if path.startswith(f"{folder}/")
    }
    outer = {path: data for path, data in files.items() if not path.startswith(f"{folder}/")}
    return {path: data for path, data in outer.items() if path not in inner} | inner


def _problem(
    files: Mapping[str, bytes], found: Mapping[str, str | None], expected: Expected
) -> str:
    """Why there is no notebook: what is there, and what was expected."""
    others = [
        f"{path} is the notebook of the assignment {name}"
        for path, name in found.items()
        if name not in (None, expected.name)
    ]
    several = [path for path, name in found.items() if name in (None, expected.name)]
    if len(several) > 1:
        others.append(f"of {' and '.join(several[:5])} there is no telling which is meant")
    return missing(expected.name, files, others)
