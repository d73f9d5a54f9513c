"""Take in submissions from nbgrader's exchange, or from the download of a learning platform.

Archives are opened, and all names are read, in the confined process (see taking.py); here come
checked values, and plain files are written from them. Whatever happens to one submission is that
submission's, and each is replaced in one step.
"""

import ctypes
import errno
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from cnncourse.course import CourseError

from .folders import Refused, Unread, read_plain, recover, walk
from .received import Received, Who, as_text, path_of
from .recognize import Expected
from .taking import Handed, Listed, Refusals, check_name

log = logging.getLogger(__name__)
EXCHANGE, HERE = 2, -100  # RENAME_EXCHANGE, AT_FDCWD
UNFINISHED = ".collect-"  # a submission that is not yet in its place

Found = Iterator[Listed | Handed | tuple[Received, str]]


class Collects(Protocol):
    """What reads a download: running.reader.Reader."""

    def collect(
        self, expected: Expected, archive: int | None, names: list[str], read: Callable[..., bytes]
    ) -> Found: ...


@dataclass
class Collection:
    """What became of a download: who was taken, what was refused and why.

    unlisted: further refusals, which are only counted.
    """

    listed: Listed
    taken: dict[str, Received] = field(default_factory=dict)
    refused: Refusals = field(default_factory=list)
    unlisted: int = 0


def collect(
    expected: Expected,
    source: str | Path,
    target: str | Path,
    reader: Collects,
    root: str | Path | None = None,
    who: Who = lambda about: about.student,
) -> Collection:
    """Write what `source` holds for the assignment to `target`/STUDENT/NAME/.

    source: a zip file, or a folder, in any layout of layouts.py. A student's earlier submission is
    replaced as a whole. root: the course's folder, which keeps what the platform says (see
    received.py). who: which student a submission is. Raises CourseError where nothing can be read.
    """
    source, target = Path(source), Path(target)
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target), _opened(source) as (archive, names, read, unfit):
        recover(target, expected.name)
        found = reader.collect(expected, archive, names, read)
        try:
            listed = next(found)
        except Unread as error:
            raise CourseError(f"{source}: {error}") from None
        assert isinstance(listed, Listed)
        collection = Collection(listed, refused=unfit + listed.refused, unlisted=listed.unlisted)
        for handed in found:
            assert not isinstance(handed, Listed)
            if not isinstance(handed, Handed):
                about, problem = handed
                collection.refused.append((about.student, problem))
                continue
            collection.refused += handed.refused
            try:
                student = who(handed.about)
                check_name(student)
                if student in collection.taken:
                    raise Refused(f"{student} has another submission in this download")
                if handed.files:
                    about = replace(handed.about, student=student)
                    _keep(handed.files, target, student, expected.name)
                    if root is not None:
                        _write(path_of(root, expected.name, student), as_text(about))
                    collection.taken[student] = about
                    log.debug("%s: %s", student, ", ".join(sorted(handed.files)))
            except Exception as error:  # the disk's, too: whatever it was, it is this one's
                reason = str(error) or type(error).__name__
                collection.refused.append((handed.about.student, reason))
    return collection


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One run at a time fills a folder; what an earlier one left half written is removed."""
    folder = os.open(target, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(f"another run is collecting into {target}; wait for it") from None
        for entry in list(os.scandir(target)):
            if entry.name.startswith(UNFINISHED):
                shutil.rmtree(entry.path, ignore_errors=True)
        yield
    finally:
        os.close(folder)


@contextmanager
def _opened(
    source: Path,
) -> Iterator[tuple[int | None, list[str], Callable[[int, int], bytes], Refusals]]:
    """(descriptor of an archive or None, names of files, what reads one, what is no file)."""
    try:
        if not source.is_dir():
            with open(source, "rb") as file:
                yield file.fileno(), [], lambda number, room: b"", []
            return
        names, refused = walk(source)
    except OSError as error:
        raise CourseError(f"{source} cannot be read: {error.strerror or error}") from None
    yield None, names, lambda number, room: read_plain(source, names[number], room), refused


def _keep(files: Mapping[str, bytes], target: Path, student: str, name: str) -> None:
    """Put a submission in place in one step."""
    new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=target))
    try:
        for path, data in files.items():
            place = new / path
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, data)
        new.chmod(0o755)
        place = target / student / name
        place.parent.mkdir(exist_ok=True)
        exchange(new, place)
    finally:
        if new.is_dir() and not new.is_symlink():
            shutil.rmtree(new, ignore_errors=True)
        else:
            new.unlink(missing_ok=True)


def _write(path: Path, data: bytes | str) -> None:
    """Write a file so that it is whole on the disk before anything refers to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name[:200]}.part") if isinstance(data, str) else path
    with open(unfinished, "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)
        file.flush()
        os.fsync(file.fileno())
    if unfinished != path:
        os.replace(unfinished, path)


def exchange(new: Path, place: Path) -> None:
    """Put `new` in the place of what is at `place`, if anything is: at any moment one of them is.

    What was there is at `new` afterward, or gone. Where a file system cannot exchange two names,
    the old one is set aside in between, and `folders.recover` brings it back.
    """
    if not os.path.lexists(place):
        os.rename(new, place)
    elif ctypes.CDLL(None, use_errno=True).renameat2(
        HERE, os.fsencode(new), HERE, os.fsencode(place), EXCHANGE
    ):
        number = ctypes.get_errno()
        if number not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise OSError(number, os.strerror(number), str(place))
        os.rename(place, place.with_name(f".{place.name}.earlier"))
        os.rename(new, place)
        recover(place.parents[1], place.name)
