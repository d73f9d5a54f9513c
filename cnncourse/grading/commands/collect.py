"""`cnncourse collect`: take in submissions, and say which were refused or are missing, and why."""

import argparse
from contextlib import closing
from pathlib import Path

from cnncourse.grading.intake.assignments import expected
from cnncourse.grading.intake.collect import Collection, collect
from cnncourse.grading.intake.folders import students
from cnncourse.grading.running.reader import Reader
from cnncourse.grading.term.standing import Term

from .folders import add_folders, submitted, the_assignment

MOST = 5  # names in a sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--from-zip",
        metavar="FILE",
        type=Path,
        help='what a platform gives under "download all submissions": Moodle, Canvas, Gradescope, '
        "Blackboard, Brightspace",
    )
    source.add_argument(
        "--from-folder",
        metavar="DIR",
        type=Path,
        help="the same unpacked, or STUDENT/NAME/, as nbgrader's exchange has it",
    )
    parser.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="open what was handed in with all your rights",
    )
    add_folders(parser)


def run(options: argparse.Namespace) -> str | None:
    name, target = the_assignment(options.root, options.name), submitted(options)
    source = options.from_zip or options.from_folder
    term = Term(options.root)
    with closing(Reader(not options.unsafe_no_sandbox)) as reader:
        reader.begin()  # while all assignments are read here
        found = collect(
            expected(options.root, name), source, target, reader, options.root, term.who(name)
        )
    for line in [*lines(found), *unlisted(options.root, name, target)]:
        print(line)
    count = f"{len(found.refused) + found.unlisted} entries refused"
    print(f"{len(found.taken)} submissions taken into {target}, {count}.")
    return None if found.taken else f"nothing could be taken. {nothing(found)}"


def lines(found: Collection) -> list[str]:
    """What is to be told of single submissions and entries, a line each."""
    told = [f"{who}: {note}" for who, about in sorted(found.taken.items()) for note in about.notes]
    told += [f"refused: {entry}: {reason}" for entry, reason in found.refused]
    if found.unlisted:
        told.append(f"refused: {found.unlisted:,} more")
    if found.listed.elsewhere:
        told.append(_elsewhere(found))
    return told


def unlisted(root: str, name: str, target: Path) -> list[str]:
    """Whose submissions are nobody's in the class list, and who of it handed in nothing."""
    term = Term(root)
    if not term.students:
        return []
    there, told = set(), []
    for folder in students(target, name):
        members, why = term.members(name, folder)
        there |= {student.id for student in members}
        if not members:
            told.append(f"not in the class list: {why}")
    missing = [student for student in term.students.students if student.id not in there]
    told += [f"handed in nothing: {s.id} {s.name}".rstrip() for s in missing]
    return told


def nothing(found: Collection) -> str:
    """What a download is that nothing could be taken of."""
    if not found.listed.entries:
        return "There is no file in it."
    if found.listed.elsewhere:
        return _elsewhere(found)
    return "The lines above say why."


def _elsewhere(found: Collection) -> str:
    others = found.listed.elsewhere
    names = ", ".join([*others][:MOST])
    return f"{sum(others.values()):,} entries are of other assignments: {names}."
