"""`cnncourse return`: what a learning platform takes back, and one table of the term."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.grading.gradebook.late import Plugin, Settled, settle
from cnncourse.grading.gradebook.lock import alone
from cnncourse.grading.platforms import canvas, moodle
from cnncourse.grading.returning.back import Return, to_canvas, to_moodle
from cnncourse.grading.returning.grades import Grades, grades
from cnncourse.grading.returning.table import table
from cnncourse.grading.term.standing import Term, write_times
from cnncourse.whole import write_bytes_whole, write_whole

from .folders import add_root, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the assignment")
    parser.add_argument(
        "--moodle",
        metavar="FILE",
        type=Path,
        help="the grading worksheet that Moodle gave: fill it, and pack the feedback",
    )
    parser.add_argument(
        "--canvas",
        metavar="FILE",
        type=Path,
        help="the gradebook that Canvas exported: fill the assignment's column",
    )
    parser.add_argument(
        "--csv",
        nargs="?",
        const="",
        metavar="FILE",
        help="one table of the term, of all assignments (default: grading/term.csv)",
    )
    parser.add_argument(
        "--column", metavar="TITLE", help="the column in Canvas, its title or the number in it"
    )
    parser.add_argument(
        "--scale",
        action="store_true",
        help="convert points where the platform has another maximum than the assignment",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be written, and write none of it"
    )
    add_root(parser)


def run(options: argparse.Namespace) -> int:
    if options.csv is None and not (options.moodle or options.canvas):
        raise CourseError("say where to: --moodle FILE, --canvas FILE or --csv")
    if options.name is None and (options.moodle or options.canvas):
        raise CourseError("say which assignment: cnncourse return NAME …")
    name = options.name and the_assignment(options.root, options.name)
    root, troubles = Path(options.root), 0
    term = Term(root)
    sheet = moodle.worksheet(options.moodle) if options.moodle else None
    book = canvas.gradebook(options.canvas) if options.canvas else None
    with alone(root / "grading"):
        if sheet is not None:
            times, unclear = moodle.submitted(sheet)
            for sentence in unclear:
                print(f"{options.moodle}, {sentence}")
            if times and options.dry_run:
                term.say_times(name, times)
            elif times:
                write_times(root, name, times)
        settled = settle(root, lambda: _plugin(root), term, options.dry_run)
    _tell_settled(settled, options.dry_run)
    if name:
        found = _grades(term, settled, name)
        troubles += _say([*found.notes(), *_nobody(found)])
        place = root / "grading" / "return" / name
        if sheet is not None:
            back = to_moodle(term, found, sheet, options.scale)
            troubles += _moodle(back, sheet, place, name, options.dry_run)
        if book is not None:
            header, back = to_canvas(term, found, book, options.column, options.scale)
            troubles += _canvas(back, header, book, place, options.dry_run)
    if options.csv is not None:
        made = table(term, settled.scores)
        troubles += _say(made.notes)
        path = Path(options.csv or root / "grading" / "term.csv")
        if not options.dry_run:
            write_whole(path, made.text)
        print(f"The term's table, {made.people} people: {path}")
    if troubles:
        print("What begins with ! needs somebody to look at it; all else is done.")
    return 1 if troubles else 0


def _plugin(root: Path) -> Plugin:
    from cnncourse.grading.gradebook.plugin import configured  # imports nbgrader: seconds

    return configured(root)


def _tell_settled(settled: Settled, dry_run: bool) -> None:
    if settled.changed:
        when = "that would be others" if dry_run else "that are others now"
        print(f"Penalties for being late {when}: {len(settled.changed)}")
        for score in settled.changed[:20]:
            print(f"  {score.assignment}, {score.student}: −{score.penalty:g}")
    unclear: dict[str, list[str]] = {}
    for name, folder, note in settled.notes:
        unclear.setdefault(f"{name}, {note}", []).append(folder)
    for note, folders in unclear.items():
        print(f"{note}: {'; '.join(folders)}")


def _grades(term: Term, settled: Settled, name: str) -> Grades:
    if name not in settled.scores or not settled.scores[name].of:
        raise CourseError(f"nobody has a grade for {name} yet: cnncourse grade {name}")
    return grades(term, settled.scores[name])


def _nobody(found: Grades) -> list[str]:
    return [f"not in the class list: {'; '.join(found.nobody.values())}"] if found.nobody else []


def _say(notes: list[str]) -> int:
    for note in notes:
        print(f"! {note}")
    return len(notes)


def _moodle(back: Return, sheet: moodle.Worksheet, place: Path, name: str, dry_run: bool) -> int:
    table, archive = place / sheet.path.name, place / f"{name}-feedback.zip"
    troubles = _say(back.notes)
    _tell_changes(back, "Moodle")
    if dry_run:
        return troubles
    if back.filled.changed:
        write_whole(table, back.filled.text)
        print(
            f"1. {table}: in Moodle, Upload grading worksheet, with Moodle in {sheet.language}, "
            "as it was downloaded. Grades that were changed in Moodle since then are skipped there."
        )
    else:
        table.unlink(missing_ok=True)
        print("No grade is new: there is no worksheet to upload.")
    if back.archive is not None:
        write_bytes_whole(archive, back.archive)
        print(
            f"2. {archive}, {back.pages} pages: in Moodle, Upload multiple feedback files in a "
            "zip. After the worksheet, or Moodle skips first grades without a word."
        )
    return troubles


def _canvas(back: Return, header: str, book: canvas.Gradebook, place: Path, dry_run: bool) -> int:
    path = place / book.path.name
    troubles = _say(back.notes)
    _tell_changes(back, "Canvas")
    if dry_run:
        return troubles
    if back.filled.changed:
        write_whole(path, back.filled.text)
        print(
            f"{path}: in Canvas, Grades, Import; the column is {header}. Canvas shows the changes "
            "first. If Canvas has a late policy of its own, it deducts from these points again."
        )
    else:
        path.unlink(missing_ok=True)
        print("No grade is new: there is nothing to import.")
    return troubles


def _tell_changes(back: Return, platform: str) -> None:
    filled = back.filled
    print(f"{len(filled.changed)} grades to write, {len(filled.same)} that {platform} has already.")
    for change in filled.replaced:
        print(f"  another grade than {platform} has: {change}")
