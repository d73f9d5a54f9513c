"""A gradebook with points in it that nobody had to run a notebook for."""

import shutil

from cnncourse.grading.gradebook.book import Book
from cnncourse.grading.gradebook.course import open_course, run
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.received import Received, as_text, path_of
from cnncourse.grading.records import Record, write_record
from cnncourse.whole import write_whole

PAGE = "<html><h4>{name} (Score: {points} / 11.0)</h4><ol>\n</ol><p>{student}</p></html>"


def give(root, points, name="tiny", verdict="wrong"):
    """Enter {folder: points} of an assignment like the tiny one: of each test, or of `hidden` alone,
    up to 4."""
    api = open_course(root, release_directory=str(root / "grading" / "release"))
    assignment = read_assignment(root, name)
    with Book(api, name, assignment.tests) as book:
        for student, got in points.items():
            tests = got if isinstance(got, dict) else {"hidden": got}
            record = Record(name, student, verdict, "", points=tests, unanswered=["why"])
            write_record(record, root / "grading" / "verdicts" / name / f"{student}.json")
            book.write(record)
            page = root / "grading" / "feedback" / student / name / f"{name}.html"
            write_whole(
                page, PAGE.format(name=name, points=float(sum(tests.values())), student=student)
            )


def another(root, name):
    """One more assignment like the tiny one."""
    source = root / "solutions" / name / f"{name}.ipynb"
    source.parent.mkdir()
    shutil.copy(root / "solutions" / "tiny" / "tiny.ipynb", source)
    api = open_course(root, release_directory=str(root / "grading" / "release"))
    run(api.generate_assignment, name)


def came(root, folder, platform, id, name="", assignment="tiny", **more):
    """What `cnncourse collect` writes of a submission."""
    found = Received(folder, platform, id=str(id), name=name, **more)
    write_whole(path_of(root, assignment, folder), as_text(found))
