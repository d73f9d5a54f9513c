"""Canvas's gradebook, as it is exported and as it is imported again.

What Canvas does on import was read in its sources (lib/gradebook_importer.rb).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnncourse.course import CourseError

from .moodle import Filled
from .people import Person, full_name
from .sheets import Sheet, exact, plain_csv, read_sheet, rounded, two_decimals

ASSIGNMENT = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)")
TOTALS = re.compile(
    r"(Current|Final) (Points|Score|Grade)|Override (Score|Grade|Status)"
)  # Canvas ignores a column with such words, an assignment's too
TEST_STUDENT = "Test Student"
POSSIBLE = "Points Possible"  # the line of points; never translated, for the import looks for it


@dataclass(frozen=True)
class Line:
    """A student's line."""

    person: Person
    cells: list[str]


@dataclass(frozen=True)
class Gradebook:
    """An exported gradebook: its header, the line of points, the students, what is wrong in it;
    `first`: of the columns after Section."""

    path: Path
    head: list[str]
    first: int
    points: list[str]
    lines: list[Line]
    notes: list[str]

    def assignments(self) -> dict[int, str]:
        """{place of the column: its header} of the assignments."""
        return {
            at: cell
            for at, cell in enumerate(self.head)
            if at >= self.first
            and ASSIGNMENT.fullmatch(cell)
            and "(read only)" not in self.points[at]
        }


def is_gradebook(sheet: Sheet) -> bool:
    return (
        "ID" in sheet.head[1:3]
        and ("Student" in sheet.head[0] or sheet.head[0] == "LastName")
        and any("Section" in cell for cell in sheet.head)
    )


def gradebook(path: str | Path, sheet: Sheet | None = None) -> Gradebook:
    """Read an exported gradebook; CourseError if it is none."""
    sheet = sheet or read_sheet(path)
    if not is_gradebook(sheet):
        raise CourseError(
            f"{path} is no gradebook as Canvas exports it: its columns are "
            f"{', '.join(sheet.head[:8])}; expected Student, ID, …, Section. In Canvas: Grades, "
            "Export, Export Entire Gradebook"
        )
    number = sheet.head.index("ID")
    section = next(at for at, cell in enumerate(sheet.head) if at > number and "Section" in cell)
    points, lines = [""] * len(sheet.head), []
    for _, row in sheet.rows:
        if POSSIBLE in row[0]:
            points = row
        elif any(cell.strip() for cell in row[: number + 1]):  # else it says who posts by hand
            lines.append(Line(_person(sheet.head, row, number, section), row))
    return Gradebook(sheet.path, sheet.head, section + 1, points, lines, rounded(sheet))


def _person(head: list[str], row: list[str], number: int, section: int) -> Person:
    about = dict(zip(head[:section], map(exact, row), strict=False))
    login = about.get("SIS Login ID", "")
    name = ", ".join(filter(None, (cell.strip() for cell in row[:number])))
    return Person(
        "canvas",
        full_name(name),
        about["ID"] if about["ID"].isdecimal() else "",  # Canvas reads 1.2E+9 as user 1
        login if "@" in login else "",
        tuple(filter(None, [about.get("SIS User ID", "")])),
        login,
        section=row[section].strip(),
    )


def is_test_student(line: Line) -> bool:
    return line.person.name == TEST_STUDENT


def amount(cell: str) -> float | None:
    """A number as Canvas reads it, whose last mark is the decimal one; None for what is none.

    >>> amount("1.234,50"), amount("20.00"), amount("EX")
    (1234.5, 20.0, None)
    """
    text = cell.strip().removesuffix("%")
    if not re.fullmatch(r"-?[\d.,]*\d[\d.,]*", text):
        return None
    whole, mark, decimals = max(
        (text.rpartition(mark) for mark in ".,"), key=lambda parts: len(parts[0])
    )
    whole = re.sub("[.,]", "", whole)
    return float(f"{whole}.{decimals}" if mark else re.sub("[.,]", "", decimals))


def column(book: Gradebook, titles: list[str], wanted: str | None = None) -> int:
    """The place of an assignment's column; CourseError where that is none or not one.

    titles: what the assignment may be called there. wanted: the column's header, its title or the
    id in it, where somebody chose.
    """
    known = book.assignments()
    if wanted is not None:
        found = [at for at, cell in known.items() if wanted in _names(cell)]
        said = f"there is no column {wanted}" if not found else f"{wanted} is more than one column"
    else:
        keys = {_plain(title) for title in titles}
        found = [at for at, cell in known.items() if _plain(_title(cell)) in keys]
        said = "no column is" if not found else "more than one column is"
        said += f" called {' or '.join(titles)}"
    if len(found) != 1:
        raise CourseError(
            f"{book.path}: {said}. Say which one by --column; there are: "
            f"{', '.join(known.values()) or 'none'} (columns that are read only in Canvas left out)"
        )
    title = book.head[found[0]]
    if TOTALS.search(title):
        raise CourseError(
            f"{book.path}: Canvas takes {title} for a total, because of its name, and would ignore "
            "it. Rename the assignment in Canvas and export again"
        )
    return found[0]


def _title(header: str) -> str:
    found = ASSIGNMENT.fullmatch(header)
    return found["title"] if found else header


def _names(header: str) -> tuple[str, ...]:
    found = ASSIGNMENT.fullmatch(header)
    return (header, found["title"], found["id"]) if found else (header,)


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title.casefold()).strip()


def fill(
    book: Gradebook, at: int, points: Mapping[str, float], most: float, scale: bool = False
) -> Filled:
    """The gradebook with these points, by Canvas's user id, in the column `at`.

    It has that column and the students with news alone: an empty cell would erase a score, and what
    is left out stays. Commas and points, and no byte order mark, which Canvas takes for a part of
    the header.
    """
    possible = amount(book.points[at])
    factor = 1.0
    if possible is None:
        raise CourseError(
            f"{book.path}: {POSSIBLE} of {book.head[at]} is {book.points[at]!r}; expected a "
            "number. Let the assignment be graded by points in Canvas, and export again"
        )
    if abs(possible - most) > 1e-9:
        if not scale:
            raise CourseError(
                f"{book.path}: {book.head[at]} has {possible:g} points possible, and the "
                f"assignment gives {most:g}. Set them to {most:g} in Canvas and export again, or "
                "convert the points by --scale"
            )
        factor = possible / most
    columns = [*range(book.first), at]
    rows = [[book.head[at] for at in columns], [book.points[at] for at in columns]]
    rows[1][-1] = two_decimals(possible)
    changed: dict[str, str] = {}
    same: list[str] = []
    replaced, excused, unassigned = [], [], []
    for line in book.lines:
        number, present = line.person.number, line.cells[at].strip()
        if number not in points:
            continue
        grade = two_decimals(points[number] * factor)
        now = amount(present)
        if now is not None and not present.endswith("%") and two_decimals(now) == grade:
            same.append(number)
        elif present.upper() in ("EX", "EXCUSED"):
            excused.append(f"{line.person.name}: {grade}")
        elif present.upper() == "N/A":
            unassigned.append(f"{line.person.name}: {grade}")
        else:
            rows.append([*line.cells[: book.first], grade])
            changed[number] = grade
            if present not in ("", "-"):
                replaced.append(f"{line.person.name}: {present} → {grade}")
    notes = []
    if excused:
        notes.append(
            "not written, for these are excused in Canvas, and a score would end that: "
            + "; ".join(excused)
        )
    if unassigned:
        notes.append(
            "not written, for Canvas has N/A there (not assigned to them, or graded anonymously "
            f"and not yet posted): {'; '.join(unassigned)}"
        )
    return Filled(plain_csv(rows, bom=False), changed, same, replaced, notes)
