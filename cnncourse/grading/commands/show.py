"""`cnncourse show`: a submission in a notebook, with the input on which each test failed."""

import argparse
import subprocess
import sys

from cnncourse.course import CourseError
from cnncourse.grading.disputes.show import show
from cnncourse.grading.intake.folders import students
from cnncourse.grading.term.standing import Term

from .examining import add_examining, settings_of
from .folders import add_folders, submitted, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment")
    parser.add_argument(
        "student", metavar="STUDENT", help="the folder of the submission, or an id in students.csv"
    )
    parser.add_argument(
        "--open", action="store_true", help="start JupyterLab with the notebook; it runs no cell"
    )
    add_examining(parser)
    add_folders(parser)


def run(options: argparse.Namespace) -> None:
    name = the_assignment(options.root, options.name)
    where = submitted(options)
    there = students(where, name) if where.is_dir() else []
    folders = Term(options.root).folders(name, options.student, there) or [options.student]
    if len(folders) > 1:
        raise CourseError(
            f"{options.student} has more than one submission of {name}; say which folder: "
            f"{', '.join(folders)}"
        )
    path, record = show(options.root, name, folders[0], where, settings_of(options))
    for test, said in record.messages.items():
        if said:
            print(f"{test}: {said}\n")
    print(f"{record.verdict}: {record.message}\nThe notebook is {path}.")
    if options.open:
        subprocess.run([sys.executable, "-m", "jupyterlab", str(path)], check=False)
