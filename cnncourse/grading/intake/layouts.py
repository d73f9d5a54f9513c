"""Whose each file of a download is: the names that learning platforms give to their archives.

A platform is recognized by what most entries look like, at one depth, so that a file's name, which
its student chose, makes it nobody else's. It runs in the confined process (see reading.py).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from .folders import Refused
from .received import LONGEST, Received

DEEPEST = 3  # folders around what the platform wrote
METADATA = "submission_metadata.yml"  # Gradescope's
LITTER = {"__MACOSX", "__pycache__", ".git"}  # folders
LEFT = {".DS_Store", "Thumbs.db", "desktop.ini"}

# mod/assign/classes/downloader.php: "Full Name_ID_assignsubmission_file" as a folder, before 4.1
# with one more underscore, or before the file's name. Underscores in a name become blanks.
MOODLE = re.compile(
    r"(?P<who>[^/]*?)_(?P<number>[0-9]+)_assignsubmission_file"
    r"(?:_?/(?P<path>.+)|_(?P<flat>[^/]+))$"
)
MOODLE_TYPED = re.compile(
    r"(?P<who>[^/]*?)_(?P<number>[0-9]+)_assignsubmission_[a-z]+_?(?:/|[^/]*$)"
)
MOODLE_NOBODY = re.compile(r"[^/]+_assignsubmission_[a-z]+_?(?:/|[^/]*$)")
# The word that stands for a name where marking is blind, in some of Moodle's languages.
BLIND = {"Participant", "Teilnehmer", "Teilnehmerin", "Partecipante", "Participante", "Deelnemer"}
# lib/content_zipper.rb: "name[_LATE]_USERID_FILEID_file", anonymously
# "[LATE_]anon_CODE_FILEID_file".
CANVAS = re.compile(
    r"(?:(?P<who>[^/]*?)_)??(?P<late>LATE_)?(?P<number>[0-9]+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<file>[0-9]+)_(?P<path>[^/]+)|(?P<typed>text|link)\.html)$"
)
# "assignment_N_export/submission_N/file", and a list of whose they are.
GRADESCOPE = re.compile(r"(?P<submission>submission_[0-9]+)/(?P<path>.+)$")
# "ASSIGNMENT_USER_attempt_TIME_file", and "….txt", Blackboard's own, for each attempt.
BLACKBOARD = re.compile(
    r"(?P<prefix>(?:[^/]*?_)?(?P<who>[^_/]+))_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})"
    r"(?:_(?P<path>[^/]+)|\.txt)$"
)
# "NUMBER-NUMBER - NAME - TIME" as a folder or before the file's name.
BRIGHTSPACE = re.compile(
    r"(?P<one>[0-9]+)-(?P<two>[0-9]+) - (?P<who>[^/]+?) ?- "
    r"(?P<time>(?:[^\W\d_]+\.? [0-9]{1,2},? [0-9]{4}|[0-9]{1,2}\.? [^\W\d_]+\.?,? [0-9]{4}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2})[^/]*?)(?:/(?P<path>.+)| - (?P<flat>[^/]+))$"
)
NBGRADER = re.compile(r"(?P<who>[^/]+)/(?P<assignment>[^/]+)/(?P<path>.+)$")
EXPECTED = (
    "Moodle writes NAME_NUMBER_assignsubmission_file/…, Canvas NAME_NUMBER_NUMBER_…, Gradescope "
    "submission_NUMBER/…, Blackboard …_USER_attempt_TIME_…, Brightspace NUMBER-NUMBER - NAME - "
    "TIME/…, nbgrader STUDENT/ASSIGNMENT/…"
)
LITTER_ONLY = (
    "it is what a system leaves behind beside a file, and there is no file of the student's"
)
TELLS_NOBODY = f"its name tells no student; {EXPECTED}"


@dataclass(frozen=True)
class Place:
    """Where an entry belongs.

    key: one for each who handed in, as the platform has it. order: higher for what came later, of
    one path. attempt: only files of the highest count. typed: why it is no file that was handed in.
    """

    key: str
    about: Received
    path: str = ""
    order: int = 0
    attempt: int = 0
    typed: str = ""


class Entry(NamedTuple):
    """An entry of a download: its number there, its path as it is shown, where it belongs."""

    number: int
    shown: str
    place: Place


@dataclass
class Sorted:
    """A download, by who handed in.

    elsewhere: how many entries are of which other assignments.
    """

    platform: str | None
    students: dict[str, list[Entry]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)


def moodle(path: str, name: str, metadata: Mapping[str, Any]) -> Place | None:
    """
    >>> moodle("Ada Lovelace_4711_assignsubmission_file_/a.ipynb", "a", {}).about.student
    'Ada-Lovelace_4711'
    """
    if found := MOODLE.match(path) or MOODLE_TYPED.match(path):
        who, number = found["who"], found["number"]
        about = Received(
            folder_of(who, number), "moodle", number, shorten(who), anonymous=who in BLIND
        )
        if found.re is MOODLE:
            return Place(f"{who}_{number}", about, found["path"] or found["flat"])
        typed = "it is a text that was typed into Moodle, no file that was handed in"
        return Place(f"{who}_{number}", about, typed=typed)
    if MOODLE_NOBODY.match(path):
        raise Refused(
            "it was handed in by somebody who is in no group, and Moodle does not say who: put "
            "them into a group there, or take the file by hand"
        )
    return None


def canvas(path: str, name: str, metadata: Mapping[str, Any]) -> Place | None:
    """
    >>> place = canvas("lovelaceada_LATE_101_2002_a-1.ipynb", "a", {})
    >>> place.about.student, place.about.late, place.path, place.order
    ('lovelaceada_101', True, 'a-1.ipynb', 2002)
    """
    found = CANVAS.match(path)
    if not found:
        return None
    number, who = found["number"], found["who"] or ""
    about = Received(
        folder_of(who, number),
        "canvas",
        number,
        shorten(who) or None,
        late=bool(found["late"]),
        anonymous=number.startswith("anon_"),
    )
    if found["typed"]:
        what = "a text that was typed into" if found["typed"] == "text" else "a link given in"
        typed = f"it is {what} Canvas, no file that was handed in"
        return Place(number, about, typed=typed)
    return Place(number, about, found["path"], int(found["file"][:18]))


def gradescope(path: str, name: str, metadata: Mapping[str, Any]) -> Place | None:
    """The export of a programming assignment; metadata: of submission_metadata.yml."""
    found = GRADESCOPE.match(path)
    if not found:
        return None
    if not metadata:
        raise Refused(f"{METADATA}, which says whose it is, is missing or cannot be read")
    about = metadata.get(found["submission"])
    members = _members(about)
    if not isinstance(about, dict) or not members:
        raise Refused(f"{METADATA} does not say whose it is")
    number, person, email = members[0]
    return Place(
        found["submission"],
        Received(
            folder_of(person or "", number or email),
            "gradescope",
            number,
            person,
            email,
            time=_moment(about.get(":created_at")),
            members=members if len(members) > 1 else [],
        ),
        found["path"],
    )


def _members(about: object) -> list[list[str | None]]:
    """[id, name, email] of each who submitted together, as far as they are given."""
    people = about.get(":submitters") if isinstance(about, dict) else None
    found = []
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict):
            values = (person.get(f":{key}") for key in ("sid", "name", "email"))
            member = [None if value in (None, "") else shorten(str(value)) for value in values]
            if any(member):
                found.append(member)
    return found


def _moment(value: object) -> str | None:
    """A time of Gradescope's, which is in UTC, said or unsaid."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    text = value.isoformat(timespec="seconds")
    return text if value.tzinfo else f"{text}+00:00"


def blackboard(path: str, name: str, metadata: Mapping[str, Any]) -> Place | None:
    """
    >>> blackboard("Lab 2_alovelace_attempt_2026-11-16-09-05-59_a.ipynb", "a", {}).about.time
    '2026-11-16T09:05:59'
    """
    found = BLACKBOARD.match(path)
    if not found:
        return None
    about = Received(
        folder_of(found["who"]), "blackboard", found["who"], time=_clock(found["time"])
    )
    attempt = int(found["time"].replace("-", ""))
    if found["path"] is None:
        typed = "it has only what was typed into Blackboard, no file that was handed in"
        return Place(found["prefix"], about, attempt=attempt, typed=typed)
    return Place(found["prefix"], about, found["path"], attempt=attempt)


def _clock(text: str, form: str = "%Y-%m-%d-%H-%M-%S") -> str | None:
    try:
        return datetime.strptime(text, form).isoformat()
    except ValueError:
        return None


FORMS = ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%d %B, %Y %H%M", "%d %b, %Y %H%M")


def brightspace(path: str, name: str, metadata: Mapping[str, Any]) -> Place | None:
    """
    >>> found = brightspace("7-1 - Ada Lovelace - Nov 16, 2026 905 AM/a.ipynb", "a", {})
    >>> found.about.student, found.about.time
    ('Ada-Lovelace_7-1', '2026-11-16T09:05:00')
    """
    found = BRIGHTSPACE.match(path)
    if not found:
        return None
    said = re.sub(r"(?<=\d)[:.](?=\d)", "", found["time"]).strip()
    said = re.sub(r"(?<= )(\d{3})(?= |$)", r"0\1", said)
    time = next(filter(None, (_clock(said, form) for form in FORMS)), None)
    number = f"{found['one']}-{found['two']}"
    about = Received(
        folder_of(found["who"], number), "brightspace", number, shorten(found["who"]), time=time
    )
    attempt = int(re.sub(r"\D", "", time or "") or 0)
    return Place(number, about, found["path"] or found["flat"], attempt=attempt)


def nbgrader(path: str, name: str, metadata: Mapping[str, Any]) -> Place | None:
    """
    >>> nbgrader("ada/tiny/tiny.ipynb", "tiny", {}).about.student
    'ada'
    """
    found = NBGRADER.match(path.removeprefix("submitted/"))
    if not found or found["assignment"] != name:
        return None
    who = found["who"]
    return Place(who, Received(folder_of(who), "nbgrader", who), found["path"])


def _another(path: str) -> str | None:
    """The assignment whose notebook a path in nbgrader's layout is."""
    found = NBGRADER.match(path.removeprefix("submitted/"))
    is_its = found is not None and found["path"] == f"{found['assignment']}.ipynb"
    return found["assignment"] if found and is_its else None


LAYOUTS = (moodle, gradescope, brightspace, blackboard, canvas, nbgrader)
PLATFORMS_OWN = {(gradescope, METADATA), (brightspace, "index.html")}
SAMPLE = 5000  # entries of which the layout is told


def sort(paths: Sequence[str], name: str, metadata: Mapping[str, Any] = {}) -> Sorted:
    """Who handed in which of `paths` for the assignment `name`.

    metadata: what Gradescope says, by submission. Paths that are litter, as systems and editors
    leave it, are left out.

    >>> found = sort(["submissions/ada_1_2_a.ipynb", "submissions/bob_2_3_a.ipynb"], "a")
    >>> found.platform, sorted(found.students)
    ('canvas', ['ada_1', 'bob_2'])
    """
    numbered = [(number, path) for number, path in enumerate(paths) if not is_litter(path)]
    layout, depth = _layout([path for _, path in numbered] or paths, name, metadata)
    found = Sorted(layout.__name__ if layout else None)
    groups: dict[str, dict[str, list[Entry]]] = {}
    for number, path in numbered:
        rest = _below(path, depth)
        if (layout, rest) in PLATFORMS_OWN:
            continue
        try:
            place = layout(rest, name, metadata) if layout and rest else None
            if place is not None:
                entries = groups.setdefault(place.about.student, {}).setdefault(place.key, [])
                entries.append(Entry(number, path, place))
            elif layout in (nbgrader, None) and (other := _another(rest)):
                found.elsewhere[other] += 1
            else:
                found.refused.append((path, TELLS_NOBODY))
        except Refused as reason:
            found.refused.append((path, str(reason)))
    for path in filter(is_litter, paths):
        student = _owner(layout, _below(path, depth), name, metadata)
        if student and student not in groups:
            found.refused.append((path, LITTER_ONLY))
    for student, by_key in groups.items():
        if len(by_key) == 1:
            (found.students[student],) = by_key.values()
        else:
            alike = f"{len(by_key)} of them would get the folder {student}: take these by hand"
            found.refused += [
                (entry.shown, alike) for entries in by_key.values() for entry in entries
            ]
    return found


def _owner(layout: Any, rest: str, name: str, metadata: Mapping[str, Any]) -> str | None:
    """The student whose a path is, None if it tells none."""
    try:
        place = layout(rest, name, metadata) if layout and rest else None
    except Refused:
        return None
    return place and str(place.about.student)


def _layout(paths: Sequence[str], name: str, metadata: Mapping[str, Any]) -> tuple[Any, int]:
    """(layout, depth) that most paths have; (None, 0) if no path has any."""
    paths = paths[:: 1 + len(paths) // SAMPLE]
    most: tuple[int, Any, int] = (0, None, 0)
    for layout in LAYOUTS:
        for depth in range(DEEPEST + 1):
            rests = (_below(path, depth) for path in paths)
            count = sum(_fits(layout, rest, name, metadata) for rest in rests if rest)
            if count > most[0]:
                most = count, layout, depth
    return most[1], most[2]


def _fits(layout: Any, rest: str, name: str, metadata: Mapping[str, Any]) -> bool:
    try:
        return layout(rest, name, metadata) is not None
    except Refused:
        return True


def _below(path: str, depth: int) -> str:
    """The path without its first folders; "" if there are not so many."""
    parts = path.split("/", depth)
    return parts[depth] if len(parts) > depth else ""


def is_litter(path: str) -> bool:
    """Is it what file managers and Python leave behind, nobody's answer?"""
    *folders, name = path.split("/")
    return not LITTER.isdisjoint([*folders, name]) or name in LEFT or name.startswith("._")


def folder_of(who: str, number: str | None = None) -> str:
    """A student's name as a folder: letters, digits and - . _ of any script.

    >>> folder_of("Zoë O'Neil", "12")
    'Zoë-O-Neil_12'
    """
    plain = re.sub(r"[^\w.-]+", "-", who).strip("-").lstrip(".")
    end = re.sub(r"[^\w.-]+", "-", number or "").strip("-").lstrip(".")
    while len(f"{plain}_{end}".encode()) > 200:
        plain, end = plain[:-1], end if plain else end[:-1]
    student = "_".join(filter(None, (plain, end)))
    if not student or not student.isprintable():
        raise Refused("its name tells no student")
    return student


def shorten(text: str) -> str:
    """As much of a name as is kept, without control characters."""
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    return kept[:LONGEST].strip()


def alike(wanted: str, paths: Iterable[str]) -> list[str]:
    """Which of `paths` are `wanted` as browsers and platforms rename it.

    >>> alike("net.pt", ["net-1.pt", "Net (2).PT", "net.pt.txt", "old/net.pt"])
    ['net-1.pt', 'Net (2).PT']
    """
    name = PurePosixPath(wanted)
    pattern = rf"{re.escape(name.stem)}[ _-]*\(?[0-9]{{0,6}}\)?{re.escape(name.suffix)}"
    variant = re.compile(pattern, re.IGNORECASE)
    return [path for path in paths if variant.fullmatch(path)]
