"""What is made of all pages once they are built: the search's index and the previews."""

import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer
from sphinx.application import Sphinx

from . import instructors, previews, search
from .progress import below

# The programs of cells, whose colors are most of a page's elements, and nothing that is looked for.
PROGRAM = re.compile(r'(?s)<div class="cell_input.*?<pre>.*?</pre>')
SPAN = re.compile(r"</?span[^>]*>")


def articles(app: Sphinx) -> dict[str, Tag]:
    """The students' pages as they were written, in the order of the table of contents.

    An incremental build writes only some of them, so they are read from the folder.
    """
    found = {}
    for page in ordered(app):
        text = Path(app.outdir, f"{page}.html").read_text(encoding="utf-8")
        text = PROGRAM.sub(lambda program: SPAN.sub("", program[0]), text)
        article = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer("article")).article
        if article is not None:
            found[page] = article
    return found


def ordered(app: Sphinx) -> list[str]:
    """All pages but those for instructors, the home page first, then as they are listed."""
    listed = [app.config.root_doc, *below(app.env, app.config.root_doc)]
    rest = sorted(app.env.found_docs - set(listed))
    return [page for page in [*listed, *rest] if not page.startswith(instructors.FOLDER)]


def write(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        found = articles(app)
        static = Path(app.outdir, "_static")
        Path(app.outdir, "searchindex.js").unlink(missing_ok=True)  # of Sphinx, in an older build
        static.joinpath(search.INDEX).write_text(search.script(found), encoding="utf-8")
        static.joinpath(previews.FILE).write_text(previews.script(found), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_css_file("finding.css", priority=910)  # after the theme's and site.css
    app.connect("build-finished", write)
