"""`python -m cnncourse.data`: fetch CIFAR-10 and say where it is."""

import argparse
import sys
from pathlib import Path

from .cifar import choose_source, cifar10
from .images import DataError, data_folder
from .official import FOLDER, UNFINISHED


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m cnncourse.data",
        description="Fetch CIFAR-10 unless it is there, read it once, and say where it is.",
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=data_folder(),
        help="folder of all data sets (default: %(default)s)",
    )
    parser.add_argument(
        "--source",
        choices=("auto", "official", "folder"),
        default="auto",
        help="auto: the official copy, else a folder copy, else the download",
    )
    options = parser.parse_args(arguments)

    for left in options.root.glob(UNFINISHED + "*"):
        print(
            f"{left} is left from an interrupted or still running download; nothing in it is "
            "used. Delete it if no other download runs."
        )
    try:
        source = choose_source(options.root, options.source)
        if source == "synthetic":
            print("CNNCOURSE_CIFAR10 asks for the synthetic stand-in: there is nothing to fetch.")
            return 0
        train, test = cifar10(options.root, source)
    except (DataError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    where = options.root / ("cifar10" if source == "folder" else FOLDER)
    print(f"{train.name}: {len(train):,} training and {len(test):,} test images in {where}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
