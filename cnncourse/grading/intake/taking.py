"""One student's submission after the other out of a download, as the confined process tells them.

`take` runs there; `listed` and `handed` check, on the trusted side, what it said.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import yaml

from .archives import check_path
from .folders import MAX_BYTES, MAX_DEPTH, MAX_FILES, Refused
from .layouts import METADATA, Entry, Sorted, alike, is_litter, sort
from .parsing import Unreadable, parse
from .received import PLATFORMS, Received, checked
from .recognize import Expected, another, recognize, strange

MOST = 2000  # refusals that are listed one by one
LONG = 1000  # characters of a path or a sentence

Refusals = list[tuple[str, str]]  # an entry, and the sentence why it was not taken
Said = tuple[dict[str, Any], list[bytes]]


class Source(Protocol):
    """A download: the names of its entries, why some are refused, and what they hold."""

    names: list[str]
    refused: dict[int, str]

    def is_folder(self, number: int) -> bool: ...
    def read(self, number: int, room: int = ...) -> bytes: ...


class Asked:
    """A folder, whose files the trusted side reads when it is asked for them."""

    def __init__(self, names: list[str], ask: Callable[[int, int], bytes]):
        self.names, self._ask = names, ask
        self.refused: dict[int, str] = {}

    def is_folder(self, number: int) -> bool:
        return False

    def read(self, number: int, room: int = MAX_BYTES) -> bytes:
        return self._ask(number, room)


@dataclass(frozen=True)
class Listed:
    """What a download is: how many entries it has, of which platform, for how many students."""

    platform: str | None
    students: int
    entries: int
    refused: Refusals = field(default_factory=list)
    unlisted: int = 0  # more that were refused
    elsewhere: dict[str, int] = field(default_factory=dict)  # entries of other assignments


@dataclass(frozen=True)
class Handed:
    """What one student handed in; files: none if all was refused."""

    about: Received
    files: dict[str, bytes]
    refused: Refusals = field(default_factory=list)


# In the confined process


def take(source: Source, expected: Expected, skip: int = 0) -> Iterator[Said]:
    """What a download is, then of each student but the first `skip`: who it is, what there is."""
    numbers = [n for n in range(len(source.names)) if not source.is_folder(n)]
    bad = [n for n in numbers if n in source.refused and not is_litter(source.names[n])]
    numbers = [n for n in numbers if n not in source.refused]
    paths = [source.names[n] for n in numbers]
    found = sort(paths, expected.name, _metadata(source, numbers))
    refused = [(source.names[n], source.refused[n]) for n in bad] + found.refused
    yield _listing(found, len(bad) + len(numbers), refused)
    for student, entries in sorted(found.students.items())[skip:]:
        entries = [entry._replace(number=numbers[entry.number]) for entry in entries]
        about = max(entries, key=lambda entry: (entry.place.attempt, entry.place.order)).place.about
        yield {"student": asdict(replace(about, student=student))}, []
        yield _one(source, entries, about.platform, expected)
    yield {"end": True}, []


def _metadata(source: Source, numbers: Sequence[int]) -> Mapping[str, Any]:
    """Gradescope's list of who handed in what; empty where there is none that can be read."""
    found = [n for n in numbers if source.names[n].rpartition("/")[2] == METADATA]
    try:
        number = min(found, key=lambda n: source.names[n].count("/"))
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        value = yaml.load(source.read(number), Loader=loader)
    except (ValueError, Refused, yaml.YAMLError, RecursionError):  # ValueError: none is there
        return {}
    return value if isinstance(value, dict) else {}


def _listing(found: Sorted, entries: int, refused: Refusals) -> Said:
    body = {
        "platform": found.platform,
        "students": len(found.students),
        "entries": entries,
        "unlisted": max(0, len(refused) - MOST),
        "elsewhere": dict(found.elsewhere.most_common(20)),
    }
    return body, [_pairs(refused[:MOST])]


def _pairs(refused: Refusals) -> bytes:
    """Refusals so short, and so printable, that they can be shown."""
    return json.dumps([[_shown(entry), _shown(reason)] for entry, reason in refused]).encode()


def _shown(text: str) -> str:
    text = text if len(text) <= LONG else f"{text[: LONG - 1]}…"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _one(source: Source, entries: list[Entry], platform: str, expected: Expected) -> Said:
    """A student's files, recognized; what was refused of them, and what was done."""
    refused: Refusals = []
    files: dict[str, bytes] = {}
    chosen = _renamed(expected, _latest(entries, platform, refused), refused)
    for path, entry in chosen.items():
        try:
            check_path(path)
            if path == "timestamp.txt" and platform != "nbgrader":
                raise Refused("the time is the platform's to tell, not a file's")
            if len(files) >= MAX_FILES:
                raise Refused(f"the student has more than {MAX_FILES} files")
            if any(other in files for other in _folders(path)) or any(
                path in _folders(other) for other in files
            ):
                raise Refused("another file has the name of a folder on its way")
            files[path] = source.read(entry.number, MAX_BYTES - sum(map(len, files.values())))
        except Refused as reason:
            refused.append((entry.shown, str(reason)))
    notes: list[str] = []
    if files:
        found = recognize(files, expected)
        files, notes = found.files, [*found.notes, *_trouble(found.files, found.problem, expected)]
    body: dict[str, Any] = {"paths": list(files), "notes": [_shown(note) for note in notes]}
    if platform == "nbgrader":  # which wrote this file itself
        body["time"] = moment(files.get("timestamp.txt", b""))
    return body, [_pairs(refused), *files.values()]


def moment(text: bytes) -> str | None:
    """The time in nbgrader's timestamp.txt, in ISO 8601; None if it holds none.

    >>> moment(b"2026-11-16 09:05:59.123 UTC")
    '2026-11-16T09:05:59+00:00'
    """
    found = timestamp(text)
    return None if found is None else f"{found.isoformat(timespec='seconds')}+00:00"


def timestamp(text: bytes) -> datetime | None:
    """The time in a submission's timestamp.txt as nbgrader reads it; None if it holds none."""
    from nbgrader.utils import parse_utc  # imports nbgrader: seconds, and few files are such

    try:
        found: datetime = parse_utc(text[:100].decode().strip())
    except Exception:  # dateutil raises nearly anything on what it did not expect
        return None
    return found


def _latest(entries: list[Entry], platform: str, refused: Refusals) -> dict[str, Entry]:
    """Of several attempts the last, and of two entries with one path the later."""
    last = max(entry.place.attempt for entry in entries)
    handed_in = [entry for entry in entries if not entry.place.typed]
    by_path: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.place.typed:
            if platform != "blackboard" or (not handed_in and entry.place.attempt == last):
                refused.append((entry.shown, entry.place.typed))
        elif entry.place.attempt < last:
            refused.append((entry.shown, "a later attempt was handed in"))
        else:
            by_path[entry.place.path].append(entry)
    chosen = {}
    for path, candidates in by_path.items():
        *earlier, chosen[path] = sorted(candidates, key=lambda entry: entry.place.order)
        reason = "another entry has the same path; that one was taken"
        refused += [(entry.shown, reason) for entry in earlier]
    return chosen


def _renamed(
    expected: Expected, chosen: Mapping[str, Entry], refused: Refusals
) -> dict[str, Entry]:
    """The files that are asked for under their names: platforms and browsers rename."""
    found = dict(chosen)
    for wanted in (f"{expected.name}.ipynb", *expected.companions):
        likely = alike(wanted, found)
        if not likely or likely == [wanted]:
            continue
        if any(found[path].place.order for path in likely):
            best = max(likely, key=lambda path: found[path].place.order)
            reason = f"{best} was handed in later"
        elif wanted in likely:
            best, reason = wanted, f"{wanted} was taken, which has the expected name"
            if wanted.endswith(".ipynb"):
                continue  # recognize tells of the others, to the student too
        else:
            best = max(likely, key=lambda path: (_number(path), found[path].number))
            reason = f"{best} was taken, which has the highest number"
        entry = found[best]
        for path in likely:
            if path != best:
                refused.append((found[path].shown, reason))
            del found[path]
        found[wanted] = entry
    return found


def _number(path: str) -> int:
    """The number that a browser or a platform put behind a name; 0 if there is none."""
    digits = path.rpartition(".")[0].rstrip(")")
    return int(digits[len(digits.rstrip("0123456789")) :] or 0)


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _trouble(files: Mapping[str, bytes], problem: str | None, expected: Expected) -> Iterator[str]:
    """Why the notebook of these files will get no points, as far as that can be told now."""
    name = f"{expected.name}.ipynb"
    if problem:
        yield problem
        return
    try:
        cells = parse(files[name], name)
    except Unreadable as reason:
        yield str(reason)
        return
    if said := another(name, cells, expected) or strange(name, cells, expected):
        yield said


# On the trusted side: ValueError for what has no known form


def listed(body: Any, buffers: Sequence[bytes | bytearray]) -> Listed:
    """What `take` said first."""
    students, entries, unlisted = body["students"], body["entries"], body["unlisted"]
    platform, elsewhere = body["platform"], body["elsewhere"]
    counts = [students, entries, unlisted, *elsewhere.values()]
    good = platform in (None, *PLATFORMS) and all(type(count) is int for count in counts)
    if not good or not all(map(_is_shown, elsewhere)):
        raise ValueError("a listing of no known form")
    refused = _checked_pairs(buffers[0])
    return Listed(platform, students, entries, refused, unlisted, elsewhere)


def who(body: Any) -> Received:
    """Whose submission comes next."""
    found = checked(body["student"])
    check_name(found.student)
    return found


def handed(about: Received, body: Any, buffers: Sequence[bytes | bytearray]) -> Handed:
    """What `take` said of one student."""
    paths, notes, contents = body["paths"], body["notes"], list(buffers[1:])
    good = (
        isinstance(paths, list)
        and len(paths) == len(contents) <= MAX_FILES
        and sum(map(len, contents)) <= MAX_BYTES
        and isinstance(notes, list)
        and all(map(_is_shown, notes))
    )
    if not good:
        raise ValueError("a submission of no known form")
    for path in paths:
        check_path(path, MAX_DEPTH + 2)
    folders = {folder for path in paths for folder in _folders(path)}
    if len(set(paths)) < len(paths) or not folders.isdisjoint(paths):
        raise ValueError("a submission of no known form")
    files = dict(zip(paths, map(bytes, contents), strict=True))
    time = body.get("time") or about.time
    if not (time is None or (_is_shown(time) and len(time) < 50)):
        raise ValueError("a time of no known form")
    return Handed(replace(about, notes=notes, time=time), files, _checked_pairs(buffers[0]))


def check_name(student: str) -> None:
    """Refuse what cannot be a student's folder."""
    check_path(student, 1)
    if student.startswith("."):
        raise Refused("its name tells no student")


def _checked_pairs(data: bytes | bytearray) -> Refusals:
    pairs = json.loads(data)
    good = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_shown, pair)) for pair in pairs
    )
    if not good:
        raise ValueError("refusals of no known form")
    return [(entry, reason) for entry, reason in pairs]


def _is_shown(text: object) -> bool:
    return isinstance(text, str) and len(text) <= 8 * LONG and text.isprintable()
