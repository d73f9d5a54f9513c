"""`cnncourse new`: begin an assignment of one's own."""

import argparse
from pathlib import Path

from cnncourse.grading.publishing.new import begin

from .folders import add_root


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the assignment, as of its folder and file")
    parser.add_argument(
        "--chapter", help="the chapter that it belongs to (default: that of its name, else none)"
    )
    parser.add_argument("--title", default="", help="its heading (default: made of its name)")
    add_root(parser)


def run(options: argparse.Namespace) -> None:
    root, name = Path(options.root), options.name
    for path in begin(name, root, options.chapter, options.title):
        print(path.relative_to(root))
    print(
        "It is small and whole. Replace its cells by yours (`make lab`), and its stored answers; "
        f"then `cnncourse release {name}` tells what is wrong with it, or makes the students' "
        f"file, and `cnncourse try {name}` tells what its tests do not notice."
    )
