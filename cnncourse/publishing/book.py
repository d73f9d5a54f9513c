"""The book as its pages refer to each other: headings, labels, and the numbers of what is numbered.

Equations and figures are numbered by chapter, 4.1 and 4.2, as the site numbers them; on pages that
are no numbered chapters they are numbered together, 1 and 2, in the order of the table of contents.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import yaml
from docutils.nodes import make_id
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import default_slugify
from myst_parser.parsers.mdit import create_md_parser

from cnncourse.course import CourseError, Notebook, pages

FENCES = ("fence", "colon_fence")
# Directives whose content is Markdown with nothing in it that others refer to, or no Markdown.
OPAQUE = ("quiz", "eval-rst", "code-block", "math")


@dataclass(frozen=True)
class Place:
    """Where something is: its page, the heading above it, and its anchor on the site's page."""

    page: str
    heading: str  # its text; that of the page's title if nothing else comes before
    anchor: str


@dataclass
class Book:
    """What the pages hold that others refer to."""

    folder: Path
    parser: MarkdownIt
    bibliography: list[Path] = field(default_factory=list)
    suffixes: dict[str, str] = field(default_factory=dict)  # of the pages: .ipynb or .md
    titles: dict[str, str] = field(default_factory=dict)
    chapters: dict[str, int] = field(default_factory=dict)  # their numbers, by page
    sections: dict[tuple[str, str], Place] = field(default_factory=dict)  # by page and slug
    labels: dict[str, Place] = field(default_factory=dict)  # an equation's, or "(label)="
    equations: dict[str, str] = field(default_factory=dict)  # their numbers, by label
    figures: dict[tuple[str, str], str] = field(default_factory=dict)  # by page and cell

    def section(self, page: str, slug: str) -> Place | None:
        """The heading of a page that has this slug, or the label that is written like one."""
        return self.sections.get((page, slug)) or self.labels.get(slug)


def read_book(root: str | Path, more: Collection[str] = ()) -> Book:
    """Read the pages of the book in `root`/book, as `root`/_config.yml has them parsed.

    more: names of pages in no table of contents that are read, too.
    """
    root = Path(root)
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    parse = config.get("parse", {})
    book = Book(
        root / "book",
        create_md_parser(
            MdParserConfig(
                enable_extensions=parse.get("myst_enable_extensions", []),
                dmath_double_inline=parse.get("myst_dmath_double_inline", True),
            ),
            RendererHTML,
        ),
        [root / "book" / name for name in config.get("bibtex_bibfiles", [])],
    )
    book.chapters = chapter_numbers(root)
    counted: Counter[tuple[str, int | None]] = Counter()
    for page in [*pages(root), *more]:
        path = next(
            (
                path
                for path in (root / "book").glob(f"{page}.*")
                if path.suffix in (".ipynb", ".md")
            ),
            None,
        )
        if path is None:
            raise CourseError(
                f"_toc.yml names {page}, and book/ has neither notebook nor text of it"
            )
        book.suffixes[page] = path.suffix
        _Index(book, page, counted).read(read_page(path))
    return book


def chapter_numbers(root: str | Path) -> dict[str, int]:
    """The numbers of the chapters, {page: number}: one count through all numbered parts."""
    contents = yaml.safe_load(Path(root, "book", "_toc.yml").read_text(encoding="utf-8"))
    numbered = [part["chapters"] for part in contents.get("parts", ()) if part.get("numbered")]
    pages = [chapter["file"] for part in numbered for chapter in part]
    return {page: number for number, page in enumerate(pages, start=1)}


def read_page(path: Path) -> Notebook:
    """A page as a notebook; a text is one of a single cell."""
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4)
    text = path.read_text(encoding="utf-8")
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text, id="text")])


def directive(token: Token) -> tuple[str, str, dict[str, str], str] | None:
    """Name, argument, options and content of a directive; None for other fences.

    >>> directive(Token("colon_fence", "", 0, info="{dropdown} A hint", content=":open:\\nText"))
    ('dropdown', 'A hint', {'open': ''}, 'Text')
    """
    found = re.fullmatch(r"\{([^}]+)\}\s*(.*)", token.info.strip(), re.DOTALL)
    if token.type not in FENCES or found is None:
        return None
    lines, options = token.content.split("\n"), {}
    while lines and (option := re.fullmatch(r"\s*:([\w-]+):\s*(.*?)\s*", lines[0])):
        options[option[1]] = option[2]
        lines.pop(0)
    return found[1], found[2], options, "\n".join(lines).strip("\n")


def words(tokens: list[Token] | None) -> str:
    """What inline tokens say, without markup.

    >>> words(MarkdownIt().parseInline("The *same* `size`")[0].children)
    'The same size'
    """
    said = ""
    for token in tokens or ():
        said += " " if token.type in ("softbreak", "hardbreak") else token.content
    return said


class _Index:
    """Goes through a page from top to bottom and notes what it finds in the book."""

    def __init__(self, book: Book, page: str, counted: Counter[tuple[str, int | None]]) -> None:
        self.book, self.page, self.heading = book, page, ""
        self.counted = counted  # how many of a kind each chapter has so far
        self.slugs: list[str] = []
        self.waiting: list[str] = []  # labels, until it is seen what they stand at

    def read(self, notebook: Notebook) -> None:
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                self.markdown(cell.source)
            elif figure_of(cell.metadata):
                self.book.figures[self.page, cell.id] = self.number("figure")

    def markdown(self, text: str) -> None:
        tokens = self.book.parser.parse(text, {})
        for token, after in zip(tokens, [*tokens[1:], None], strict=False):
            match token.type:
                case "heading_open" if after is not None:
                    self.title(words(after.children))
                case "myst_target":
                    self.waiting.append(token.content)
                    continue
                case "math_block_label":
                    self.equation(token.info)
                case "colon_fence" | "fence":
                    self.fence(token)
            self.labeled()

    def fence(self, token: Token) -> None:
        self.labeled()
        found = directive(token)
        if found is None:
            return
        name, _, options, content = found
        if name == "math" and "label" in options:
            self.equation(options["label"])
        elif name not in OPAQUE:
            self.markdown(content)

    def title(self, title: str) -> None:
        self.heading = title
        slug = default_slugify(title)
        if slug in self.slugs:
            slug = f"{slug}-{self.slugs.count(slug)}"
        self.slugs.append(slug)
        self.book.titles.setdefault(self.page, title)
        self.book.sections[self.page, slug] = Place(self.page, title, make_id(title))

    def equation(self, label: str) -> None:
        self.book.equations[label] = self.number("equation")
        self.book.labels[label] = Place(self.page, self.heading, f"equation-{make_id(label)}")

    def number(self, kind: str) -> str:
        """The number of the next figure or equation of the page's chapter."""
        chapter = self.book.chapters.get(self.page)
        self.counted[kind, chapter] += 1
        count = self.counted[kind, chapter]
        return f"{chapter}.{count}" if chapter else str(count)

    def labeled(self) -> None:
        for label in self.waiting:
            self.book.labels[label] = Place(self.page, self.heading, make_id(label))
        self.waiting = []


def figure_of(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The caption and name that a cell's metadata gives to its picture; empty without one."""
    found = metadata.get("mystnb", {}).get("figure", {})
    return dict(found) if "caption" in found else {}


def markdown_of(notebook: Notebook) -> Iterator[str]:
    """The sources of a notebook's text cells."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
