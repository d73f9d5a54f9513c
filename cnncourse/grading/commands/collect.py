"""`cnncourse collect`: take in submissions, file by file, and say which were refused and why."""

import argparse
from pathlib import Path

from cnncourse.grading.intake.collect import collect

from .folders import add_folders, submitted, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--from-zip",
        metavar="FILE",
        type=Path,
        help='what Moodle or Canvas gives under "download all submissions"',
    )
    source.add_argument(
        "--from-folder",
        metavar="DIR",
        type=Path,
        help="STUDENT/NAME/, as nbgrader's exchange has it",
    )
    add_folders(parser)


def run(options: argparse.Namespace) -> str | None:
    name, target = the_assignment(options.root, options.name), submitted(options)
    taken, refused = collect(name, options.from_zip or options.from_folder, target)
    for entry, reason in refused:
        print(f"refused: {entry}: {reason}")
    print(f"{len(taken)} submissions taken into {target}, {len(refused)} entries refused.")
    return None if taken else "nothing could be taken."
