"""`cnncourse students`: fill or complete students.csv, and list who could not be told."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.grading.platforms import canvas, moodle
from cnncourse.grading.platforms.people import Person
from cnncourse.grading.platforms.sheets import read_sheet, rounded
from cnncourse.grading.term.classlist import ClassList, Merged, merge
from cnncourse.grading.term.standing import Term, write_times

from .folders import add_root, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        type=Path,
        help="Moodle's participants or grading worksheet, or Canvas's gradebook, as CSV "
        "(none: say who is in the list, and whose submissions are not)",
    )
    parser.add_argument(
        "--assignment",
        metavar="NAME",
        help="whose grading worksheets these are: Moodle numbers people in each one anew",
    )
    parser.add_argument(
        "--by-name",
        action="store_true",
        help="take people of one name for one person, unless an address or a number says otherwise",
    )
    add_root(parser)


def run(options: argparse.Namespace) -> str | None:
    name = options.assignment and the_assignment(options.root, options.assignment)
    term = Term(options.root)
    students, group = ClassList.read(options.root), "group"
    if name and (column := term.rule(name).groups):
        group = column
    unknown: list[str] = []
    times: dict[str, str] = {}
    for path in options.files:
        people, found = _people(path, name)
        times |= found
        unknown += rounded(read_sheet(path))
        done = merge(students, people, name, group, options.by_name)
        _tell(path, done)
        unknown += done.unknown
    if options.files:
        if times and name:
            write_times(options.root, name, times)
        print(f"{len(students.students)} people in {students.write(options.root)}")
    unknown += _folders_of_nobody(Term(options.root))
    if not unknown:
        return None
    print("\nNot told:")
    for sentence in unknown:
        print(f"  {sentence}")
    return (
        f"{len(unknown)} could not be told. Write Moodle's number into the column `moodle NAME`, "
        "or Canvas's into `canvas`, in the line of the person; or, where names are enough, use "
        "--by-name"
    )


def _people(path: Path, name: str | None) -> tuple[list[Person], dict[str, str]]:
    """The people of a table, whatever it is, and when they handed in if it says so."""
    sheet = read_sheet(path)
    if moodle.is_worksheet(sheet):
        worksheet = moodle.worksheet(path)
        if worksheet.blind:
            raise CourseError(
                f"{path} has no names, for the assignment is marked blind: it tells nobody apart. "
                "Give the worksheet that Moodle writes after the names are shown"
            )
        if name is None:
            raise CourseError(
                f"{path} is a grading worksheet, whose numbers are one assignment's; say which: "
                "--assignment NAME"
            )
        times, unclear = moodle.submitted(worksheet)
        for sentence in unclear:
            print(f"{path}, {sentence}")
        return [line.person for line in worksheet.lines], times
    if moodle.is_participants(sheet):
        return moodle.participants(sheet), {}
    if canvas.is_gradebook(sheet):
        book = canvas.gradebook(path, sheet)
        return [line.person for line in book.lines if not canvas.is_test_student(line)], {}
    raise CourseError(
        f"{path} is none of Moodle's participants, Moodle's grading worksheet and Canvas's "
        f"gradebook; its columns are {', '.join(sheet.head[:8])}"
    )


def _tell(path: Path, done: Merged) -> None:
    print(
        f"{path}: {len(done.added)} people added, {len(done.completed)} completed, "
        f"{done.same} as they were, {len(done.unknown)} not told"
    )
    for what, sentences in (
        ("told by the name alone", done.by_name),
        ("another name there; the list keeps its own", done.renamed),
        ("another number there; the list keeps its own", done.renumbered),
    ):
        for sentence in sentences:
            print(f"  {what}: {sentence}")


def _folders_of_nobody(term: Term) -> list[str]:
    """Submissions whose owner is not in the list."""
    submitted = term.root / "grading" / "submitted"
    if not term.students or not submitted.is_dir():
        return []
    found = []
    for folder in sorted(path for path in submitted.iterdir() if path.is_dir()):
        for name in term.names:
            if (folder / name).is_dir() and not folder.name.startswith("."):
                members, why = term.members(name, folder.name)
                if not members:
                    found.append(f"{name}: {why}")
    return found
