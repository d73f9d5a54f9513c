"""The search: sections as hits, with excerpts, in one file that is loaded when somebody searches.

The file is a script, because a page that is opened from a folder may load scripts and nothing else.
It holds the texts; the index over them is made in the reader's browser by MiniSearch (`search.js`).
The texts, 0.5 MB and 160 kB compressed, are there for the excerpts anyway; MiniSearch (19 kB) makes
its index of them in 0.1 s. Lunr's index, made beforehand, is 1.1 MB more. Sphinx's own search knows
neither typing errors nor excerpts from a folder.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation

_ = get_translation("cnncourse")

INDEX = "search-index.js"
VENDOR = Path(__file__).parent / "vendor"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Nothing that a reader searches: drawings, signs, buttons, the works at the end of each chapter
# (they have a page), and the feedback on questions, which an excerpt would give away.
LEFT_OUT = ("svg", "script", "style", "button", "summary", "template")
LEFT_OUT_CLASSES = {"headerlink", "viewcode-link", "cnn-figure", "footnote", "fn-bracket"} | {
    "quiz-feedback",
    "quiz-score",
    "quiz-map",
    "eqno",
}
# Elements within a line of text; any other one begins a new word.
WITHIN = (
    "a",
    "abbr",
    "b",
    "code",
    "em",
    "i",
    "kbd",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
)


@dataclass
class Entry:
    """What a hit can be: a section, a term of the glossary, a function of the reference."""

    anchor: str
    title: str
    text: str = ""  # of its own: those of its sections are theirs
    code: str = ""  # and what the code printed

    def row(self) -> list[str]:
        return [self.anchor, *(_tidy(part) for part in (self.title, self.text, self.code))]


@dataclass
class _Reader:
    entries: list[Entry] = field(default_factory=list)

    def begin(self, anchor: object, title: Tag | None) -> Entry:
        self.entries.append(Entry(str(anchor), said(title) if title else ""))
        return self.entries[-1]

    def read(self, element: Tag, entry: Entry) -> None:
        for child in element.children:
            if isinstance(child, NavigableString):
                entry.text += "" if isinstance(child, PreformattedString) else child
            elif isinstance(child, Tag) and not _left_out(child):
                entry = self.element(child, entry)

    def element(self, child: Tag, entry: Entry) -> Entry:
        """Read an element, and return the entry that what follows it belongs to."""
        if child.name == "section" and child.get("id"):
            self.read(child, self.begin(child["id"], child.find(HEADINGS, recursive=False)))
        elif child.name == "dt" and child.get("id"):
            name = child.find(class_="descname")  # of a function, whose signature is code
            entry = self.begin(child["id"], name if isinstance(name, Tag) else child)
            entry.code += said(child) + "\n" if name else ""
            return entry
        elif child.name == "pre":
            entry.code += child.get_text() + "\n"
        elif child.name == "math":
            entry.text += formula(child)
        elif child.name not in HEADINGS:
            space = "" if child.name in WITHIN else " "
            entry.text += space
            self.read(child, entry)
            entry.text += space
        return entry


def entries(article: Tag) -> Iterator[Entry]:
    """What of a page can be found, in its order; parts without any text are left out."""
    reader = _Reader()
    reader.read(article, Entry("", ""))
    yield from (entry for entry in reader.entries if entry.title.strip())


def said(element: PageElement) -> str:
    """What a heading says."""
    if isinstance(element, Tag):
        if element.name == "math":
            return formula(element)
        parts = [said(child) for child in element.children]
        return "" if _left_out(element) else "".join(parts)
    return str(element)


def formula(element: PageElement) -> str:
    """A formula in a line: only a fraction needs more than its letters one after the other."""
    if not isinstance(element, Tag):
        return str(element)
    parts = [formula(child) for child in element.children]
    if element.name == "mfrac":
        return " / ".join(part if len(part) == 1 else f"({part})" for part in parts)
    return "".join(parts)


def _left_out(element: Tag) -> bool:
    classes = element.get_attribute_list("class")
    return element.name in LEFT_OUT or bool(LEFT_OUT_CLASSES & {str(name) for name in classes})


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# Pages that explain words: the first never stands above a chapter, the second does for a name only.
LAST, REFERENCE = "glossary", "api"


def script(articles: Mapping[str, Tag]) -> str:
    """The file: pages with their entries, [page, title, [[anchor, title, text, code], …]]."""
    rows = []
    for page, article in articles.items():
        found = [entry.row() for entry in entries(article)]
        if found:
            rows.append([page, found[0][1], found])
    index = {"last": LAST, "reference": REFERENCE, "pages": rows}
    data = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    return f"cnncourse.search({data});\n"


def texts() -> dict[str, str]:
    """What the search says, for its script."""
    return {
        "one": _("{all} section"),
        "some": _("{all} sections"),
        "best": _("The best {shown} of {all} sections"),
        "none": _("Nothing has “{query}”."),
        "instead": _("Looked for: {words}"),
        "failed": _("The search could not be loaded."),
    }


def give_form(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    context["search_index"] = INDEX
    context["search_texts"] = json.dumps(texts(), ensure_ascii=False, default=str)


def own_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "search", {"title": _("Search")}, "search.html"


def instead_of_sphinx(app: Sphinx) -> None:
    """Sphinx makes an index of its own, which every page would load."""
    if app.builder.format == "html":
        vars(app.builder)["search"] = False


def configure(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(VENDOR))


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("builder-inited", instead_of_sphinx)
    app.connect("html-collect-pages", own_page)
    app.connect("html-page-context", give_form)
    app.add_js_file("search.js", loading_method="defer")
