"""`cnncourse ranking`: print who trained best, and write grading/ranking.csv."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.grading.reports.ranking import NAME, ranking, table, write_csv

from .folders import add_root


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_root(parser)


def run(options: argparse.Namespace) -> None:
    entries, others = ranking(options.root)
    if not entries:
        raise CourseError(
            f"no graded submission of {NAME} came with weights that were measured on photographs. "
            "Grade first: cnncourse grade"
        )
    path = Path(options.root, "grading", "ranking.csv")
    write_csv(entries, path)
    for student, reason in others.items():
        print(f"not ranked: {student}: {reason}")
    print(f"{table(entries)}\n\nThe same is in {path}; the bonus comes on top of the 20 points.")
