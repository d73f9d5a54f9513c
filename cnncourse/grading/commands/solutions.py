"""`cnncourse solutions`: notebooks of model answers, run and checked, to publish."""

import argparse
from pathlib import Path

from cnncourse.grading.publishing import solutions

from .folders import add_root

FOLDER = Path("_build", "solutions")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="assignments and chapters (default: all)"
    )
    add_root(parser)


def run(options: argparse.Namespace) -> None:
    root = Path(options.root).resolve()
    for name in options.names or solutions.names(root):
        for file, source in solutions.sources(name, root).items():
            solutions.make(source, root / FOLDER / file, root)
            print(FOLDER / file, flush=True)
    print(
        "They hold model answers and no hidden test. Nobody gets them before you publish them, by "
        "hand or with `cnncourse kit --solutions NAME`."
    )
