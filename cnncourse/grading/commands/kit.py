"""`cnncourse kit`: pack what students get into a folder, and the same as an archive."""

import argparse
from pathlib import Path

from cnncourse.course import public_address
from cnncourse.publishing import kit
from cnncourse.site.execution_cache import cache_folder

from .folders import add_root


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_root(parser)


def run(options: argparse.Namespace) -> None:
    root = Path(options.root).resolve()
    target = root / "_build" / "student-kit"
    files = kit.pack(target, root, cache_folder(root / "_build", root / "book"))
    archive = kit.archive(target, target.with_suffix(".zip"))
    print(
        f"{len(files)} files in {target.relative_to(root)}/, and the same in "
        f"{archive.relative_to(root)}. Publish these; keep this repository private."
    )
    if public_address(root) is None:
        print(
            "Where the folder is published is not set in pyproject.toml ([tool.cnncourse]), so "
            "the notebooks have no link to Colab yet."
        )
