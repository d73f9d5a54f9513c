"""The interactive figures on the site: their script and style, and a still picture of each.

A cell that shows a figure leaves an empty element with the figure's state (cnncourse.figures).
Here it is filled with the still picture, which stays in print-outs of readers without JavaScript;
for all others the script puts the moving figure in its place.
"""

import html
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from cnncourse import figures
from cnncourse.figures import assemble

PLACE = re.compile(
    r'(<div class="cnn-figure" id=")(\w+)(" data-figure="(\w+)" data-state="([^"]*)">)'
    r"<p>[^<]*</p></div>"
)
# The part of a caption that tells what the still picture shows, up to its end.
ON_PAPER = re.compile(
    r'(<span class="caption-text">(?:(?!</p>).)*?)( On paper: (?:(?!</p>).)*?)'
    r"(</span>(?:<a|\s*</p>))",
    re.DOTALL,
)
WIDGET = "application/vnd.jupyter.widget-view+json"


def configure(app: Sphinx, config: Config) -> None:
    # A widget needs Jupyter's own scripts; the figure's HTML needs none.
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, ("*", WIDGET, None)]


def write_assets(app: Sphinx) -> None:
    """Put the script and the style where pages find them."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in assets().items():
        (folder / name).write_text(text, encoding="utf-8")


def assets() -> dict[str, str]:
    """The files of the figures, by name, a figure's data before the script that reads it."""
    classes = [getattr(figures, name) for name in figures.__all__]
    return {
        **{f"{name}.js": assemble.read(name) for figure in classes for name in figure.data},
        "figures.js": assemble.script(
            {figure.__name__: figure.description for figure in classes},
            [name for figure in classes for name in figure.files()],
        ),
        "figures.css": assemble.STYLE.read_text("utf-8"),
    }


def fill_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Put the still pictures into a page that has figures, and have it load the script."""
    seen: list[str] = []
    data: set[str] = set()

    def place(match: re.Match[str]) -> str:
        name, file = match[2], assemble.still(match[4], html.unescape(match[5]))
        if not file.exists():
            raise ExtensionError(
                f"cnncourse.site.figures: page {pagename} shows {name} in a state "
                "that has no still picture; run: python tools/draw_stills.py"
            )
        seen.append(name)
        data.update(getattr(figures, match[4]).data)
        nth = seen.count(name)
        return (
            f"{match[1]}{name}{f'-{nth}' if nth > 1 else ''}{match[3]}"
            + file.read_text("utf-8")
            + "</div>"
        )

    context["body"] = PLACE.sub(place, context.get("body", ""))
    if seen:
        # Where the figure moves, its style hides this.
        context["body"] = ON_PAPER.sub(r'\1<span class="cnn-on-paper">\2</span>\3', context["body"])
        app.add_css_file("figures.css")
        for name in sorted(data):
            app.add_js_file(f"{name}.js", loading_method="defer", priority=800)
        app.add_js_file("figures.js", loading_method="defer", priority=810)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", fill_page)
