"""Read a submission's folder, which a stranger filled, without trusting anything in it."""

import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cnncourse.language import tr

from .kinds import kind

MB = 1 << 20
MAX_FILES = 200
MAX_DEPTH = 8
MAX_BYTES = 64 * MB  # of all files together; a trained network of the course has 0.3 MB


class Refused(Exception):
    """Something in a submission that grading does not touch; the message is for the student."""


class Unread(Exception):
    """It could not be read or shown within the limits; the message is for the student."""


@dataclass(frozen=True)
class Submission:
    """A student's files as bytes by path, or the verdict and the sentence why there are none."""

    student: str
    files: dict[str, bytes] = field(default_factory=dict)
    problem: tuple[str, str] | None = None

    @property
    def refused(self) -> bool:
        """Is there something in it that grading does not touch?"""
        return self.problem is not None and self.problem[0] == "policy"


def students(submitted: str | Path, name: str) -> list[str]:
    """Everyone with a folder for assignment `name` in `submitted`/STUDENT/NAME/, sorted."""
    return sorted(
        entry.name
        for entry in os.scandir(submitted)
        if not entry.name.startswith(".") and os.path.lexists(Path(entry.path, name))
    )


def read_submission(submitted: str | Path, student: str, name: str) -> Submission:
    """Read `submitted`/STUDENT/NAME/: ordinary files only, no link of any kind is followed.

    The verdict is "policy" for what grading refuses to touch (links, devices, too many files or
    bytes) and "unreadable" if the file NAME.ipynb is missing.
    """
    files: dict[str, bytes] = {}
    try:
        parents = [os.open(submitted, os.O_RDONLY | os.O_DIRECTORY)]
        try:
            parents.append(_open_folder(parents[0], student))
            folder = _open_folder(parents[1], name)
        finally:
            for parent in parents:
                os.close(parent)
        _read_folder(folder, "", files)
    except Refused as refused:
        return Submission(student, problem=("policy", str(refused)))
    if f"{name}.ipynb" not in files:
        return Submission(student, files, ("unreadable", missing(name, files)))
    return Submission(student, files)


def missing(name: str, files: Mapping[str, bytes], known: Sequence[str] = ()) -> str:
    """That there is no notebook, what is there instead, and what to do.

    known: what else was found out about files that are there, in words.

    >>> missing("im2col", {"im2col.py": b""})
    'there is no notebook im2col.ipynb: there is im2col.py (a Python program); hand in im2col.ipynb'
    """
    found = []
    for path, data in sorted(files.items()):
        what = kind(path, data)
        found.append(f"{path} ({what})" if what else path)
    listed = ", ".join(found[:5])
    if len(found) > 5:
        listed = tr("{listed} and {count} more", listed=listed, count=len(found) - 5)
    there = tr("there is {listed}", listed=listed) if found else tr("there is no file at all")
    return "; ".join(
        [
            tr("there is no notebook {name}.ipynb: {there}", name=name, there=there),
            *known[:3],
            tr("hand in {name}.ipynb", name=name),
        ]
    )


def walk(folder: str | Path) -> tuple[list[str], list[tuple[str, str]]]:
    """(paths of the ordinary files below a folder, (path, why not) of what is none), in order."""
    names, refused = list[str](), list[tuple[str, str]]()

    def look(place: str, prefix: str, depth: int) -> None:
        for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.is_symlink():
                refused.append((_plain(path), "it is a link; hand in plain files and folders"))
            elif entry.is_dir():
                if depth:
                    look(entry.path, f"{path}/", depth - 1)
                else:
                    refused.append((_plain(path), "its folders are nested too deep"))
            elif entry.is_file():
                names.append(path)
            else:
                refused.append((_plain(path), "it is a device or a pipe, no ordinary file"))

    look(str(folder), "", 2 * MAX_DEPTH)
    return names, refused


def read_plain(folder: str | Path, path: str, room: int) -> bytes:
    """An ordinary file below `folder`, no link followed; Refused if it is none or has no room."""
    *folders, name = path.split("/")
    opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY)]
    try:
        for part in folders:
            opened.append(_open_folder(opened[-1], part))
        return _read_file(opened[-1], name, path, room)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def recover(submitted: str | Path, name: str) -> None:
    """Bring back submissions that were set aside by a replacement that did not end."""
    for aside in Path(submitted).glob(f"*/.{name}.earlier"):
        place = aside.with_name(name)
        if os.path.lexists(place):
            if aside.is_dir() and not aside.is_symlink():
                shutil.rmtree(aside)
            else:
                aside.unlink()
        else:
            aside.rename(place)


def _open_folder(parent: int, name: str) -> int:
    """Open a folder inside an open folder; Refused if it is anything else."""
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    except OSError:
        raise Refused(
            tr("{name} is a link or no folder; hand in a plain folder", name=_show(name))
        ) from None


def _read_folder(folder: int, prefix: str, files: dict[str, bytes]) -> None:
    """Add the files of an open folder, and of the folders in it, to `files`; closes it."""
    try:
        if prefix.count("/") > MAX_DEPTH:
            raise Refused(tr("folders are nested more than {count} deep", count=MAX_DEPTH))
        for name in sorted(os.listdir(folder)):
            path = prefix + name
            _check_name(path)
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                # What editors and Python leave behind is nobody's answer.
                if not name.startswith(".") and name != "__pycache__":
                    _read_folder(_open_folder(folder, name), path + "/", files)
            else:
                if len(files) >= MAX_FILES:
                    raise Refused(
                        tr(
                            "there are more than {count} files; hand in the notebook and what the "
                            "assignment asks for",
                            count=MAX_FILES,
                        )
                    )
                room = MAX_BYTES - sum(map(len, files.values()))
                files[path] = _read_file(folder, name, path, room)
    finally:
        os.close(folder)


def _check_name(path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise Refused(
            tr("the file name {name} is not Unicode; rename it", name=_show(path))
        ) from None
    if not path.isprintable():
        raise Refused(
            tr("the file name {name} has control characters; rename it", name=_show(path))
        )


def _read_file(folder: int, name: str, path: str, room: int) -> bytes:
    # Opening neither follows a link nor waits for a pipe's other end; then the open file itself
    # is asked what it is, so nothing can be exchanged in between.
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        raise Refused(
            tr("{path} is a link or cannot be opened; hand in plain files", path=_plain(path))
        ) from None
    with open(file, "rb") as opened:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            raise Refused(tr("{path} is no ordinary file; hand in plain files", path=path))
        if about.st_nlink > 1:
            raise Refused(tr("{path} is a hard link; hand in a copy of the file", path=path))
        data = opened.read(room + 1) if about.st_size <= room else None
        if data is None or len(data) > room:
            raise Refused(
                tr(
                    "the files have more than {size} MB; clear the outputs and hand in only what "
                    "the assignment asks for",
                    size=MAX_BYTES // MB,
                )
            )
        return data


def _show(name: str) -> str:
    return repr(name.encode("utf-8", "backslashreplace").decode())


def _plain(path: str) -> str:
    """A path as it is, if a terminal can show it."""
    return path if path.isprintable() else _show(path)
