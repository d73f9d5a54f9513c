"""`cnncourse data`: fetch CIFAR-10, read it once, say where it is."""

import argparse
from pathlib import Path

from cnncourse.course import CourseError, data_folder
from cnncourse.language import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
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


def run(options: argparse.Namespace) -> None:
    from cnncourse.data.cifar import choose_source, cifar10
    from cnncourse.data.places import UNFINISHED, find_batches

    for left in options.root.glob(UNFINISHED + "*"):
        print(
            tr(
                "{left} is left from an interrupted or still running download; nothing in "
                "it is used. Delete it if no other download runs.",
                left=left,
            )
        )
    try:
        source = choose_source(options.root, options.source)
    except ValueError as error:
        raise CourseError(str(error)) from error
    if source == "synthetic":
        print(tr("CNNCOURSE_CIFAR10 asks for the synthetic stand-in: there is nothing to fetch."))
        return
    train, test = cifar10(options.root, source)
    where = options.root / "cifar10" if source == "folder" else find_batches(options.root)
    print(
        tr(
            "{name}: {count:,} training and {count2:,} test images in {where}",
            name=train.name,
            count=len(train),
            count2=len(test),
            where=where,
        )
    )
