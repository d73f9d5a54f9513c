"""Moodle's grading worksheet and list of participants, and the archive of feedback files.

What Moodle does on import is written at each step that answers it; it was read in Moodle's
sources (mod/assign/feedback/offline and feedback/file, lib/csvlib.class.php).
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnncourse.course import CourseError

from .dates import NEVER, in_english, moment
from .people import Person, full_name, name_key
from .sheets import Sheet, exact, harmless, plain_csv, read_sheet, rounded, two_decimals, unmarked

# The names of columns in Moodle's languages, in small letters: Moodle's capitals differ by version.
COLUMNS = {
    "English": {
        "identifier": "identifier",
        "name": "full name",
        "email": "email address",
        "id": "id number",
        "login": "username",
        "group": "group",
        "grade": "grade",
        "maximum": "maximum grade",
        "scale": "scale",
        "changeable": "grade can be changed",
        "submitted": "last modified (submission)",
        "graded": "last modified (grade)",
    },
    "German": {
        "identifier": "id",
        "name": "vollständiger name",
        "email": "e-mail-adresse",
        "id": "id-nummer",
        "login": "anmeldename",
        "group": "gruppe",
        "grade": "bewertung",
        "maximum": "bestwertung",
        "scale": "skala",
        "changeable": "bewertung kann geändert werden",
        "submitted": "zuletzt geändert (abgabe)",
        "graded": "zuletzt geändert (bewertung)",
    },
    "Italian": {
        "identifier": "identificativo",
        "name": "nome",
        "email": "indirizzo email",
        "id": "codice identificativo",
        "login": "username",
        "group": "gruppo",
        "grade": "valutazione",
        "maximum": "valutazione massima",
        "scale": "scala",
        "changeable": "la valutazione può essere cambiata",
        "submitted": "ultima modifica (consegna)",
        "graded": "ultima modifica (valutazione)",
    },
}
NO = ("no", "nein")
CENTS = re.compile(r"[.,]\d\d")  # a site may show whole numbers, and know 3.4 where it shows 3
PARTICIPANTS = (  # first name, last names' spellings, address, number
    ("first name", ("last name", "surname"), "email address", "id number", "username"),
    ("vorname", ("nachname",), "e-mail-adresse", "id-nummer", "anmeldename"),
    ("nome", ("cognome",), "indirizzo email", "codice identificativo", "username"),
)


@dataclass(frozen=True)
class Line:
    """A line of a worksheet; `cells` by our names of the columns."""

    line: int
    person: Person
    cells: dict[str, str]


@dataclass(frozen=True)
class Worksheet:
    """A grading worksheet: its language, its columns, its lines, and what is wrong in it."""

    path: Path
    language: str
    head: dict[str, str]  # our name of a column: Moodle's
    lines: list[Line]
    notes: list[str]

    @property
    def blind(self) -> bool:
        """Are there no names in it?"""
        return "name" not in self.head


@dataclass(frozen=True)
class Filled:
    """A file for the platform, and what must be said before it is written.

    changed: the grades in it, by the platform's number. same: numbers of those that the platform
    has already. replaced: which grades that it has will be others. notes: who is left out, and why.
    """

    text: str
    changed: dict[str, str]
    same: list[str]
    replaced: list[str]
    notes: list[str]


def is_worksheet(sheet: Sheet) -> bool:
    return _language(sheet.head) is not None


def is_participants(sheet: Sheet) -> bool:
    return _participants(sheet.head) is not None


def _language(head: list[str]) -> str | None:
    names = {cell.casefold() for cell in head}
    for language, known in COLUMNS.items():
        if {known["identifier"], known["grade"], known["graded"]} <= names:
            return language
    return None


def worksheet(path: str | Path) -> Worksheet:
    """Read a grading worksheet; CourseError if it is none, in no language that is known here."""
    sheet = read_sheet(path)
    language = _language(sheet.head)
    if language is None:
        raise CourseError(
            f"{path} is no grading worksheet in English, German or Italian: its columns are "
            f"{', '.join(sheet.head[:12])}. In Moodle: the assignment, Grading action, Download "
            "grading worksheet, with Moodle in one of these languages"
        )
    known = COLUMNS[language]
    # Of two columns of one name Moodle takes the last.
    places = {
        name: max(at for at, cell in enumerate(sheet.head) if cell.casefold() == text)
        for name, text in known.items()
        if text in (cell.casefold() for cell in sheet.head)
    }
    lines = []
    for number, row in sheet.rows:
        cells = {name: row[at].strip() for name, at in places.items()}
        lines.append(Line(number, _person(cells), cells))
    head = {name: sheet.head[at] for name, at in places.items()}
    return Worksheet(sheet.path, language, head, lines, rounded(sheet))


def _person(cells: Mapping[str, str]) -> Person:
    """Moodle cuts "Participant " off and looks up the rest: a number of this assignment."""
    found = re.fullmatch(r"\D+(\d+)", cells["identifier"])
    return Person(
        "moodle",
        full_name(cells.get("name", "")),
        found[1] if found else "",
        _said(cells, "email"),
        tuple(filter(None, [_said(cells, "id")])),
        _said(cells, "login"),
        group=_said(cells, "group"),
    )


def _said(cells: Mapping[str, str], name: str) -> str:
    text = exact(unmarked(cells.get(name, "")))
    return "" if text == "-" else text


def participants(sheet: Sheet) -> list[Person]:
    """The people of "Download table data", which tells neither number nor role."""
    places = _participants(sheet.head)
    assert places is not None, "is_participants was asked first"
    people = []
    for _, row in sheet.rows:
        cells = {name: row[at].strip() for name, at in places.items()}
        name = full_name(f"{unmarked(cells['first'])} {unmarked(cells['last'])}")
        ids = tuple(filter(None, [_said(cells, "id")]))
        people.append(
            Person(
                "moodle", name, email=_said(cells, "email"), ids=ids, login=_said(cells, "login")
            )
        )
    return people


def _participants(head: list[str]) -> dict[str, int] | None:
    names = [cell.casefold() for cell in head]
    for first, lasts, email, number, login in PARTICIPANTS:
        last = next((last for last in lasts if last in names), None)
        if first in names and last:
            wanted = {"first": first, "last": last, "email": email, "id": number, "login": login}
            return {name: names.index(text) for name, text in wanted.items() if text in names}
    return None


def number_of(cell: str) -> float | None:
    """A grade as Moodle writes it; None if there is none or it is a word of a scale."""
    text = "".join(cell.split()).replace(",", ".")
    try:
        return float(text) if text not in ("", "-") else None
    except ValueError:
        return None


def fill(sheet: Worksheet, points: Mapping[str, float], most: float, scale: bool = False) -> Filled:
    """The worksheet with these points, by participant's number, of `most` that can be had.

    Only lines with news are in it, and only the columns that Moodle needs: a comment's empty cell
    would erase the comment that Moodle has, and one that was exported may come back changed.
    Raises CourseError where points are no grades there.
    """
    maximum = _maximum(sheet, points)
    factor = 1.0
    if maximum is not None and abs(maximum - most) > 1e-9:
        if not scale:
            raise CourseError(
                f"{sheet.path}: the maximum grade there is {maximum:g}, and the assignment gives "
                f"{most:g} points. Set it to {most:g} in Moodle and download the worksheet again, "
                f"or convert the points by --scale"
            )
        factor = maximum / most
    columns = [n for n in ("identifier", "name", "grade", "maximum", "graded") if n in sheet.head]
    rows = [[sheet.head[name] for name in columns]]
    changed: dict[str, str] = {}
    same: list[str] = []
    replaced, locked, above, undated = [], [], [], []
    for line in sheet.lines:
        number, cells = line.person.number, line.cells
        if number not in points:
            continue
        shown = line.person.name or cells["identifier"]
        grade = two_decimals(points[number] * factor)
        present = number_of(cells["grade"])
        as_shown = present is not None and two_decimals(present) == grade
        is_locked = cells.get("changeable", "").casefold() in NO
        if as_shown and (is_locked or CENTS.search(cells["grade"])):
            same.append(number)
        elif is_locked:
            locked.append(shown)
        elif maximum is not None and float(grade) > maximum:
            above.append(f"{shown}: {grade}")
        else:
            try:
                cells = cells | {"graded": in_english(cells["graded"])}
            except ValueError:
                undated.append(f"{shown}: {cells['graded']}")
            name = harmless(line.person.name.replace("\\", "/"))  # a \ would hide the next quote
            cells = cells | {"grade": grade, "name": name}
            rows.append([cells[name] for name in columns])
            changed[number] = grade
            if present is not None and not as_shown:
                replaced.append(f"{shown}: {present:g} → {grade}")
            elif present is None and line.cells["grade"] not in NEVER:
                replaced.append(f"{shown}: {line.cells['grade']} → {grade}")
    notes = []
    if locked:
        notes.append(f"not written, for Moodle has these grades locked: {'; '.join(locked)}")
    if above:
        notes.append(
            f"not written, for Moodle takes no grade above {maximum:g}: {'; '.join(above)}"
        )
    if undated:
        notes.append(
            "a spreadsheet changed when these were last graded, and Moodle skips them without a "
            'word, unless you tick "Allow updating records that have been modified more recently '
            f'in Moodle"; better download the worksheet again: {"; ".join(undated)}'
        )
    return Filled(plain_csv(rows, bom=True), changed, same, replaced, notes)


def _maximum(sheet: Worksheet, points: Mapping[str, float]) -> float | None:
    """The maximum of the lines that matter; CourseError where grades are words, or are none."""
    if "maximum" not in sheet.head:
        what = "a scale" if "scale" in sheet.head else "no grade"
        raise CourseError(
            f"{sheet.path}: the assignment has {what} in Moodle, which takes no points. Set its "
            "grade to points there, and download the worksheet again"
        )
    cells = {line.cells["maximum"] for line in sheet.lines if line.person.number in points}
    found = {number_of(cell) for cell in cells}
    if len(found) > 1 or None in found:
        raise CourseError(
            f"{sheet.path}: {sheet.head['maximum']} is {', '.join(sorted(cells))}; expected one "
            "number. Download the worksheet again"
        )
    return found.pop() if found else None


def submitted(sheet: Worksheet) -> tuple[dict[str, str], list[str]]:
    """{participant's number: time of the submission}, ISO 8601 without a zone; what is unclear.

    Where groups hand in, a time is kept for the `group_sign` of each, too, "" for none yet: their
    folders have the numbers of groups, and people have the same ones.
    """
    times, unclear = {}, []
    for line in sheet.lines:
        try:
            time = moment(line.cells.get("submitted", ""))
        except ValueError as error:
            unclear.append(f"line {line.line}: {error}")
            continue
        if time is not None and line.person.number:
            times[line.person.number] = time.isoformat()
        if line.person.group:
            times[group_sign(line.person.group)] = time.isoformat() if time else ""
    return times, unclear


def group_sign(group: str) -> str:
    """What a group's time is kept under, beside the numbers of participants."""
    return f"group {name_key(group)}"


def feedback_archive(pages: Mapping[tuple[str, str], tuple[str, bytes]]) -> bytes:
    """The zip for "Upload multiple feedback files in a zip": {(number, name): (file, bytes)}.

    Moodle finds the participant by the number alone, the second piece between underscores.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for (number, name), (file, data) in sorted(pages.items()):
            safe = "".join(mark if mark.isalnum() or mark in " .,-" else " " for mark in name)
            safe = " ".join(safe.split()).lstrip(".~ ") or "Participant"
            archive.writestr(
                zipfile.ZipInfo(
                    f"{safe}_{number}_assignsubmission_file_/{file}", (2000, 1, 1, 0, 0, 0)
                ),
                data,
                zipfile.ZIP_DEFLATED,
                compresslevel=1,  # a class's pages in a second or two; text shrinks all the same
            )
    return made.getvalue()
