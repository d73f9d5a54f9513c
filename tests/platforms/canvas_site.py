"""A course in Canvas that exports its gradebook and imports it as Canvas's own code does.

Written from what is known of lib/gradebook_importer.rb and lib/gradebook_exporter.rb. Nothing of
the course is used.
"""

import csv
import io
import re
from dataclasses import dataclass, field

TOTALS = re.compile(
    r"Current (Points|Score|Grade)|Final (Points|Score|Grade)|Override (Score|Grade)"
)


@dataclass
class User:
    """Somebody in the course; scores by the assignment's id: a number, "EX", "N/A" or None."""

    name: str  # sortable: "Lovelace, Ada"
    id: int
    login: str = ""
    sis: str = ""
    section: str = "Section 1"
    scores: dict[int, object] = field(default_factory=dict)


@dataclass
class Work:
    """An assignment."""

    title: str
    id: int
    possible: float = 20.0
    manual: bool = False


class Course:
    def __init__(self, users, works, mark=".", semicolons=False, bom=False, sis=False):
        self.users = {user.id: user for user in users}
        self.works = {work.id: work for work in works}
        self.mark, self.semicolons, self.bom, self.sis = mark, semicolons, bom, sis
        self.asked = []  # what a teacher would be asked for the whole file

    def export(self):
        sis = ["SIS User ID"] if self.sis else []
        head = ["Student", "ID", *sis, "SIS Login ID", "Section", "Notes"]
        head += [f"{work.title} ({work.id})" for work in self.works.values()]
        head += ["Assignments Current Points", "Current Score", "Final Score", "Final Grade"]
        width, lead = len(head), 5 + len(sis)
        points = ["    Points Possible", *[""] * (lead - 1)]
        points += [self._number(work.possible) for work in self.works.values()]
        points += ["(nur lesen)"] * (width - len(points))
        rows = [head]
        if any(work.manual for work in self.works.values()):
            manual = ["", *[""] * (lead - 1)]
            manual += ["Manual Posting" if work.manual else "" for work in self.works.values()]
            rows.append(manual + [""] * (width - len(manual)))
        rows.append(points)
        test = User("Student, Test", 999)
        for user in [*sorted(self.users.values(), key=lambda user: user.name), test]:
            name = f'="{user.name}"' if user.name.startswith("=") else user.name
            row = [name, str(user.id), *([user.sis] if sis else []), user.login, user.section, "n"]
            row += [self._score(user.scores.get(work)) for work in self.works]
            rows.append(row + ["1.00"] * (width - len(row)))
        text = io.StringIO()
        csv.writer(text, delimiter=";" if self.semicolons else ",", lineterminator="\n").writerows(
            rows
        )
        return ("\ufeff" * self.bom + text.getvalue()).encode()

    def _number(self, value):
        return f"{value:.2f}".replace(".", self.mark)

    def _score(self, value):
        return self._number(value) if isinstance(value, int | float) else value or ""

    def upload(self, data):
        """Import a gradebook; ValueError where Canvas refuses the whole file."""
        text = data.decode("utf-8")
        lines = [line for line in text.split("\n") if line.strip("; ,")]
        if text.startswith('\ufeff"'):
            raise ValueError("Illegal quoting in line 1")
        splits = [[len(line.split(mark)) for line in lines[:3]] for mark in ";,"]
        semicolons = len(set(splits[0])) == 1 and splits[0][0] > max(splits[1])
        rows = list(csv.reader(lines, delimiter=";" if semicolons else ",", strict=True))
        head = rows[0]
        section = self._header(head)
        columns, ignored = {}, set()
        for at in range(section + 1, len(head)):
            if TOTALS.search(head[at]):
                continue
            found = re.search(r"\((\d+)\)$", head[at])
            work = self.works.get(int(found[1])) if found else None
            if work is None:
                alike = [w for w in self.works.values() if w.title == head[at]]
                work = alike[0] if alike else None
            if work is None:
                self.asked.append(f"new assignment {head[at]}?")
            else:
                columns[at] = work.id
        changes = []
        for row in rows[1:]:
            if re.search("Points Possible", row[0]):
                ignored = {at for at in columns if re.search("read only", row[at])}
                continue
            if not any(row[: section + 1]):
                continue
            user = self._user(head, row)
            if user is None:
                self.asked.append(f"who is {row[0]}?")
                continue
            changes += [(user, columns[at], row[at].strip()) for at in columns if at not in ignored]
        if self.asked:
            raise ValueError(f"Canvas asks: {self.asked}")
        for user, work, cell in changes:
            self._take(user, work, cell)

    def _header(self, head):
        good = len(head) >= 4 and "Student" in head[0] and "ID" in head[1]
        rest = head[2:]
        for name in ("SIS User ID", "SIS Login ID", "Integration ID", "Root Account"):
            if rest[:1] == [name]:
                rest = rest[1:]
        if not good or not rest or "Section" not in rest[0]:
            raise ValueError(f"Invalid header row: {head}")
        return len(head) - len(rest)

    def _user(self, head, row):
        cells = dict(zip(head, row, strict=False))
        id = number(cells.get("ID", row[1]))
        if id is not None and int(id) in self.users:
            return self.users[int(id)]
        for user in self.users.values():
            if cells.get("SIS User ID") and user.sis == cells["SIS User ID"]:
                return user
        return next((user for user in self.users.values() if user.name == row[0]), None)

    def _take(self, user, work, cell):
        value = number(cell)
        if user.scores.get(work) == "N/A":
            return
        if cell.upper() in ("EX", "EXCUSED"):
            user.scores[work] = "EX"
        elif cell in ("", "-"):
            user.scores[work] = None  # erased
        else:
            user.scores[work] = cell if value is None else value


def number(cell):
    """What is only digits, points and commas: the last mark is the decimal one."""
    if not re.fullmatch(r"[\d.,]+%?", cell.strip()):
        return None
    parts = re.split(r"[.,]", cell.strip().rstrip("%"))
    return float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(parts[0])
