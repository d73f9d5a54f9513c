"""The licenses of what others made and the site ships, as files beside its pages: licenses/."""

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LIST, FOLDER = "THIRD-PARTY.md", "licenses/"


def copy(app: Sphinx, exception: Exception | None) -> None:
    """The list as a text file, which every browser shows, and the texts that it names."""
    if exception is None and app.builder.format == "html":
        course = Path(app.srcdir).parent
        target = Path(app.outdir) / FOLDER
        shutil.copytree(course / FOLDER, target, dirs_exist_ok=True)
        shutil.copyfile(course / LIST, target / Path(LIST).with_suffix(".txt"))


def lead_there(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The footer's link, which the configuration writes as from the first folder, from any."""
    footer, place = context.get("theme_extra_footer") or "", context["pathto"](FOLDER, 1)
    context["theme_extra_footer"] = footer.replace(f'"{FOLDER}', f'"{place}')


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", lead_there)
    app.connect("build-finished", copy)
