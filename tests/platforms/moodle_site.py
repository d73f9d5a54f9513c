"""An assignment in Moodle that writes worksheets and takes them back as Moodle's own code does.

Written from what is known of mod/assign/feedback/offline and feedback/file: what is skipped, read
as another number or erased without a word is so here, too. Nothing of the course is used.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LANGUAGES = {
    "en": {
        "hidden": "Participant ",
        "identifier": "Identifier",
        "name": "Full name",
        "email": "Email address",
        "idnumber": "ID number",
        "status": "Status",
        "group": "Group",
        "grade": "Grade",
        "maximum": "Maximum Grade",
        "scale": "Scale",
        "can": "Grade can be changed",
        "yes": "Yes",
        "no": "No",
        "submitted": "Last modified (submission)",
        "graded": "Last modified (grade)",
        "comments": "Feedback comments",
        "mark": ".",
    },
    "de": {
        "hidden": "Teilnehmer/in",
        "identifier": "ID",
        "name": "Vollständiger Name",
        "email": "E-Mail-Adresse",
        "idnumber": "ID-Nummer",
        "status": "Status",
        "group": "Gruppe",
        "grade": "Bewertung",
        "maximum": "Bestwertung",
        "scale": "Skala",
        "can": "Bewertung kann geändert werden",
        "yes": "Ja",
        "no": "Nein",
        "submitted": "Zuletzt geändert (Abgabe)",
        "graded": "Zuletzt geändert (Bewertung)",
        "comments": "Feedback als Kommentar",
        "mark": ",",
    },
    "it": {
        "hidden": "Partecipante",
        "identifier": "Identificativo",
        "name": "Nome",
        "email": "Indirizzo email",
        "idnumber": "Codice identificativo",
        "status": "Stato",
        "group": "Gruppo",
        "grade": "Valutazione",
        "maximum": "Valutazione massima",
        "scale": "Scala",
        "can": "La valutazione può essere cambiata",
        "yes": "Sì",
        "no": "No",
        "submitted": "Ultima modifica (consegna)",
        "graded": "Ultima modifica (valutazione)",
        "comments": "Commenti",
        "mark": ",",
    },
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}


@dataclass
class Member:
    """Somebody in the course, and what Moodle holds of them for this assignment."""

    name: str
    number: int
    email: str = ""
    idnumber: str = ""
    group: str = ""
    submitted: datetime | None = None
    grade: float | str | None = None
    graded: datetime | None = None
    comment: str = ""
    locked: bool = False
    files: dict[str, bytes] = field(default_factory=dict)


class Assignment:
    """`skipped` counts lines that an import passed over without a word."""

    def __init__(
        self,
        members,
        language="en",
        maximum=20.0,
        scale=(),
        blind=False,
        teams=False,
        identity=("email",),
        comments=True,
        escapes=True,
        decimals=2,
        now=datetime(2026, 11, 27, 12, 0),
    ):
        self.members = {member.number: member for member in members}
        self.words, self.language = LANGUAGES[language], language
        self.maximum, self.scale, self.blind, self.teams = maximum, scale, blind, teams
        self.identity, self.comments, self.escapes, self.now = identity, comments, escapes, now
        self.decimals, self.skipped = decimals, 0

    # What is downloaded

    def worksheet(self):
        w = self.words
        head = [w["identifier"]]
        if not self.blind:
            head += [w["name"], *(w[name] for name in self.identity)]
        head += [w["status"], *([w["group"]] if self.teams else []), w["grade"]]
        head += [w["scale"] if self.scale else w["maximum"], w["can"], w["submitted"], w["graded"]]
        head += [w["comments"]] if self.comments else []
        rows = [head]
        for m in self.members.values():
            row = [f"{w['hidden']}{m.number}"]
            if not self.blind:
                row += [m.name, *(getattr(m, name) for name in self.identity)]
            row += ["Submitted"] + ([m.group] if self.teams else [])
            row += [self._grade(m.grade)]
            row += ["   ".join(self.scale) if self.scale else self._grade(self.maximum)]
            row += [
                w["no"] if m.locked else w["yes"],
                self._date(m.submitted),
                self._date(m.graded),
            ]
            row += [m.comment.replace("\n", "   ")] if self.comments else []
            rows.append(row)
        return ("\ufeff" + "".join(self._line(row) for row in rows)).encode()

    def _line(self, cells):
        if self.escapes:
            cells = [
                "'" + c if c.lstrip()[:1] in ("=", "+", "-", "@") and c != "-" else c for c in cells
            ]
        quoted = ['"' + c.replace('"', '""') + '"' if re.search(r'[\s",]', c) else c for c in cells]
        return ",".join(quoted) + "\n"

    def _grade(self, grade):
        if grade is None or isinstance(grade, str):
            return grade or ""
        return f"{grade:.{self.decimals}f}".replace(".", self.words["mark"])

    def _date(self, time):
        if time is None:
            return "-"
        month = MONTHS[self.language].split()[time.month - 1]
        day = DAYS[self.language].split()[time.weekday()]
        if self.language == "en":
            hour = time.hour % 12 or 12
            half = "AM" if time.hour < 12 else "PM"
            return f"{day}, {time.day} {month} {time.year}, {hour}:{time.minute:02} {half}"
        point = "." if self.language == "de" else ""
        return f"{day}, {time.day}{point} {month} {time.year}, {time:%H:%M}"

    # What is uploaded

    def upload(self, data, ignore_modified=False):
        """Import a worksheet; ValueError where Moodle refuses the whole file."""
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").strip()
        records = php_csv(text)
        head, rows = records[0], records[1:]
        places = {cell: at for at, cell in enumerate(head)}  # the last of a name wins
        w = self.words
        for name in ("identifier", "grade", "graded"):
            if w[name] not in places:
                raise ValueError(f"invalidgradeimport: {w[name]} is not in {head}")
        if any(len(row) != len(head) for row in rows):
            rows = []  # nobody asks the reader for its error: "there are no changes"
        comment_at = places.get(w["comments"], 0) if self.comments else 0
        for row in rows:
            if self.escapes:  # the page in between escapes once more
                row = [
                    "'" + c if c.lstrip()[:1] in ("=", "+", "-", "@") and c != "-" else c
                    for c in row
                ]
            encoded = row[places[w["identifier"]]].encode()[len(w["hidden"].encode()) :]
            number = encoded.decode()
            member = self.members.get(int(number)) if number.isdigit() else None
            if member is None:
                self.skipped += 1
                continue
            stale = member.graded and member.graded > php_time(
                row[places[w["graded"]]]
            ) + timedelta(seconds=60)
            self._take_grade(member, row[places[w["grade"]]], stale and not ignore_modified)
            if comment_at and not (stale and not ignore_modified):
                member.comment = row[comment_at]

    def _take_grade(self, member, cell, stale):
        if self.scale:
            grade = cell if cell in self.scale else None
        else:
            text = cell.replace(" ", "")
            grade = None if text == "" else php_float(text.replace(self.words["mark"], "."))
        if grade is None or grade == member.grade:
            return
        if stale or member.locked or (not self.scale and not 0 <= grade <= self.maximum):
            self.skipped += 1
            return
        member.grade, member.graded = grade, self.now

    def upload_feedback(self, data):
        """Import an archive of feedback files."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                parts = entry.filename.split("/")
                if entry.is_dir() or any(part[:1] in (".", "~") for part in parts):
                    continue
                at = next((i for i, part in enumerate(parts) if self._names(part)), None)
                if at is None:
                    self.skipped += 1
                    continue
                pieces = parts[at].split("_", 4)
                member = self.members[int(pieces[1])]
                path = "/".join([*filter(None, pieces[4:]), *parts[at + 1 :]])
                member.files[path] = archive.read(entry)
                if member.graded is None:  # a grade record is made, with a time
                    member.graded = self.now

    def _names(self, part):
        pieces = part.split("_", 4)
        return (
            len(pieces) >= 4
            and pieces[1].isdigit()
            and int(pieces[1]) in self.members
            and pieces[2] in ("assignfeedback", "assignsubmission")
            and pieces[3] == "file"
        )


def php_float(text):
    """PHP's conversion: what it can read at the beginning, else 0."""
    found = re.match(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.?", text)
    return float(found[0]) if found else 0.0


def php_time(text):
    """strtotime, which knows English alone; anything else is 1970."""
    months = {month: n for n, month in enumerate(MONTHS["en"].split(), start=1)}
    for form in (
        r"(?:\w+, )?(?P<d>\d+) (?P<m>[A-Z]\w+) (?P<y>\d{4}),? (?P<H>\d+):(?P<M>\d\d)(?: (?P<h>[AP]M))?",
        r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d) (?P<H>\d+):(?P<M>\d\d)(?P<h>)",
    ):
        if found := re.fullmatch(form, text.strip()):
            month = months.get(found["m"]) or (int(found["m"]) if found["m"].isdigit() else 0)
            hour = int(found["H"])
            if found["h"]:
                hour = hour % 12 + 12 * (found["h"] == "PM")
            if month:
                return datetime(int(found["y"]), month, int(found["d"]), hour, int(found["M"]))
    return datetime(1970, 1, 1)


def php_csv(text):
    """fgetcsv with a backslash as escape: it hides the quote behind it, and stays itself."""
    records, cells, at = [], [], 0
    while at <= len(text):
        if at < len(text) and text[at] == '"':
            cell, at = "", at + 1
            while at < len(text):
                if text[at] == "\\" and at + 1 < len(text):
                    cell, at = cell + text[at : at + 2], at + 2
                elif text[at] == '"' and text[at + 1 : at + 2] == '"':
                    cell, at = cell + '"', at + 2
                elif text[at] == '"':
                    at += 1
                    break
                else:
                    cell, at = cell + text[at], at + 1
            end = re.compile(r"[,\n]|\Z").search(text, at).start()
            cell += text[at:end]
        else:
            end = re.compile(r"[,\n]|\Z").search(text, at).start()
            cell = text[at:end]
        cells.append(cell)
        at = end + 1
        if end == len(text) or text[end] == "\n":
            records.append(cells)
            cells = []
    return [record for record in records if record != [""]]


def read_back(data):
    """The cells of a file, for a look at it."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
