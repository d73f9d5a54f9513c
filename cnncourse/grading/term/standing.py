"""A term put together: rules, class list and what platforms said, for each submission.

A submission is named as nbgrader names it: by its assignment, and by its folder below
grading/submitted/, which is the student's id where the class list told it.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from cnncourse.course import CourseError, assignments
from cnncourse.grading.intake.received import Received, Who, path_of, received
from cnncourse.grading.platforms.moodle import group_sign
from cnncourse.grading.platforms.people import Person, name_key, plain
from cnncourse.whole import write_whole

from .classlist import FILE as STUDENTS
from .classlist import ClassList, Student, folder_people, owner
from .late import Deadline, deadline, utc
from .rules import FILE, Rule, Rules, read_rules

KNOWN_LATE = timedelta(seconds=1)  # of a submission that Canvas calls late, not by how much


@dataclass(frozen=True)
class Arrived:
    """When a submission came, in UTC without a zone; None where nobody says.

    by_nbgrader: nobody but nbgrader's own records can say. note: what is unclear about it.
    """

    time: datetime | None = None
    by_nbgrader: bool = False
    note: str = ""


class Term:
    """What is known of a term; reads files when it is asked, once."""

    def __init__(self, root: str | Path):
        self.root = Path(root)
        self.names = assignments(root)

    @cached_property
    def students(self) -> ClassList:
        return ClassList.read(self.root)

    @cached_property
    def rules(self) -> Rules:
        """Raises CourseError where they name somebody who is not in the class list."""
        found = read_rules(self.root, self.names)
        sections = {student.section for student in self.students.students}

        def is_section(name: str) -> bool:
            return any(is_of(name, section) for section in sections)

        places = {"extensions": found.extensions} | {
            f"assignments.{name}.extensions": rule.extensions
            for name, rule in found.assignments.items()
        }
        for key, extensions in places.items() if self.students else ():
            for kind, names, known in (
                ("students", extensions.students, self.students.get),
                ("sections", extensions.sections, is_section),
            ):
                for name in names:
                    if not known(name):
                        what = "id" if kind == "students" else "section"
                        raise CourseError(
                            f'{self.root / FILE}: {key}.{kind} has the key "{name}"; expected '
                            f"the {what} of somebody in {STUDENTS}"
                        )
        return found

    def rule(self, assignment: str) -> Rule:
        return self.rules.assignments.get(assignment, Rule())

    # Whose

    def owner(self, assignment: str, folder: str) -> tuple[Student | None, str]:
        """The student whose submission a folder holds, or None and why that is not known."""
        return self._owner(assignment, folder, self.received(assignment, folder))

    def _owner(
        self, assignment: str, folder: str, found: Received | None
    ) -> tuple[Student | None, str]:
        student, how = owner(self.students, assignment, folder, found)
        if student is None or how != "number" or not self._teams(assignment):
            return student, how
        for person in folder_people(folder, found):
            if person.platform == "moodle" and name_key(person.name) != name_key(student.name):
                return None, (
                    f"{folder} has the number of a group, not of {student.id}, and nobody is in "
                    f"a group of that name: {FILE} wants groups = true for {assignment}, and "
                    f"{STUDENTS} a column group"
                )
        return student, how

    def _teams(self, assignment: str) -> bool:
        """Do groups hand in, in Moodle's worksheet? Then folders have the numbers of groups."""
        return any(not sign.isdecimal() for sign in self._times(assignment))

    def who(self, assignment: str) -> Who:
        """For `collect`: the folder of a submission, the student's id where the list tells it."""

        def folder(found: Received) -> str:
            student, _ = self._owner(assignment, found.student, found)
            return student.id if student else found.student

        return folder

    def members(self, assignment: str, folder: str) -> tuple[list[Student], str]:
        """Those whose submission it is: one student, or a group; nobody, and why."""
        found = self.received(assignment, folder)
        if found is not None and found.members:
            people = [
                Person(found.platform, name or "", "", email or "", (id,) if id else ())
                for id, name, email in found.members
            ]
            told = [self.students.find(person, assignment) for person in people]
            unknown = "; ".join(why for student, why in told if student is None)
            return [student for student, _ in told if student is not None], unknown
        student, why = self.owner(assignment, folder)
        column = self.rule(assignment).groups
        if column is None:
            return ([student] if student else []), why
        group = "" if why == "id" else self._named(assignment, folder, column)
        if not group and student:
            group = student.group(column)
        if group:
            return self._groups(column)[group], why
        return ([student] if student else []), why

    def _groups(self, column: str) -> dict[str, list[Student]]:
        """{group: its members}."""
        if column not in self._known_groups:
            found = self._known_groups[column] = {}
            for student in self.students.students:
                found.setdefault(student.group(column), []).append(student)
        return self._known_groups[column]

    @cached_property
    def _known_groups(self) -> dict[str, dict[str, list[Student]]]:
        return {}

    def _named(self, assignment: str, folder: str, column: str) -> str:
        """The group whose name a folder has, as Moodle names the folders of groups."""
        people = folder_people(folder, self.received(assignment, folder))
        keys = {name_key(person.name) for person in people} | {name_key(folder)}
        found = [group for group in self._groups(column) if group and name_key(group) in keys]
        return found[0] if len(found) == 1 else ""

    def folders(self, assignment: str, student: str, there: Sequence[str]) -> list[str]:
        """Which of the folders `there` have somebody's submission: the one that is called so, else
        those of the person who has this id in the class list, or of their group."""
        if student in there:
            return [student]
        person = self.students.get(student)
        return [f for f in there if person is not None and person in self.members(assignment, f)[0]]

    def key(self, assignment: str, folder: str) -> str:
        """A name for whose the folder is, the same in every assignment of theirs."""
        student, _ = self.owner(assignment, folder)
        return student.id if student else folder

    def received(self, assignment: str, folder: str) -> Received | None:
        known = self._received.get(assignment)
        if known is None:
            place = path_of(self.root, assignment, "…").parent
            names = [path.stem for path in place.glob("*.json")]
            known = {name: received(self.root, assignment, name) for name in names}
            self._received[assignment] = known
        return known.get(folder)

    @cached_property
    def _received(self) -> dict[str, dict[str, Received | None]]:
        return {}

    # When

    def days(self, assignment: str, folder: str) -> float:
        """Days of extension: the longest of those that somebody gave, in a group to any of it."""
        students, _ = self.members(assignment, folder)
        places = (self.rules.extensions, self.rule(assignment).extensions)
        days = [place.students.get(plain(folder), 0.0) for place in places]
        for student in students:
            days.append(student.extension_days)
            for place in places:
                days.append(place.students.get(plain(student.id), 0.0))
                days += [
                    more for name, more in place.sections.items() if is_of(name, student.section)
                ]
        return max(days)

    def deadline(self, assignment: str, folder: str) -> Deadline | None:
        rule = self.rule(assignment)
        return None if rule.due is None else deadline(rule, self.days(assignment, folder))

    def arrived(self, assignment: str, folder: str, due: Deadline) -> Arrived:
        """When a submission came, from what the platform alone can have written."""
        found = self.received(assignment, folder)
        time = self._time(assignment, folder, found)
        if time is not None:
            return Arrived(time)
        if found is None:
            return Arrived(by_nbgrader=True)
        if found.time:
            return Arrived(self._utc(assignment, found.time))
        if found.late and due.extension:
            return Arrived(
                note="Canvas calls it late, not by how much, and there is an extension here: it "
                "counts as on time"
            )
        if found.late:
            return Arrived(due.end + KNOWN_LATE, note="Canvas calls it late, not by how much")
        if found.late is None:
            return Arrived(
                note="nobody says when it came: give Moodle's worksheet to `cnncourse students`"
                if found.platform == "moodle"
                else "nobody says when it came"
            )
        return Arrived()

    def _time(self, assignment: str, folder: str, found: Received | None) -> datetime | None:
        """When Moodle's worksheet says that it came; None if it does not, or it came elsewhere."""
        times = self._times(assignment)
        if found is None and (student := self.students.get(folder)):
            return times.get(student.link("moodle", assignment))
        person = folder_people(folder, found)[0]
        if person.platform != "moodle":
            return None
        return times.get(group_sign(person.name) if self._teams(assignment) else person.number)

    def _times(self, assignment: str) -> dict[str, datetime | None]:
        """{Moodle's number, or the sign of a group: time} of the worksheet that was read last."""
        if assignment not in self._read_times:
            try:
                stored = json.loads(_times_path(self.root, assignment).read_bytes())
            except (OSError, ValueError):
                stored = {}
            self._read_times[assignment] = self._in_utc(assignment, stored)
        return self._read_times[assignment]

    def say_times(self, assignment: str, times: dict[str, str]) -> None:
        """Take these for a worksheet's times, as `write_times` would, and write nothing."""
        self._read_times[assignment] = self._in_utc(assignment, times)

    def _in_utc(self, assignment: str, times: dict[str, str]) -> dict[str, datetime | None]:
        return {sign: self._utc(assignment, text) if text else None for sign, text in times.items()}

    @cached_property
    def _read_times(self) -> dict[str, dict[str, datetime | None]]:
        return {}

    def _utc(self, assignment: str, text: str) -> datetime:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            due = self.rule(assignment).due
            time = time.replace(tzinfo=self.rules.zone or (due and due.tzinfo) or ZoneInfo("UTC"))
        return utc(time)

    def times_are_old(self, assignment: str, folders: Iterable[str]) -> bool:
        """Was something collected after the worksheet that tells the times was read?"""
        try:
            read = _times_path(self.root, assignment).stat().st_mtime_ns
        except FileNotFoundError:
            return False
        place = self.root / "grading" / "collected" / assignment
        return any(
            path.exists() and path.stat().st_mtime_ns > read
            for path in (place / f"{folder}.json" for folder in folders)
        )


def write_times(root: str | Path, assignment: str, times: dict[str, str]) -> None:
    """Keep a worksheet's times, by number or sign of a group, in Moodle's own clock."""
    write_whole(_times_path(root, assignment), json.dumps(times, indent=1))


def _times_path(root: str | Path, assignment: str) -> Path:
    return Path(root, "grading", "times", f"{assignment}.json")


JOINT = ", and |, | and | und | e "  # Canvas joins the names of several sections to a sentence


def is_of(name: str, section: str) -> bool:
    """Is a section one of those in this text? Its own name may hold what joins others.

    >>> is_of("B", "A and B"), is_of("Mon, 10:00", "Mon, 10:00 and Tue, 9:00"), is_of("A", "AB")
    (True, True, False)
    """
    found = re.search(f"(?:^|{JOINT}){re.escape(name)}(?:$|{JOINT})", plain(section))
    return bool(name and found)
