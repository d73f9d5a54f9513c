"""The interactive figures on the site: scripts and style, and a still picture of each.

A cell that shows a figure leaves an empty element with the figure's state (cnncourse.figures).
Here it is filled with the still picture, which stays in print-outs of readers without JavaScript;
for all others the script puts the moving figure in its place.
"""

import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.locale import get_translation

from cnncourse import figures
from cnncourse.figures import assemble

PLACE = re.compile(
    r'(<div class="cnn-figure" id=")(\w+)(" data-figure="(\w+)" data-state="([^"]*)">)'
    r"<p>[^<]*</p></div>"
)
_ = get_translation("cnncourse")
# The part of a caption that tells what the still picture shows, up to its end.
ON_PAPER = (
    r'(<span class="caption-text">(?:(?!</p>).)*?)( {} (?:(?!</p>).)*?)(</span>(?:<a|\s*</p>))'
)
WIDGET = "application/vnd.jupyter.widget-view+json"


def configure(app: Sphinx, config: Config) -> None:
    # A widget needs Jupyter's own scripts; the figure's HTML needs none.
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, ("*", WIDGET, None)]


def write_assets(app: Sphinx) -> None:
    """Put the style, and what figures load when they need it, where pages find them."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in assets().items():
        if name != "figures.js":  # a page has one of its own (fill_page)
            (folder / name).write_text(text, encoding="utf-8")


def assets() -> dict[str, str]:
    """The files of all figures, by name, a figure's data before the script that reads it."""
    data = [name for figure in figures.__all__ for name in getattr(figures, figure).data]
    return {
        **{f"{name}.js": assemble.read(name) for name in data},
        "figures.js": script(figures.__all__),
        "figures.css": assemble.STYLE.read_text("utf-8"),
    }


def script_name(names: Iterable[str]) -> str:
    """The file of the figures of a page, which holds no others.

    >>> script_name(["Pooling", "Im2col", "Pooling"])
    'figures/Im2col-Pooling.js'
    """
    return f"figures/{'-'.join(sorted(set(names)))}.js"


def script(names: Iterable[str]) -> str:
    """The script of these figures: all that they share, each of them, and what shows them."""
    classes = [getattr(figures, name) for name in sorted(set(names))]
    return assemble.script(
        {figure.__name__: figure.description for figure in classes},
        list(dict.fromkeys(name for figure in classes for name in figure.files())),
    )


def fill_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Put the still pictures into a page that has figures, and have it load their script."""
    seen: list[str] = []
    kinds: list[str] = []

    def place(match: re.Match[str]) -> str:
        name, file = match[2], assemble.still(match[4], html.unescape(match[5]))
        if not file.exists():
            raise ExtensionError(
                f"cnncourse.site.figures: page {pagename} shows {name} in a state "
                "that has no still picture; run: python tools/draw_stills.py"
            )
        seen.append(name)
        kinds.append(match[4])
        nth = seen.count(name)
        # What is heavy is loaded when a reader comes near (host.js).
        needs = " ".join(getattr(figures, match[4]).data)
        return (
            f"{match[1]}{name}{f'-{nth}' if nth > 1 else ''}{match[3][:-1]}"
            + (f' data-needs="{needs}">' if needs else ">")
            + file.read_text("utf-8")
            + "</div>"
        )

    context["body"] = PLACE.sub(place, context.get("body", ""))
    if seen:
        # Where the figure moves, its style hides this.
        pattern = ON_PAPER.replace("{}", re.escape(str(_("On paper:"))))
        context["body"] = re.sub(
            pattern, r'\1<span class="cnn-on-paper">\2</span>\3', context["body"], flags=re.S
        )
        path = Path(app.outdir, "_static", script_name(kinds))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script(kinds), encoding="utf-8")
        app.add_css_file("figures.css")
        app.add_js_file(script_name(kinds), loading_method="defer", priority=810)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", fill_page)
