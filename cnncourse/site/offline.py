"""Serve everything from the site itself: it asks nobody, and opens from a folder too."""

from importlib.resources import as_file, files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.fileutil import copy_asset

STATIC = Path(__file__).parent / "static"

# The Python package that carries MathJax 3; its name is no identifier.
MATHJAX = files("sphinx-mathjax-offline") / "static" / "mathjax"
# All that TeX input and CHTML output can ask for: the extensions are loaded on first use.
MATHJAX_PARTS = ("tex-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2")


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "mathjax")
    for part in MATHJAX_PARTS:
        destination = target / part
        destination.parent.mkdir(parents=True, exist_ok=True)
        with as_file(MATHJAX / part) as source:
            folder = destination if source.is_dir() else destination.parent
            copy_asset(str(source), str(folder))


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("build-finished", copy_mathjax)


def configure(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(STATIC))
    config.html_favicon = str(STATIC / "favicon.svg")
    config.mathjax_path = "mathjax/tex-chtml.js"
    config.mathjax_options = {"defer": "defer"}
    # The menu would fetch what is not copied, and make every formula a stop of the Tab key.
    config.mathjax3_config = {"options": {"enableMenu": False}}
    config.nb_ipywidgets_js = {}  # require.js and the widget manager; no page shows widgets
