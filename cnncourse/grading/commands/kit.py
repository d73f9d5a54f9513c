"""`cnncourse kit`: pack what students get into a folder, and the same as an archive."""

import argparse
import shutil
from pathlib import Path

from cnncourse.course import course_language, edition_folder, public_address
from cnncourse.grading.publishing.solutions import published
from cnncourse.publishing import kit
from cnncourse.publishing.jupyter import not_executed
from cnncourse.site.execution_cache import cache_folder
from cnncourse.translating.edition import Edition

from .folders import add_root
from .solutions import FOLDER


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_root(parser)
    parser.add_argument(
        "--solutions",
        nargs="+",
        default=[],
        metavar="NAME",
        help="also pack the model answers of these, which `cnncourse solutions` made",
    )


def run(options: argparse.Namespace) -> None:
    root = Path(options.root).resolve()
    target = root / "_build" / "student-kit"
    if course_language(root) != "en":
        Edition(root, course_language(root)).write_book()
    answers = published(options.solutions, root / FOLDER, root)
    cache = cache_folder(root / "_build", root / "book")
    files = kit.pack(target, root, cache)
    for name, path in answers.items():
        place = target / "solutions" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    archive = kit.archive(target, target.with_suffix(".zip"))
    print(
        f"{len(files) + len(answers)} files in {target.relative_to(root)}/, and the same in "
        f"{archive.relative_to(root)}. Publish these; keep this repository private."
    )
    if bare := not_executed(edition_folder(root, course_language(root)), cache):
        print(
            f"{len(bare)} chapters have no pictures until they are run, for the site was not built "
            f"of them as they are now ({', '.join(bare[:5])}{', …' * (len(bare) > 5)}): `make book "
            "kit` packs them with theirs."
        )
    if public_address(root) is None:
        print(
            "Where the folder is published is not set in pyproject.toml ([tool.cnncourse]), so "
            "the notebooks have no link to Colab yet."
        )
