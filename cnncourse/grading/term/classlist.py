"""The class list, students.csv in the course's folder: a line a person.

Columns: id (the folder of their submissions), name, email, section, extension_days. Any other
column is kept as it is. Three kinds of those are used here: `canvas`, Canvas's number for the
person; `moodle NAME`, Moodle's number of the participant in assignment NAME; and the columns that
course.toml names for groups.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.grading.intake.received import Received
from cnncourse.grading.platforms.people import Person, name_key, plain, sortable_keys
from cnncourse.grading.platforms.sheets import (
    exact,
    harmless,
    marked,
    plain_csv,
    read_sheet,
    unmarked,
)
from cnncourse.whole import write_whole

FILE = "students.csv"
COLUMNS = ("id", "name", "email", "section", "extension_days")
SPELLINGS = {"e-mail": "email", "e-mail address": "email", "extension days": "extension_days"}
ONE = "; make these lines one"  # ends the sentence on somebody who is two in the list
LONGEST_ID = 128  # in nbgrader's gradebook


@dataclass
class Student:
    """A line of the class list; `more`: its other columns; `written`: its cells in the file."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    extension_days: float = 0.0
    more: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def link(self, platform: str, assignment: str | None) -> str:
        """The platform's number for the student, "" where it is not known."""
        return self.more.get(_link(platform, assignment), "")

    def group(self, column: str) -> str:
        """Their group, for assignments whose groups are in this column."""
        return self.more.get(column, "") or (self.section if column == "section" else "")


class ClassList:
    """All students, in the order of the file."""

    def __init__(
        self, students: Iterable[Student] = (), more: Sequence[str] = (), separator: str = ","
    ):
        self.students: list[Student] = []
        self.more, self.separator = list(more), separator
        self._by_id: dict[str, Student] = {}
        self._by_sign: dict[tuple[str, str], list[Student]] = {}  # numbers, addresses, names
        for student in students:
            self.add(student)

    def __bool__(self) -> bool:
        return bool(self.students)

    def get(self, id: str) -> Student | None:
        return self._by_id.get(plain(id))

    def add(self, student: Student) -> None:
        self.students.append(student)
        self._by_id[plain(student.id)] = student
        self.note(student)

    def note(self, student: Student) -> None:
        """Find a student by all that their line says now."""
        signs = {("said", plain(student.id)), ("said", plain(student.more.get("login", "")))}
        signs.add(("email", plain(student.email).casefold()))
        signs |= {(name, plain(text)) for name, text in student.more.items() if _is_link(name)}
        signs.add(("name", name_key(student.name)))
        signs |= {("sortable", key) for key in sortable_keys(student.name)}
        for sign in signs:
            same = self._by_sign.setdefault(sign, [])
            if sign[1] and student not in same:
                same.append(student)

    @classmethod
    def read(cls, root: str | Path) -> "ClassList":
        """The list in the course's folder, an empty one without a file; CourseError says where."""
        path = Path(root, FILE)
        if not path.exists():
            return cls()
        sheet = read_sheet(path)
        head = [SPELLINGS.get(cell.casefold(), cell) for cell in map(unmarked, sheet.head)]
        head = [cell.casefold() if cell.casefold() in COLUMNS else cell for cell in head]
        if "id" not in head:
            raise CourseError(
                f"{path} has no column id; expected {', '.join(COLUMNS)}, not {', '.join(head)}"
            )
        twice = [cell for cell, times in Counter(filter(None, head)).items() if times > 1]
        if twice:
            raise CourseError(f"{path} has two columns {twice[0]}; expected one")
        students: list[Student] = []
        seen: dict[str, int] = {}
        for line, row in sheet.rows:
            written = dict(zip(head, row, strict=True))
            cells = {name: unmarked(cell.strip()) for name, cell in written.items()}
            place = f"{path}, line {line}"
            id = _checked_id(cells.pop("id"), place)
            if plain(id) in seen:
                raise CourseError(
                    f"{place}: id is {id}, as on line {seen[plain(id)]}; expected one line a person"
                )
            seen[plain(id)] = line
            known = {name: cells.pop(name, "") for name in COLUMNS[1:]}
            days = _days(known.pop("extension_days"), place)
            more = {name: cell for name, cell in cells.items() if name}
            student = Student(id, **known, extension_days=days, more=more, written=written)
            students.append(student)
        names = [name for name in head if name and name not in COLUMNS]
        return cls(students, names, sheet.separator)

    def write(self, root: str | Path) -> Path:
        """Write the file in one step, for spreadsheets too; what was in it stays as it was."""
        path = Path(root, FILE)
        head = [*COLUMNS, *self.more]
        rows = [[_cell(student, name) for name in head] for student in self.students]
        write_whole(path, plain_csv([head, *rows], bom=True, separator=self.separator))
        return path

    def set_more(self, student: Student, column: str, text: str) -> None:
        if column not in self.more:
            self.more.append(column)
        student.more[column] = text

    # Who is who

    def find(
        self, person: Person, assignment: str | None = None, by_name: bool = False
    ) -> tuple[Student | None, str]:
        """The student whom a platform means, or None; and how that was told, or why it was not.

        What an institution or a platform uses to tell people apart decides. A name decides where it
        is one person's in the list and there is nothing else to go by on one of the two sides, or
        where the lecturer says so (by_name).
        """
        said = [plain(text) for text in (*person.ids, person.login, person.email)]
        signs = [(_link(person.platform, assignment), person.number)]
        signs += [("said", text) for text in said]
        signs += [("said", as_id(text)) for text in said]
        signs += [("email", plain(text).casefold()) for text in (person.email, person.login)]
        known = {s.id: s for sign in signs if sign[1] for s in self._by_sign.get(sign, [])}
        if len(known) > 1:
            ids = " and ".join(known)
            return None, f"{person} is {ids} by what the platform says{ONE}"
        if known:
            return next(iter(known.values())), "number"
        key = name_key(person.name)
        named = self._by_sign.get(("name", key), []) if key else []
        if person.platform == "canvas" and not named and key:  # as Canvas names its files
            named = self._by_sign.get(("sortable", key), [])
        possible = [s for s in named if not self._another(s, person, assignment)]
        if not possible:
            return None, ""
        if len(possible) > 1:
            ids = ", ".join(s.id for s in possible)
            return None, f"{person}: this is the name of {ids}"
        student = possible[0]
        if by_name or not person.identified or not self._identified(student):
            return student, "name"
        return None, f"{person} has the name of {student.id}, and nothing else says that it is they"

    def _another(self, student: Student, person: Person, assignment: str | None) -> bool:
        """Do numbers or addresses say that these are two people?"""
        link = student.link(person.platform, assignment)
        return bool(
            (person.number and link and link != person.number)
            or (person.email and student.email)  # and they are not the same
        )

    def _identified(self, student: Student) -> bool:
        return bool(student.email or student.more.get("login")) or not student.id.startswith(
            ("moodle-", "canvas-", "name-")
        )


def _cell(student: Student, column: str) -> str:
    """A cell of the file: as it was where it says the same, else text for a spreadsheet, too."""
    days = f"{student.extension_days:g}" if student.extension_days else ""
    known = {"id": student.id, "name": student.name, "email": student.email}
    known |= {"section": student.section, "extension_days": days}
    value = known.get(column, student.more.get(column, ""))
    written = student.written.get(column, "")
    return marked(written) if unmarked(written.strip()) == value else str(harmless(value))


def _link(platform: str, assignment: str | None) -> str:
    return f"moodle {assignment}" if platform == "moodle" else platform


def _is_link(column: str) -> bool:
    return column == "canvas" or column.startswith("moodle ")


def _checked_id(id: str, place: str) -> str:
    good = id and id.isprintable() and not set(id) & set("/\\") and not id.startswith(".")
    if good and not exact(id):
        raise CourseError(
            f"{place}: id is {id}, a number that a spreadsheet rounded; expected the whole one"
        )
    if not good or len(id) > LONGEST_ID:
        raise CourseError(
            f"{place}: id is {id!r}; expected a name for a folder, of up to {LONGEST_ID} letters, "
            "digits and marks without / and \\, that begins with no point"
        )
    return id


def _days(cell: str, place: str) -> float:
    try:
        days = float(cell.replace(",", ".") or 0)
    except ValueError:
        days = -1.0
    if not 0 <= days <= 3650:
        raise CourseError(
            f"{place}: extension_days is {cell!r}; expected a number of days, 0 or more"
        )
    return days


# Filled from a platform's table


@dataclass
class Merged:
    """What became of a table's people: sentences about those added, completed, and not told."""

    added: list[str] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    renumbered: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    same: int = 0


def merge(
    students: ClassList,
    people: Sequence[Person],
    assignment: str | None = None,
    group: str = "group",
    by_name: bool = False,
) -> Merged:
    """Add a table's people to the list, and what it knows of those that are there.

    Only empty cells are filled: a name that changed on the platform changes nothing here.
    """
    done = Merged()
    names = Counter(name_key(person.name) for person in people)
    found: list[tuple[Person, Student | None, str]] = []
    for person in people:
        student, how = students.find(person, assignment, by_name)
        if how == "name" and names[name_key(person.name)] > 1:
            student, how = None, f"{person}: there are several people of this name in the table"
        found.append((person, student, how))
    for person, student, how in found:
        if student is None and how:
            done.unknown.append(how)
        elif student is None:
            id = _new_id(person, assignment)
            if students.get(id) is not None:
                done.unknown.append(f"{person}: the id {id} is somebody's already")
                continue
            student = Student(id, person.name, person.email, person.section)
            students.add(student)
            _complete(students, student, person, assignment, group)
            done.added.append(str(person))
        else:
            known = student.link(person.platform, assignment)
            changed = _complete(students, student, person, assignment, group)
            if person.number and known and known != person.number:
                column = _link(person.platform, assignment)
                done.renumbered.append(f"{student.id}: {column} is {known}, {person.number} there")
            if how == "name":
                done.by_name.append(f"{person}: {student.id}")
            if student.name and person.name and name_key(student.name) != name_key(person.name):
                done.renamed.append(f"{student.id}: {student.name} is {person.name} there")
            if changed:
                done.completed.append(student.id)
            else:
                done.same += 1
    return done


def _new_id(person: Person, assignment: str | None) -> str:
    """What tells a new person from all others: what lasts longest first."""
    numbered = f"{_link(person.platform, assignment).replace(' ', '-')}-{person.number}"
    wanted = next(
        filter(None, [*person.ids, person.login, person.email]),
        numbered if person.number else f"name-{name_key(person.name)}",
    )
    return _checked_id(as_id(wanted), str(person))


def as_id(text: str) -> str:
    """What the platform tells somebody by, as the name of a folder.

    >>> as_id("2026/17"), as_id(".ada")
    ('2026-17', 'ada')
    """
    return plain(text).replace("/", "-").replace("\\", "-").lstrip(".")


def _complete(
    students: ClassList, student: Student, person: Person, assignment: str | None, group: str
) -> bool:
    before = (student.name, student.email, student.section, dict(student.more))
    student.name = student.name or person.name
    student.email = student.email or person.email
    student.section = student.section or person.section
    if person.number and (person.platform != "moodle" or assignment):
        column = _link(person.platform, assignment)
        if not student.more.get(column):
            students.set_more(student, column, person.number)
    new_login = person.login not in ("", student.id, student.email)
    if new_login and not student.more.get("login"):
        students.set_more(student, "login", person.login)
    if person.group and not student.group(group):
        students.set_more(student, group, person.group)
    students.note(student)
    return before != (student.name, student.email, student.section, student.more)


# Whose a folder is


def owner(
    students: ClassList, assignment: str, folder: str, received: Received | None
) -> tuple[Student | None, str]:
    """Whose submission a folder of grading/submitted/ is: the student, or None and why not."""
    if student := students.get(folder):
        return student, "id"
    why = f"{folder} is nobody in the class list"
    for person in folder_people(folder, received):
        student, how = students.find(person, assignment)
        if student is not None and (received or _agrees(student, person)):
            return student, how
        why = how if how and student is None else why
    return None, why


def folder_people(folder: str, received: Received | None) -> list[Person]:
    """Who a folder may be: as the platform said, or else as its name can be read."""
    if received is not None:
        name = "" if received.anonymous else received.name or ""
        number, email = received.id or "", received.email or ""
        if received.platform in ("moodle", "canvas"):
            return [Person(received.platform, name, number, email)]
        return [Person(received.platform, name, "", email, (number,) if number else ())]
    if found := re.fullmatch(r"(.+)_(\d+)", folder):
        platforms = ["moodle"] if re.search(r"[A-Z -]", found[1]) else ["canvas", "moodle"]
        return [Person(platform, found[1], found[2]) for platform in platforms]
    return [Person("nbgrader", folder, login=folder)]


def _agrees(student: Student, person: Person) -> bool:
    """Canvas and Moodle both number people: where a folder does not say whose number it has, the
    name in it must be the student's."""
    if person.platform == "nbgrader" or re.search(r"[A-Z -]", person.name):
        return True
    return name_key(person.name) in {name_key(student.name), *sortable_keys(student.name)}
