"""`cnncourse release`: generate exercises/ from solutions/."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError, assignments
from cnncourse.grading.publishing.release import generate

from .folders import add_root, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    add_root(parser)


def run(options: argparse.Namespace) -> None:
    names = [the_assignment(options.root, name) for name in options.names]
    refused = []
    for name in names or assignments(options.root):
        try:
            generate(name, Path(options.root, "exercises"), Path(options.root).resolve())
        except CourseError as error:  # the others' errors are to be told, too
            refused.append(str(error))
        else:
            print(f"exercises/{name}/{name}.ipynb")
    if refused:
        raise CourseError("\n".join(refused))
