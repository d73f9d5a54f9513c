"""The pages of the book made for Jupyter: notebooks in plain Markdown, and texts.

Generated from the one source, so that a change of a chapter needs no second edit. A translated
book goes the same way: give its folder as `root`.
"""

import ast
import base64
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell

from cnncourse import dark
from cnncourse.course import Cell, CourseError, Notebook, chapters
from cnncourse.figures import assemble
from cnncourse.language import tr

from .book import Book, figure_of, markdown_of, read_book, read_page
from .plain import Page
from .works import Works

GLUED = "application/papermill.record/text/plain"
WIDGET = "application/vnd.jupyter.widget-view+json"


class PlainBook:
    """The book in `root`/book for readers of notebooks.

    beside: the pages that will lie in one folder, all by default; what is linked and neither
    there nor on the published `site` becomes words without a link. cache: the folder in which the
    site's build keeps executed chapters; their pictures are in it, and in no stored notebook.
    """

    def __init__(
        self,
        root: str | Path,
        site: str | None = None,
        beside: Collection[str] | None = None,
        cache: Path | None = None,
    ) -> None:
        self.root, self.site, self.cache = Path(root), site, cache
        self.book: Book = read_book(root)
        self.works = Works(self.book.bibliography)
        self.beside = self.book.suffixes if beside is None else beside

    def file(self, page: str) -> Path:
        """The source of a page."""
        if page not in self.book.suffixes:
            raise CourseError(f"the book has no page {page!r}")
        return self.root / "book" / f"{page}{self.book.suffixes[page]}"

    def text(self, page: str) -> str:
        """A page that is no notebook, as plain Markdown."""
        (source,) = markdown_of(read_page(self.file(page)))
        return self._page(page, [source], {}).plain(source) + "\n"

    def notebook(self, page: str) -> Notebook:
        """A chapter, as a notebook in plain Markdown with its outputs."""
        notebook = read_page(self.file(page))
        executed = with_pictures(notebook, self.cache)
        executed.metadata.pop("widgets", None)  # the state of those whose kernel has ended
        sources = list(markdown_of(executed))
        plain = self._page(page, sources, glued(executed.cells))
        cells: list[Cell] = []
        for cell in executed.cells:
            if cell.cell_type == "markdown":
                cell.source = plain.plain(cell.source)
                cells.append(cell)
                continue
            figure = figure_of(cell.metadata)
            tidy(cell)
            cells.append(cell)
            if figure:
                number = self.book.figures[page, cell.id]
                called = tr("**Figure {number}.**", number=number)
                caption = f"{called} {plain.inline(figure['caption'])}"
                cells.append(new_markdown_cell(caption, id=f"{cell.id[:56]}-caption"))
        executed.cells = [cell for cell in cells if cell.cell_type == "code" or cell.source]
        return executed

    def glued_on(self, page: str) -> dict[str, Any]:
        """What the cells of a page glued, by name."""
        return glued(read_page(self.file(page)).cells)

    def _page(self, page: str, sources: Iterable[str], values: dict[str, Any]) -> Page:
        made = Page(self.book, page, self.works, values, self.beside, self.site, self.glued_on)
        for source in sources:
            made.scan(source)
        return made


def glued(cells: Iterable[Cell]) -> dict[str, Any]:
    """What a notebook's cells glued, by name: cnncourse.glue keeps the repr of each value."""
    found = {}
    for cell in cells:
        for output in cell.get("outputs", ()):
            if GLUED in output.get("data", {}):
                name = output.metadata["scrapbook"]["name"]
                found[name] = ast.literal_eval(output.data[GLUED])
    return found


def with_pictures(notebook: Notebook, cache: Path | None) -> Notebook:
    """The notebook with the outputs of its last execution by the site, if the cache has them."""
    if cache is None or not cache.is_dir():
        return notebook
    from jupyter_cache import get_cache

    try:
        _, executed = get_cache(str(cache)).merge_match_into_notebook(notebook)
    except KeyError:
        return notebook
    return executed


def not_executed(folder: Path, cache: Path | None) -> list[str]:
    """The chapters of a book that the site has not executed as they are, so without pictures."""
    names = chapters(folder)
    if cache is None or not cache.is_dir():
        return names
    from jupyter_cache import get_cache

    kept = get_cache(str(cache))
    return [name for name in names if not _is_kept(kept, folder / "book" / f"{name}.ipynb")]


def _is_kept(kept: Any, path: Path) -> bool:
    try:
        kept.match_cache_notebook(nbformat.read(path, as_version=4))
    except KeyError:
        return False
    return True


def tidy(cell: Cell) -> None:
    """Leave of a code cell what a reader of notebooks needs."""
    tags = cell.metadata.pop("tags", [])
    cell.metadata.pop("mystnb", None)
    cell.metadata.pop("execution", None)
    if "hide-input" in tags:
        cell.metadata["jupyter"] = {"source_hidden": True}
    if rest := [tag for tag in tags if not tag.startswith(("hide-", "remove-"))]:
        cell.metadata["tags"] = rest
    kept = []
    for output in cell.outputs:
        data = output.get("data", {})
        if GLUED in data or output.get("name") == "stderr":
            continue  # a number that the text has now; a progress bar
        if list(data) == ["text/plain"] and "".join(data["text/plain"]).startswith("<Figure size"):
            continue  # a picture that no stored notebook has
        data.pop(WIDGET, None)  # names a widget of a kernel that has ended
        output.get("metadata", {}).pop(dark.KEY, None)  # the site's alone
        show_still(data)
        kept.append(output)
    cell.outputs = kept


def show_still(data: dict[str, Any]) -> None:
    """Of a figure, put its still picture into the output, which is shown before it is trusted."""
    figure = assemble.shown_in("".join(data.get("text/html", "")))
    found = assemble.picture(*figure) if figure else None
    if found:
        del data["text/html"]
        data["image/png"] = base64.b64encode(found[0].read_bytes()).decode()


def write_notebook(notebook: Notebook, path: Path) -> None:
    """Write a notebook, valid by nbformat's own rules."""
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)
    path.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")


# What no notebook in plain Markdown holds, for the tests, and for whoever packs.
MARKUP = re.compile(
    r"\{[\w:.-]+\}`"  # a role
    r"|^\s*(?::{3,}|`{3,}\s*\{)"  # a directive
    r"|^\([\w-]+\)=\s*$"  # a label
    r"|\$\$ *\([\w:-]+\)"  # an equation's
    r"|\[\^"  # a footnote
    r"|^\+\+\+|\{\{",
    re.MULTILINE,
)


FENCED = re.compile(r"^\s*(`{3,})(?!\s*\{).*?^\s*\1", re.MULTILINE | re.DOTALL)
ROLE_OR_CODE = re.compile(r"(\{[\w:.-]+\}`)[^`\n]*`|(`+)(?!`).+?(?<!`)\2(?!`)")


def markup_left(text: str) -> list[str]:
    """What is left of MyST in a text outside of its code.

    >>> markup_left("{eq}`a` and `{eq}` and $$ x $$ (eq-a)")
    ['{eq}`', '$$ (eq-a)']
    """
    without_code = ROLE_OR_CODE.sub(lambda found: found[1] or "", FENCED.sub("", text))
    return MARKUP.findall(without_code)
