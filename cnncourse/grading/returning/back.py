"""Whose grade each line of a platform's table gets, and the files that carry grades back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from cnncourse.course import source_file
from cnncourse.grading.gradebook.scores import Score
from cnncourse.grading.platforms import canvas, moodle
from cnncourse.grading.platforms.moodle import Filled, Worksheet
from cnncourse.grading.platforms.people import Person, name_key, sortable_keys
from cnncourse.grading.term.classlist import ONE, folder_people
from cnncourse.grading.term.standing import Term

from .grades import Grades


@dataclass
class Matched:
    """of: {number of the line's person: whose grade it gets}. notes: what could not be matched."""

    of: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Return:
    """What goes back: the table, the archive of feedback or None, and what must be said before."""

    filled: Filled
    archive: bytes | None
    pages: int
    notes: list[str]


def match(term: Term, found: Grades, people: Sequence[Person], teams: bool = False) -> Matched:
    """Whose grade each person gets: told by the platform's number, or by the class list.

    teams: the platform's numbers in the names of folders are those of groups, not of people.
    """
    done = Matched()
    folders = {score.student for score in found.of.values()}
    keys: dict[str, list[str]] = {}
    for key, score in found.of.items():
        keys.setdefault(score.student, []).append(key)
    numbered: dict[str, list[tuple[str, Person]]] = {}
    for folder in folders:
        for person in folder_people(folder, term.received(found.assignment, folder)):
            numbered.setdefault(person.number, []).append((folder, person))
    doubtful, by_name, unnumbered = [], [], []
    for person in people:
        if not person.number:
            unnumbered.append(str(person))
            continue
        told, how = _keys(term, found, person, keys, numbered, teams)
        if len(told) > 1:
            doubtful.append(f"{person}: {' or '.join(sorted(told))}")
        elif told:
            done.of[person.number] = told.pop()
            if how == "name":
                by_name.append(f"{person}: {done.of[person.number]}")
        elif how:
            doubtful.append(how)
    twice = [
        key
        for key, times in Counter(done.of.values()).items()
        if times > 1 and not (teams and key in folders)
    ]
    done.of = {number: key for number, key in done.of.items() if key not in twice}
    if unnumbered:
        done.notes.append(
            f"{len(unnumbered)} lines have no identifier as the platform writes it, and are left "
            f"out; download the table again: {'; '.join(unnumbered)}"
        )
    if doubtful:
        done.notes.append(f"left out, for it is not clear who they are: {'; '.join(doubtful)}")
    if twice:
        done.notes.append(f"left out, for two lines are theirs: {'; '.join(twice)}")
    if by_name:
        done.notes.append(f"told by the name alone: {'; '.join(by_name)}")
    reached = {*done.of.values(), *twice}
    if missing := sorted(key for key in found.of if key not in reached):
        shown = [_shown(term, found.of[key], key) for key in missing]
        done.notes.append(f"have a grade, and no line in this table: {'; '.join(shown)}")
    return done


def _shown(term: Term, score: Score, key: str) -> str:
    student = term.students.get(key)
    return f"{key} ({student.name})" if student and student.name else key


def _keys(
    term: Term,
    found: Grades,
    person: Person,
    keys: dict[str, list[str]],
    numbered: dict[str, list[tuple[str, Person]]],
    teams: bool,
) -> tuple[set[str], str]:
    """Who with a grade a line's person is, by each thing that tells; how, or why it is not told."""
    told: set[str] = set()
    if teams and person.group:
        group = name_key(person.group)
        named = [folder for folder in keys if group in _names(term, found, folder)]
        told |= {key for folder in named[:2] for key in keys[folder] if key == folder}
    elif not teams:
        for folder, known in numbered.get(person.number, []):
            certain = term.received(found.assignment, folder) is not None
            if _agree(person, known, certain) and len(keys[folder]) == 1:
                told |= set(keys[folder])
    for id in {*person.ids, person.login, person.email} - {""}:  # as folders may be called
        told |= {id} & found.of.keys()
    student, how = term.students.find(person, found.assignment)
    if student is None and how.endswith(ONE):
        return set(), how
    if student is not None and how == "name" and (told or student.id not in found.of):
        return told, "number" if told else ""  # names change; a number says more
    if student is not None and (student.id in found.of or told):
        told.add(student.id)
    return told, how if how != "number" or told else ""


def _agree(person: Person, known: Person, certain: bool) -> bool:
    """Is the number in a folder's name this person's? Moodle and Canvas both number people."""
    if person.platform != known.platform:
        return False
    if certain or known.name != known.name.lower() or "-" in known.name:
        return True
    return name_key(known.name) in {name_key(person.name), *sortable_keys(person.name)}


def _names(term: Term, found: Grades, folder: str) -> set[str]:
    people = folder_people(folder, term.received(found.assignment, folder))
    return {name_key(person.name) for person in people}


# Files


def to_moodle(term: Term, found: Grades, sheet: Worksheet, scale: bool) -> Return:
    """The worksheet with the grades, and the archive with the pages of all who have one."""
    people = [line.person for line in sheet.lines]
    matched = match(term, found, people, teams="group" in sheet.head)
    points = {number: found.of[key].final for number, key in matched.of.items()}
    filled = moodle.fill(sheet, points, found.most, scale)
    pages, lacking = {}, []
    for person in people:
        if person.number in matched.of and person.number in {*filled.changed, *filled.same}:
            key = matched.of[person.number]
            page = _page(term.root, found.of[key])
            if page is None:
                lacking.append(key)
            else:
                pages[person.number, person.name] = (f"{found.assignment}.html", page)
    notes = [*sheet.notes, *matched.notes, *filled.notes]
    if lacking:
        notes.append(
            f"no page of feedback; `cnncourse grade {found.assignment}` makes it: "
            + "; ".join(lacking)
        )
    archive = moodle.feedback_archive(pages) if pages else None
    return Return(filled, archive, len(pages), notes)


def _page(root: Path, score: Score) -> bytes | None:
    name = score.assignment
    path = root / "grading" / "feedback" / score.student / name / f"{name}.html"
    try:
        return path.read_bytes()
    except OSError:
        return None


def to_canvas(
    term: Term, found: Grades, book: canvas.Gradebook, column: str | None, scale: bool
) -> tuple[str, Return]:
    """The column's header, and the gradebook with the grades in it."""
    name = found.assignment
    wanted = column or term.rule(name).canvas
    at = canvas.column(book, [name, *_titles(term.root, name)], wanted)
    people = [line.person for line in book.lines if not canvas.is_test_student(line)]
    matched = match(term, found, people)
    points = {number: found.of[key].final for number, key in matched.of.items()}
    filled = canvas.fill(book, at, points, found.most, scale)
    return book.head[at], Return(filled, None, 0, [*book.notes, *matched.notes, *filled.notes])


def _titles(root: Path, name: str) -> list[str]:
    """What the assignment's own notebook is called."""
    notebook = nbformat.read(source_file(root, name), as_version=4)
    lines = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
    ]
    return [line[2:].strip() for line in lines if line.startswith("# ")][:1]
