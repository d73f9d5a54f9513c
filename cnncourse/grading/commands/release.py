"""`cnncourse release`: generate exercises/ from solutions/."""

import argparse
from pathlib import Path

from cnncourse.course import assignments
from cnncourse.grading.publishing.release import generate

from .folders import add_root, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    add_root(parser)


def run(options: argparse.Namespace) -> None:
    names = [the_assignment(options.root, name) for name in options.names]
    for name in names or assignments(options.root):
        generate(name, Path(options.root, "exercises"), Path(options.root).resolve())
        print(f"exercises/{name}/{name}.ipynb")
