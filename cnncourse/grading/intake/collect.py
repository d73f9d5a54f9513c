"""Take in submissions from nbgrader's exchange, or from the archive of Moodle or Canvas.

Nothing is believed about an archive: every entry is checked for where it wants to go, what it is
and how much it holds while it is unpacked, and is refused alone, with a sentence.
"""

import logging
import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .folders import MAX_BYTES, MAX_DEPTH, MAX_FILES, MB, Refused, read_submission, students

log = logging.getLogger(__name__)
MAX_ENTRIES = 200_000
MAX_TOTAL = 20_000 * MB
MAX_RATIO = 200  # text shrinks by 3 to 20; a bomb by 1,000

# mod/assign/locallib.php: "Full Name_ID_assignsubmission_file_" as a folder, or before the file's
# name; Moodle 4 leaves out the last underscore of the folder.
MOODLE = re.compile(
    r"(?P<who>[^/]+)_(?P<number>\d+)_assignsubmission_file"
    r"(?:_?/(?P<path>.+)|_(?P<flat>[^/]+))$"
)
MOODLE_OTHER = re.compile(r"[^/]+_\d+_assignsubmission_[a-z]+_?(?:/|[^/]*$)")
# lib/content_zipper.rb: "lastfirst[_LATE]_USERID_FILEID_name", "anon_CODE" for the ID if graded
# anonymously.
CANVAS = re.compile(
    r"(?:(?P<who>[^/]+?)_)?(?:LATE_)?(?P<number>\d+|anon_[A-Za-z0-9]+)_"
    r"(?P<file>\d+)_(?P<path>[^/]+)$"
)
NESTED = re.compile(r"(?P<who>[^/]+)/(?P<assignment>[^/]+)/(?P<path>.+)$")


@dataclass(frozen=True)
class Destination:
    """Where an entry of an archive belongs; `order` is higher for what was handed in later."""

    student: str
    path: str
    order: int = 0


class Candidate(NamedTuple):
    """An entry that may become a student's file: the last in their order does."""

    order: int
    number: int
    entry: zipfile.ZipInfo
    shown: str


Refusals = list[tuple[str, str]]  # an entry, and the sentence why it was not taken
Found = Iterator[tuple[str, Mapping[str, bytes]]]  # a student, and their files by path


def collect(name: str, source: str | Path, target: str | Path) -> tuple[list[str], Refusals]:
    """Write what `source` holds for the assignment to `target`/STUDENT/NAME/.

    source: a zip file, or a folder of STUDENT/NAME/. Returns the students that were taken, and
    (entry, sentence) for each one refused. A student's earlier submission is replaced as a whole.
    """
    source, target = Path(source), Path(target)
    if source.is_dir():
        found, refused = _from_folder(name, source)
    else:
        found, refused = _from_zip(name, source)
    taken = []
    for student, files in found:
        _write(files, target, student, name)
        log.debug("%s: %s", student, ", ".join(sorted(files)))
        taken.append(student)
    return sorted(taken), refused


def _from_folder(name: str, folder: Path) -> tuple[Found, Refusals]:
    refused: Refusals = []

    def found() -> Found:
        for student in students(folder, name):
            submission = read_submission(folder, student, name)
            if submission.problem and submission.problem[0] == "policy":
                refused.append((f"{student}/{name}", submission.problem[1]))
            else:
                yield student, submission.files

    return found(), refused


def _write(files: Mapping[str, bytes], target: Path, student: str, name: str) -> None:
    """Put a submission in place in one step."""
    target.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".collect-", dir=target))
    try:
        for path, data in files.items():
            place = new / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        new.chmod(0o755)
        place = target / student / name
        place.parent.mkdir(exist_ok=True)
        if place.is_symlink() or place.is_file():
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)
        new.rename(place)
    finally:
        shutil.rmtree(new, ignore_errors=True)


# Archives


def _from_zip(name: str, path: Path) -> tuple[Found, Refusals]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{path} is no zip archive that can be read ({error})") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"{path} has {len(entries):,} entries, more than {MAX_ENTRIES:,}")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise ValueError(f"{path} would unpack to more than {MAX_TOTAL // MB:,} MB")
    refused: Refusals = []
    places: dict[str, dict[str, list[Candidate]]] = {}  # by student, by path
    for entry in entries:
        shown = decoded(entry)
        if entry.is_dir() or _is_litter(shown):
            continue
        try:
            _check(entry, shown)
            place = locate(shown, name)
            if place is None:
                continue
            files = places.setdefault(place.student, {})
            candidate = Candidate(place.order, len(files), entry, shown)
            files.setdefault(place.path, []).append(candidate)
        except Refused as reason:
            refused.append((shown, str(reason)))

    def found() -> Found:
        with archive:
            for student in sorted(places):
                files = _unpack(archive, name, _latest(places[student], refused), refused)
                if files:
                    yield student, files

    return found(), refused


def decoded(entry: zipfile.ZipInfo) -> str:
    """An entry's name; many programs write UTF-8 unsaid, which Python reads as cp437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _is_litter(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        any(part in ("__MACOSX", "__pycache__") for part in parts)
        or parts[-1:] == (".DS_Store",)
        or parts[-1:] == ("Thumbs.db",)
    )


def _check(entry: zipfile.ZipInfo, path: str) -> None:
    """Refuse an entry for what it is, or for where it wants to go."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused("it is a link or a device, no ordinary file")
    if entry.flag_bits & 0x1:
        raise Refused("it is encrypted")
    if "\\" in entry.orig_filename or path.startswith("/") or re.match("[A-Za-z]:", path):
        raise Refused("its path is absolute or has a backslash")
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise Refused("its path leads out of its folder")
    if len(parts) > MAX_DEPTH + 2:
        raise Refused("its folders are nested too deep")
    if not path.isprintable() or any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
        raise Refused("its name is too long or has control characters")
    if "\0" in entry.orig_filename:
        raise Refused("its name has a zero byte")
    if entry.file_size > MAX_BYTES:
        raise Refused(f"it holds more than {MAX_BYTES // MB} MB")
    if entry.file_size > MB and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise Refused(f"it would grow to more than {MAX_RATIO} times its size")


def locate(path: str, name: str) -> Destination | None:
    """Which student's file an entry is; None for another assignment's, Refused if it is nobody's.

    >>> locate("Ada Lovelace_4711_assignsubmission_file_/im2col.ipynb", "im2col")
    Destination(student='Ada-Lovelace_4711', path='im2col.ipynb', order=0)
    >>> locate("lovelaceada_LATE_101_2002_im2col-1.ipynb", "im2col")
    Destination(student='lovelaceada_101', path='im2col-1.ipynb', order=2002)
    >>> locate("submitted/ada/im2col/im2col.ipynb", "im2col").student
    'ada'
    """
    if found := MOODLE.match(path):
        return Destination(_student(found["who"], found["number"]), found["path"] or found["flat"])
    if MOODLE_OTHER.match(path):
        raise Refused("it is a text that was typed into Moodle, no file that was handed in")
    if "/" not in path and (found := CANVAS.match(path)):
        return Destination(
            _student(found["who"] or "", found["number"]), found["path"], int(found["file"])
        )
    if found := NESTED.match(path.removeprefix("submitted/")):
        if found["assignment"] != name:
            return None
        return Destination(_student(found["who"]), found["path"])
    raise Refused(
        "its name tells no student; Moodle writes NAME_NUMBER_assignsubmission_file_/…, "
        "Canvas NAME_NUMBER_NUMBER_…, nbgrader STUDENT/ASSIGNMENT/…"
    )


def _student(who: str, number: str | None = None) -> str:
    """A student's name as a folder: letters, digits and - . _ of any script."""
    plain = re.sub(r"[^\w.-]+", "-", who).strip("-")
    student = "_".join(filter(None, (plain.lstrip("."), number)))
    if not student:
        raise Refused("its name tells no student")
    return student


def _latest(files: Mapping[str, Sequence[Candidate]], refused: Refusals) -> dict[str, Candidate]:
    """Of two with one path, the later; the other is refused."""
    chosen = {}
    for path, candidates in files.items():
        *earlier, last = sorted(candidates, key=lambda candidate: candidate[:2])
        chosen[path] = last
        reason = "another entry has the same path; that one was taken"
        refused += [(candidate.shown, reason) for candidate in earlier]
    return chosen


def _unpack(
    archive: zipfile.ZipFile, name: str, chosen: Mapping[str, Candidate], refused: Refusals
) -> dict[str, bytes]:
    """{path: bytes} of one student's files."""
    files: dict[str, bytes] = {}
    for path, candidate in _renamed(name, chosen, refused).items():
        try:
            if len(files) >= MAX_FILES:
                raise Refused(f"the student has more than {MAX_FILES} files")
            room = MAX_BYTES - sum(map(len, files.values()))
            files[path] = _bytes(archive, candidate.entry, room)
        except Refused as reason:
            refused.append((candidate.shown, str(reason)))
    return files


def _renamed(
    name: str, chosen: Mapping[str, Candidate], refused: Refusals
) -> Mapping[str, Candidate]:
    """Take the latest notebook for NAME.ipynb if there is none: platforms and browsers rename."""
    wanted = f"{name}.ipynb"
    variant = re.compile(rf"{re.escape(name)}[ _-]*\(?\d*\)?\.ipynb", re.IGNORECASE)
    notebooks = sorted(
        (candidate[:2], path)
        for path, candidate in chosen.items()
        if "/" not in path and path.lower().endswith(".ipynb")
    )
    alike = [path for _, path in notebooks if path == wanted or variant.fullmatch(path)]
    if not alike and len(notebooks) == 1:
        alike = [notebooks[0][1]]
    if not alike or alike == [wanted]:
        return chosen
    latest = (
        alike[-1]
        if any(candidate.order for candidate in chosen.values())
        else (wanted if wanted in alike else alike[-1])
    )
    for path in alike:
        if path != latest:
            refused.append((chosen[path].shown, f"{latest} was handed in later"))
    return {
        wanted if path == latest else path: candidate
        for path, candidate in chosen.items()
        if path == latest or path not in alike
    }


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Unpack one entry, but never more than it said, nor more than there is room for."""
    try:
        with archive.open(entry) as file:
            data = file.read(min(entry.file_size, room) + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
    ) as error:
        raise Refused(f"it is damaged ({error})") from None
    if len(data) > room:
        raise Refused(f"the student's files have more than {MAX_BYTES // MB} MB")
    if len(data) != entry.file_size:
        raise Refused("it is damaged: it holds more or less than it says")
    return data
