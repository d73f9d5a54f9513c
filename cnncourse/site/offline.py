"""Serve everything from the site itself: it asks nobody, and opens from a folder too."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

STATIC = Path(__file__).parent / "static"


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)


def configure(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(STATIC))
    config.html_favicon = str(STATIC / "favicon.svg")
    config.nb_ipywidgets_js = {}  # require.js and the widget manager; no page shows widgets
