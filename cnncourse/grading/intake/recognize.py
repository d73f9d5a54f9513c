"""What people really hand in: the notebook under another name, in a folder or in an archive.

It is recognized where that is safe: by its name, or by the cells that only this assignment has.
Whatever is not recognized is named, with what was expected. In the confined process.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from cnncourse.language import tr

from .archives import Zip
from .folders import MAX_BYTES, MAX_DEPTH, MAX_FILES, Refused, missing
from .kinds import ENDINGS
from .layouts import alike, is_litter
from .notebooks import plain_text
from .parsing import SubmittedCell, Unreadable, is_object, parse

ENOUGH = 2  # cells that only one assignment has, to say that a notebook is its
CHAPTER = "book/"  # before a chapter's name, among those of assignments
DEEPEST = 3  # archives in archives
MOST_ARCHIVES = 5  # that are opened beside each other
LEAST = 30  # characters of a text by which a cell can be known


@dataclass(frozen=True)
class Expected:
    """What an assignment's submission is known by.

    marks: for each assignment of the course, and for this one's chapter, what only its cells have
    (see `marks`). companions: names of further files that this one asks for.
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


def another(path: str, cells: Sequence[SubmittedCell], expected: Expected) -> str | None:
    """That a notebook is another one of the course, in words; None if it is not."""
    other = whose(cells, expected)
    return None if other in (None, expected.name) else _other(path, str(other))


def _other(path: str, other: str) -> str:
    if other.startswith(CHAPTER):
        chapter = other.removeprefix(CHAPTER)
        return tr("{path} is the chapter {chapter}, not an assignment", path=path, chapter=chapter)
    return tr("{path} is the notebook of the assignment {name}", path=path, name=other)


def strange(path: str, cells: Sequence[SubmittedCell], expected: Expected) -> str | None:
    """That a notebook has nothing by which the assignment is known, in words; None if it has."""
    known = dict(expected.marks).get(expected.name, ())
    if not known or not marks(cells).isdisjoint(known):
        return None
    return tr("{path} has none of the cells that only this assignment has", path=path)


def recognize(files: Mapping[str, bytes], expected: Expected) -> Recognized:
    """The files of a submission as they were meant."""
    wanted = f"{expected.name}.ipynb"
    found, notes = dict(files), list[str]()
    if wanted in found and not _is_archive(wanted, found, expected):
        notes += _versions(wanted, found, expected)
    else:
        found, notes, known = _searched(found, expected)
        at = _notebook(found, known, expected)
        if at is None:
            return Recognized(dict(files), tuple(notes), _problem(found, known, expected))
        path = PurePosixPath(at)
        found = _below(found, path.parent)
        found[wanted] = found.pop(path.name)
        if at != wanted:
            notes.append(_taken(at, wanted))
    for companion in expected.companions:
        likely = alike(companion, found)
        if companion not in found and likely:
            if len({found[path] for path in likely}) == 1:
                notes.append(_taken(likely[0], companion))
                found[companion] = found.pop(likely[0])
            else:
                notes.append(
                    tr(
                        "of {files} there is no telling which is {name}: none was taken for it",
                        files=_listed(likely),
                        name=companion,
                    )
                )
    return Recognized(found, tuple(notes))


def _taken(path: str, name: str) -> str:
    return tr("{path} was taken for {name}", path=path, name=name)


def _listed(paths: Sequence[str]) -> str:
    *first, last = paths
    return tr("{first} and {last}", first=", ".join(first), last=last) if first else last


def _versions(wanted: str, files: Mapping[str, bytes], expected: Expected) -> list[str]:
    """That there are further notebooks of the assignment, which say something else."""
    known = _known({path: data for path, data in files.items() if path != wanted}, expected)
    further = [
        path
        for path, whose in known.items()
        if whose == expected.name and files[path] != files[wanted]
    ]
    if not further:
        return []
    return [
        tr(
            "{files} would be the notebook, too; {name} was taken, which has the expected name",
            files=_listed(further[:5]),
            name=wanted,
        )
    ]


def _searched(
    files: dict[str, bytes], expected: Expected
) -> tuple[dict[str, bytes], list[str], dict[str, str | None]]:
    """The files with those of archives among them, what was done, and whose each notebook is.

    Archives are opened where nothing beside them is the assignment's notebook, those in archives
    too; several are folders of their names.
    """
    found, notes, tried = dict(files), list[str](), set[bytes]()
    known = _known(found, expected)
    for _ in range(DEEPEST):
        archives = [p for p in found if found[p] not in tried and _is_archive(p, found, expected)]
        if expected.name in known.values() or not 0 < len(archives) <= MOST_ARCHIVES:
            break
        for path in archives:
            tried.add(found[path])
            try:
                found = _opened(found, path, "" if len(archives) == 1 else f"{path}/", expected)
                notes.append(tr("{path} was opened", path=path))
            except Refused as reason:
                said = tr("{path} cannot be opened: {reason}", path=path, reason=str(reason))
                notes.append(said)
        known = _known(found, expected)
    return found, notes, known


def _is_archive(path: str, files: Mapping[str, bytes], expected: Expected) -> bool:
    """Is it an archive that may hold the notebook: no document of an office, no weights?"""
    if files[path][:4] != b"PK\3\4" or is_litter(path):
        return False
    return path.lower().endswith((".zip", ".ipynb")) or not (
        PurePosixPath(path).suffix.lower() in ENDINGS
        or any(alike(c, [path]) for c in expected.companions)
    )


def _opened(
    files: Mapping[str, bytes], name: str, folder: str, expected: Expected
) -> dict[str, bytes]:
    """The files with those of an archive in its place, in `folder`; Refused."""
    archive = Zip(io.BytesIO(files[name]))
    found = {path: data for path, data in files.items() if path != name}
    held = [n for n, p in enumerate(archive.names) if not archive.is_folder(n) and not is_litter(p)]
    if held and archive.refused.keys() >= set(held):
        raise Refused(archive.refused[held[0]])
    entries = {folder + archive.names[n]: n for n in held if n not in archive.refused}
    if len(found) + len(entries) > MAX_FILES:  # perhaps the whole kit
        likely = alike(f"{expected.name}.ipynb", (PurePosixPath(path).name for path in entries))
        homes = {PurePosixPath(p).parent for p in entries if PurePosixPath(p).name in likely}
        entries = {p: number for p, number in entries.items() if PurePosixPath(p).parent in homes}
    folders = {folder for path in found for folder in _folders(path)}
    for path, number in entries.items():
        above = _folders(path)
        if {path, *above}.isdisjoint(found) and path not in folders and len(above) <= MAX_DEPTH:
            if len(found) >= MAX_FILES:
                raise Refused(tr("it holds more than {count} files", count=MAX_FILES))
            found[path] = archive.read(number, MAX_BYTES - sum(map(len, found.values())))
            folders.update(above)
    return found


def _folders(path: str) -> list[str]:
    """The folders in which a file lies."""
    return [str(folder) for folder in PurePosixPath(path).parents][:-1]


def _known(files: Mapping[str, bytes], expected: Expected) -> dict[str, str | None]:
    """{path: whose it is} of all notebooks but JupyterLab's own copies."""
    found: dict[str, str | None] = {}
    for path, data in files.items():
        if is_object(data) and not _is_checkpoint(path):
            with suppress(Unreadable):
                found[path] = whose(parse(data, path), expected)
    return found


def _notebook(
    files: Mapping[str, bytes], known: Mapping[str, str | None], expected: Expected
) -> str | None:
    """The path of what must be the notebook; None if there is none, or no telling which."""
    own = [path for path, assignment in known.items() if assignment == expected.name]
    named = _named(files, known, expected)
    likely = [path for path in named if alike(f"{expected.name}.ipynb", [PurePosixPath(path).name])]
    for paths in (own, likely, named):
        best = [path for path in paths if path in likely] or paths
        if best:
            return best[0] if len({files[path] for path in best}) == 1 else None
    return None


def _named(
    files: Mapping[str, bytes], known: Mapping[str, str | None], expected: Expected
) -> list[str]:
    """The files that are called notebooks, and are not known to be another's, nor archives."""
    return [
        path
        for path, data in files.items()
        if path.lower().endswith(".ipynb")
        and data[:4] != b"PK\3\4"
        and not _is_checkpoint(path)
        and known.get(path) in (None, expected.name)
    ]


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
    files: Mapping[str, bytes], known: Mapping[str, str | None], expected: Expected
) -> str:
    """Why there is no notebook: what is there, and what was expected."""
    others = [
        _other(path, name) for path, name in known.items() if name not in (None, expected.name)
    ]
    several = [path for path, name in known.items() if name == expected.name]
    several = several or _named(files, known, expected)
    if len(several) > 1:
        said = tr("of {files} there is no telling which is meant", files=_listed(several[:5]))
        others.insert(0, said)
    return missing(expected.name, files, others)
