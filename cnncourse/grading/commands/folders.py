"""What several commands ask for: the course's folder, that of the submissions, an assignment."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError, assignments


def add_root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", default=".", help="the course's folder (default: this one)")


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Options --root and --submitted."""
    add_root(parser)
    parser.add_argument(
        "--submitted", metavar="DIR", help="folder of STUDENT/NAME/ (default: grading/submitted)"
    )


def submitted(options: argparse.Namespace) -> Path:
    return Path(options.submitted or Path(options.root, "grading", "submitted"))


def the_assignment(root: str, name: str) -> str:
    """The name, if it is one of an assignment's; CourseError that lists those that are."""
    known = assignments(root)
    if name not in known:
        raise CourseError(
            f"there is no assignment {name} in {Path(root, 'solutions')}; there are: "
            f"{', '.join(known) or 'none'}"
        )
    return name
