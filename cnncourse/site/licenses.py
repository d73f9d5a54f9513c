"""The licenses of what others made and the site ships, as files beside its pages: licenses/."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

LIST = "THIRD-PARTY.md"


def copy(app: Sphinx, exception: Exception | None) -> None:
    """The list as a text file, which every browser shows, and the texts that it names."""
    if exception is None and app.builder.format == "html":
        course = Path(app.srcdir).parent
        target = Path(app.outdir) / "licenses"
        shutil.copytree(course / "licenses", target, dirs_exist_ok=True)
        shutil.copyfile(course / LIST, target / Path(LIST).with_suffix(".txt"))


def setup(app: Sphinx) -> None:
    app.connect("build-finished", copy)
