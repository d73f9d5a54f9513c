"""Where people put CIFAR-10: the folders and archives that are it under other names."""

import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = "cifar-10-batches-py"  # of the archive, and of torchvision below its root
UNFINISHED = "cifar-10-unfinished-"  # prefix of the temporary folder, never read from
BATCH = "data_batch_1"
# What browsers make of cifar-10-python.tar.gz: numbered, or unpacked once.
ARCHIVE = re.compile(r"cifar-10-python.*\.(tar\.gz|tgz|tar|gz)", re.IGNORECASE)


def find_batches(root: Path) -> Path | None:
    """The folder of the official files: below `root`, as the archive has it, or `root` itself.

    torchvision's own root lies one folder deeper where somebody gave it a name of its own, such
    as cifar10/. A folder of the archive's name counts even if files are missing.
    """
    for folder in (root, *_folders(root)):
        if (folder / FOLDER).exists():
            return folder / FOLDER
        if (folder / BATCH).is_file():
            return folder
    return None


def find_archives(root: Path) -> list[Path]:
    """Archives of CIFAR-10 in `root` or one folder deeper, the official name first."""
    found = (
        [
            path
            for folder in (root, *_folders(root))
            for path in folder.iterdir()
            if ARCHIVE.fullmatch(path.name) and path.is_file()
        ]
        if root.is_dir()
        else []
    )
    return sorted(found, key=lambda path: (len(path.parts), len(path.name), path.name))


def _folders(root: Path) -> Iterator[Path]:
    if root.is_dir():
        for path in sorted(root.iterdir()):
            if path.is_dir() and not path.name.startswith((".", UNFINISHED)):
                yield path
