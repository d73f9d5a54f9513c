"""`cnncourse show`: a submission in a notebook, with the input on which each test failed."""

import argparse
import subprocess
import sys

from cnncourse.grading.disputes.show import show

from .examining import add_examining, settings_of
from .folders import add_folders, submitted, the_assignment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment")
    parser.add_argument("student", metavar="STUDENT", help="as the folder of the submission")
    parser.add_argument(
        "--open", action="store_true", help="start JupyterLab with the notebook; it runs no cell"
    )
    add_examining(parser)
    add_folders(parser)


def run(options: argparse.Namespace) -> None:
    name = the_assignment(options.root, options.name)
    path, record = show(
        options.root, name, options.student, submitted(options), settings_of(options)
    )
    for test, said in record.messages.items():
        if said:
            print(f"{test}: {said}\n")
    print(f"{record.verdict}: {record.message}\nThe notebook is {path}.")
    if options.open:
        subprocess.run([sys.executable, "-m", "jupyterlab", str(path)], check=False)
