"""`cnncourse report`: print the report on an assignment and keep it in grading/reports/."""

import argparse
from contextlib import closing
from pathlib import Path

from cnncourse.grading.reports.report import report
from cnncourse.grading.running.reader import Reader

from .folders import add_folders, submitted, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment")
    parser.add_argument(
        "--earlier",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="submissions of an earlier term, STUDENT/NAME/, to compare with; may be given several "
        "times",
    )
    parser.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="read what was handed in with all your rights",
    )
    add_folders(parser)


def run(options: argparse.Namespace) -> None:
    name = the_assignment(options.root, options.name)
    with closing(Reader(not options.unsafe_no_sandbox)) as reader:
        text = report(options.root, name, submitted(options), reader, options.earlier)
    path = Path(options.root, "grading", "reports", f"{name}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(text + f"\nWritten to {path}.")
