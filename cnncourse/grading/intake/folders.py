"""Read a submission's folder, which a stranger filled, without trusting anything in it."""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MB = 1 << 20
MAX_FILES = 200
MAX_DEPTH = 8
MAX_BYTES = 64 * MB  # of all files together; a trained network of the course has 0.3 MB


class Refused(Exception):
    """Something in a submission that grading does not touch; the message is for the student."""


@dataclass(frozen=True)
class Submission:
    """A student's files as bytes by path, or the verdict and the sentence why there are none."""

    student: str
    files: dict[str, bytes] = field(default_factory=dict)
    problem: tuple[str, str] | None = None


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
        return Submission(student, files, ("unreadable", _missing(name, files)))
    return Submission(student, files)


def _missing(name: str, files: Iterable[str]) -> str:
    others = sorted(path for path in files if path.endswith(".ipynb"))
    found = f" (there is {', '.join(others[:3])})" if others else ""
    return f"there is no file {name}.ipynb{found}; hand it in under this name"


def _open_folder(parent: int, name: str) -> int:
    """Open a folder inside an open folder; Refused if it is anything else."""
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    except OSError:
        raise Refused(f"{_show(name)} is a link or no folder; hand in a plain folder") from None


def _read_folder(folder: int, prefix: str, files: dict[str, bytes]) -> None:
    """Add the files of an open folder, and of the folders in it, to `files`; closes it."""
    try:
        if prefix.count("/") > MAX_DEPTH:
            raise Refused(f"folders are nested more than {MAX_DEPTH} deep")
        for name in sorted(os.listdir(folder)):
            path = prefix + name
            _check_name(path)
            kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            if stat.S_ISDIR(kind):
                # What editors and Python leave behind is nobody's answer.
                if not name.startswith(".") and name != "__pycache__":
                    _read_folder(_open_folder(folder, name), path + "/", files)
            else:
                files[path] = _read_file(folder, name, path, files)
    finally:
        os.close(folder)


def _check_name(path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise Refused(f"the file name {_show(path)} is not Unicode; rename it") from None
    if not path.isprintable():
        raise Refused(f"the file name {_show(path)} has control characters; rename it")


def _read_file(folder: int, name: str, path: str, files: Mapping[str, bytes]) -> bytes:
    # Opening neither follows a link nor waits for a pipe's other end; then the open file itself
    # is asked what it is, so nothing can be exchanged in between.
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        raise Refused(f"{path} is a link or cannot be opened; hand in plain files") from None
    with open(file, "rb") as opened:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            raise Refused(f"{path} is no ordinary file; hand in plain files")
        if about.st_nlink > 1:
            raise Refused(f"{path} is a hard link; hand in a copy of the file")
        if len(files) >= MAX_FILES:
            raise Refused(
                f"there are more than {MAX_FILES} files; hand in the notebook and what "
                "the assignment asks for"
            )
        room = MAX_BYTES - sum(map(len, files.values()))
        data = opened.read(room + 1) if about.st_size <= room else None
        if data is None or len(data) > room:
            raise Refused(
                f"the files have more than {MAX_BYTES // MB} MB; clear the outputs and "
                "hand in only what the assignment asks for"
            )
        return data


def _show(name: str) -> str:
    return repr(name.encode("utf-8", "backslashreplace").decode())
