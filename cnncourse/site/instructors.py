"""The pages for instructors, book/instructors/: a part of the site out of the students' way.

They stand in no table of contents, no search finds them, and their menu is their own: it lists
them in the order in which their index names them. One link on the home page leads there.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

FOLDER = "instructors/"
INDEX = f"{FOLDER}index"
LINK = re.compile(r"\]\((\w+)\.md\)")


def set_apart(app: Sphinx, doctree: nodes.document) -> None:
    """Keep a page for instructors out of the search, and let it be in no table of contents."""
    if app.env.docname.startswith(FOLDER):
        app.env.metadata[app.env.docname].update(orphan=True, nosearch=True)


def listed(env: BuildEnvironment) -> list[str]:
    """The pages for instructors, in the order of their index; ExtensionError if it lacks one."""
    pages = {name for name in env.found_docs if name.startswith(FOLDER)} - {INDEX}
    text = Path(env.doc2path(INDEX)).read_text(encoding="utf-8")
    order = [page for name in LINK.findall(text) if (page := FOLDER + name) in pages]
    if missing := sorted(pages - set(order)):
        raise ExtensionError(f"book/{INDEX}.md has no link to {', '.join(missing)}")
    return [INDEX, *dict.fromkeys(order)]


def give_menu(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the menu of these pages in the place of the students'."""
    if page.startswith(FOLDER):
        context["instructors"] = [(name, app.env.titles[name].astext()) for name in listed(app.env)]
        context["sidebars"] = [
            "instructors-menu.html" if name.startswith("sbt-sidebar-nav") else name
            for name in context["sidebars"]
        ]


def setup(app: Sphinx) -> None:
    app.config.templates_path.append(str(Path(__file__).parent / "templates"))
    app.connect("doctree-read", set_apart, priority=900)  # after the page's own metadata
    app.connect(
        "html-page-context", give_menu, priority=400
    )  # before the theme looks for empty ones
