"""One table of the term: a line a person, a column an assignment, and the total by weights."""

from dataclasses import dataclass

from cnncourse.grading.gradebook.scores import Scores
from cnncourse.grading.platforms.sheets import as_csv, two_decimals
from cnncourse.grading.term.standing import Term

from .grades import Grades, grades

NOT_TOLD = "?"  # there is a submission, and no grade that could be given


@dataclass
class Table:
    """The file's text, and what must be said about it."""

    text: str
    people: int
    notes: list[str]


def table(term: Term, scores: dict[str, Scores]) -> Table:
    """Everybody of the class list, and whoever handed in and is not in it.

    The total is a share of the best, in percent: of the assignments in which somebody has a grade,
    weighted by course.toml. Nothing handed in counts as no points.
    """
    found = {
        name: grades(term, scores[name])
        for name in term.names
        if name in scores and scores[name].of
    }
    listed = {student.id: student for student in term.students.students}
    others = sorted({key for these in found.values() for key in _all(these)} - listed.keys())
    graded = [these for these in found.values() if these.of]
    rows = []
    for key in [*listed, *others]:
        student = listed.get(key)
        about = [student.name, student.email, student.section] if student else ["", "", ""]
        cells = [_cell(these, key) for these in found.values()]
        total = "" if NOT_TOLD in cells else _total(term, graded, key)
        rows.append([key, *about, *cells, total])
    head = ["id", "name", "email", "section", *_headings(found), "total in percent"]
    notes = [f"{name}: {note}" for name, these in found.items() for note in these.notes()]
    unknown = [f"{name}: {why}" for name, these in found.items() for why in these.nobody.values()]
    if unknown:
        notes.append(f"not in the class list, and at the table's end: {'; '.join(unknown)}")
    return Table(as_csv(head, rows), len(rows), notes)


def _all(these: Grades) -> set[str]:
    return {*these.of, *these.none_yet, *these.several}


def _headings(found: dict[str, Grades]) -> list[str]:
    return [f"{name} (of {these.most:g})" for name, these in found.items()]


def _cell(these: Grades, key: str) -> str | float:
    if key in these.of:
        return float(two_decimals(these.of[key].final))
    return NOT_TOLD if key in _all(these) else ""


def _total(term: Term, found: list[Grades], key: str) -> str | float:
    shares = [
        (term.rules.weight(these.assignment), these.of[key].final / these.most)
        if key in these.of
        else (term.rules.weight(these.assignment), 0.0)
        for these in found
        if these.most
    ]
    weights = sum(weight for weight, _ in shares)
    if not weights:
        return ""
    return float(two_decimals(100 * sum(weight * share for weight, share in shares) / weights))
