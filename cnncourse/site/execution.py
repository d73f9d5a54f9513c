"""Execute every chapter in the same environment, and miss none of its pictures, light and dark.

A kernel whose matplotlib draws elsewhere (MPLBACKEND=agg, say) leaves a page without pictures and
without any error.
"""

import os
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from cnncourse import dark, steady

SHOWS = re.compile(r"^plt\.show\(\)", re.MULTILINE)


def require_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """Raise ExtensionError where a cell was executed, calls plt.show() and left no image."""
    if app.config.nb_execution_mode == "off":
        return
    for cell in doctree.findall(lambda node: _is(node, "cell_code")):
        source = "".join(part.astext() for part in cell.children if _is(part, "cell_code_source"))
        mimes = [node["mime_type"] for node in cell.findall(nodes.container) if "mime_type" in node]
        if SHOWS.search(source) and not any(mime.startswith("image/") for mime in mimes):
            raise ExtensionError(
                f"cnncourse.site.execution: in page {app.env.docname} the cell at line "
                f"{cell.line} calls plt.show(), but left no picture: does the page choose a "
                f"backend of matplotlib's? The cell is\n{source}"
            )


def _is(node: nodes.Node, kind: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == kind


def setup(app: Sphinx) -> None:
    steady.hold()
    os.environ[dark.ASKED] = "1"
    app.connect("doctree-read", require_pictures)
