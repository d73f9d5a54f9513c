"""What a page says of itself to search engines, to messengers and to the browser's frame.

Addresses are written where the site's own is set (`course.site_address`): a canonical one on each
page, a picture for those who share one, a sitemap. All else stands on every page.
"""

import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation

from cnncourse.course import course_languages, site_address

from . import card
from .editions import course_folder, folder_of
from .finding import ordered
from .formulas import mathml
from .search import formula

_ = get_translation("cnncourse")

MISSING = "404"
LONGEST = 200  # letters of a description; more is cut off by those who show it
# The theme's colors behind the text: what browsers on phones draw their frame in.
PAPER = {"light": "#ffffff", "dark": "#14181e"}
ADDRESS = re.compile(r'(\s(?:href|src|action|data-index|data-engine)=")(?!#|[a-z]+:|//)([^"]*)"')

Attributes = dict[str, str]


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None
) -> None:
    """Give the page its entries of the head, and its address."""
    if app.builder.format != "html":
        return
    address = site_address(Path(app.srcdir).parent) if _is_course(app) else None
    title = re.sub(r"<[^>]*>", "", str(context.get("title", ""))) or app.config.html_title
    text = description(app, page, document)
    place = None
    if address and page in app.env.found_docs:
        place = f"{address}/" if page == app.config.root_doc else f"{address}/{page}.html"
    context["pageurl"] = place
    context["head_metas"] = list(metas(title, app.config.html_title, text, place, address))


def metas(
    title: str, site: str, text: str, place: str | None, address: str | None
) -> Iterator[Attributes]:
    """The attributes of each <meta>."""
    if text:
        yield {"name": "description", "content": text}
    for scheme, color in PAPER.items():
        yield {
            "name": "theme-color",
            "content": color,
            "media": f"(prefers-color-scheme: {scheme})",
        }
    yield {"property": "og:type", "content": "website" if title == site else "article"}
    yield {"property": "og:title", "content": title}
    yield {"property": "og:site_name", "content": site}
    if text:
        yield {"property": "og:description", "content": text}
    if place and address:
        yield {"property": "og:url", "content": place}
        yield {"property": "og:image", "content": f"{address}/_static/{card.NAME}"}
        yield {"property": "og:image:width", "content": str(card.SIZE[0])}
        yield {"property": "og:image:height", "content": str(card.SIZE[1])}
        yield {"property": "og:image:alt", "content": card.alternative(site)}
        yield {"name": "twitter:card", "content": "summary_large_image"}


def description(app: Sphinx, page: str, document: nodes.document | None) -> str:
    """A sentence or two on a page; "" if it says nothing.

    Of the course, what pyproject.toml says; of a chapter, the question in its row of the home page;
    of any other page, its first paragraph.
    """
    root = app.config.root_doc
    if page == root and _is_course(app):
        project = tomllib.loads(
            Path(app.srcdir).parent.joinpath("pyproject.toml").read_text("utf-8")
        )
        return f"{project['project']['description']}."
    if document is None:
        return ""
    asked = questions(app.env.get_doctree(root)) if root in app.env.found_docs else {}
    return asked.get(page) or shortened(first_paragraph(document))


def questions(home: nodes.document) -> dict[str, str]:
    """{chapter: its question}, from rows of the home page's tables that begin with a link to it."""
    found = {}
    for row in home.findall(nodes.row):
        cells = list(row.findall(nodes.entry))
        links = [link for link in cells[0].findall(nodes.Element) if "reftarget" in link]
        text = cells[1].astext() if len(cells) > 1 else ""
        if len(links) == 1 and text.endswith("?"):
            found[str(links[0]["reftarget"]).removesuffix(".ipynb")] = text
    return found


def first_paragraph(document: nodes.document) -> str:
    """The first running text: no list, box, note or question."""
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            return "".join(_said(part) for part in paragraph.children)
    return ""


def _said(part: nodes.Node) -> str:
    """What a part of a paragraph says; of a formula, its letters."""
    if isinstance(part, nodes.math):
        found = BeautifulSoup(mathml(part.astext(), displayed=False), "html.parser")
        return formula(found)
    return part.astext()


def shortened(text: str, longest: int = LONGEST) -> str:
    """As many whole sentences as fit, else as many words.

    >>> shortened("One. Two three. Four.", 16), shortened("One two three", 9)
    ('One. Two three.', 'One two …')
    """
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= longest:
        return text
    start = text[: longest + 1]
    sentences = re.match(r".*[.?!](?=\s)", start)
    if sentences:
        return sentences[0]
    return f"{start[: longest - 1].rpartition(' ')[0]} …"


def missing_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page that a server shows for an address without one."""
    yield MISSING, {"title": _("No such page")}, "404.html"


def write(app: Sphinx, exception: Exception | None) -> None:
    """The home page under the name that servers look for; what needs the site's address."""
    if exception is not None or app.builder.format != "html" or not _is_course(app):
        return
    out = Path(app.outdir)
    # Not a page that only leads on: both lie in the same folder, so all links of the copy hold.
    shutil.copyfile(out / f"{app.config.root_doc}.html", out / "index.html")
    sitemap = out / "sitemap.xml"
    sitemap.unlink(missing_ok=True)
    if address := site_address(Path(app.srcdir).parent):
        if app.config.language == "en":  # the first folder's, which holds all languages
            sitemap.write_text(sitemap_of(addresses(app, address)), "utf-8")
        # A server shows it for a/b/c.html too, so its own links begin at the site's address.
        page = out / f"{MISSING}.html"
        page.write_text(absolute(page.read_text(encoding="utf-8"), address), encoding="utf-8")
        card.draw(app.config.html_title, out / "_static" / card.NAME)


def absolute(html: str, address: str) -> str:
    """A page of the first folder, whose links lead from anywhere to the site.

    >>> absolute('<a href="x.html#y"></a><a href="#z"></a>', "https://cnn.org")
    '<a href="https://cnn.org/x.html#y"></a><a href="#z"></a>'
    """
    html = ADDRESS.sub(rf'\g<1>{address}/\g<2>"', html)
    return re.sub(r'(data-(?:content_)?root=")\./?"', rf'\g<1>{address}/"', html)


def addresses(app: Sphinx, address: str) -> Iterator[dict[str, str]]:
    """For each page {language: its address}."""
    languages = course_languages(course_folder(app))
    for page in ordered(app):
        file = "" if page == app.config.root_doc else f"{page}.html"
        yield {language: f"{address}/{folder_of(language)}{file}" for language in languages}


def sitemap_of(pages: Iterable[Mapping[str, str]]) -> str:
    """The list of all pages for search engines (sitemaps.org, version 0.9).

    pages: of each one {language: its address}; pages in several languages name each other.
    """
    lines = ""
    for page in pages:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
            for language, address in page.items()
            if len(page) > 1
        )
        for address in page.values():
            lines += f"  <url><loc>{escape(address)}</loc>{others}</url>\n"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{lines}</urlset>\n'
    )


def _is_course(app: Sphinx) -> bool:
    """Is it the course, and no book of a test?"""
    return Path(app.srcdir).parent.joinpath("pyproject.toml").is_file()


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", describe)
    app.connect("html-collect-pages", missing_page)
    app.connect("build-finished", write, priority=100)  # else Jupyter Book writes an index.html
