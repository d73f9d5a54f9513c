"""What a link leads to, shown beside it: a term, a box, an equation, a figure, a cited work.

What lies on the same page its script takes from there (`static/previews.js`). What lies on another
page is here: a page opened from a folder may not read others, so the parts that some page links to
are gathered in one script, which is loaded when a reader first rests on such a link.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping

from bs4 import Tag
from sphinx.application import Sphinx

FILE = "preview-data.js"
SHOWN = {"math", "admonition", "citation", "footnote"}  # classes of what is worth a look
CHAPTER = (
    "p > a:has(> .std-doc):last-child"  # where a term is treated, at the end of its definition
)
LEFT_OUT = ".headerlink, .backrefs, .label, button, script"


def script(articles: Mapping[str, Tag]) -> str:
    """The file: {address as the links have it: HTML}.

    articles: {page: its article}, all pages of the site that may be shown and may link.
    """
    found = {}
    for address in sorted(set(_addresses(articles))):
        page, _, anchor = address.partition(".html#")
        shown = part(articles[page], anchor) if page in articles else None
        if shown:
            found[address] = shown
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return f"cnncourse.previews({data});\n"


def _addresses(articles: Mapping[str, Tag]) -> Iterator[str]:
    """All links of pages to places of other pages."""
    for article in articles.values():
        for link in article.select('a[href*=".html#"]'):
            address = str(link["href"])
            if re.fullmatch(r"[\w-]+\.html#.+", address):
                yield address


def part(article: Tag, anchor: str) -> str | None:
    """What there is to see at an anchor, as HTML without ids and links; None if nothing short."""
    element = article.find(id=anchor)
    shown = worth_a_look(element) if isinstance(element, Tag) else None
    return bare(shown) if shown else None


def worth_a_look(element: Tag) -> Tag | None:
    """The element at an anchor, or what it stands for."""
    if element.name == "dt":  # a term
        return element.find_next_sibling("dd")
    if element.name == "figure" or SHOWN & {
        str(name) for name in element.get_attribute_list("class")
    }:
        return element
    return None


def bare(element: Tag) -> str:
    """The HTML of a copy that can stand on any page: nothing in it is a target or a stop."""
    shown = copy.copy(element)
    for part in shown.select(LEFT_OUT):
        part.decompose()
    for part in [shown, *shown.find_all(True)]:
        del part["id"], part["tabindex"], part["role"], part["loading"]
    for link in shown.select(CHAPTER) if shown.name == "dd" else ():
        link.decompose()
    for link in shown.find_all("a"):
        link.name, link.attrs = "span", {}
    if shown.name == "dd":
        return re.sub(r"\s*\n\s*", " ", shown.decode_contents()).strip()
    return re.sub(r"\s*\n\s*", " ", shown.decode()).strip()


def setup(app: Sphinx) -> None:
    app.add_js_file("previews.js", loading_method="defer")
