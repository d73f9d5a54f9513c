"""The book as one PDF, printed by Chromium, which sets formulas as the site does.

Sizes, page numbers and running titles are in `book.css`; bookmarks are the headings.
"""

import shutil
import subprocess
import tempfile
from html import escape
from pathlib import Path

import matplotlib
from pygments.formatters import HtmlFormatter
from pypdf import PdfReader, PdfWriter

from cnncourse import __version__
from cnncourse.course import CourseError
from cnncourse.language import tr

from .leaves import Book, Leaf

CHROMIUM = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chromium-headless-shell",
)
FLAGS = [
    "--headless",
    "--no-sandbox",  # its pages are our own files; as root, in a container, it has none
    "--disable-gpu",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--virtual-time-budget=60000",
]
STYLE = Path(__file__).parent / "book.css"
COLORS = "default"  # of code: Pygments' style
# Text and code look alike on every machine: their fonts come with matplotlib.
FONTS = {
    "Text": ("STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol", "STIXGeneralBolIta"),
    "Code": ("DejaVuSansMono", "DejaVuSansMono-Oblique", "DejaVuSansMono-Bold"),
    "Label": ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold"),
}
SHORT = 22  # lines of code that stay together on a page


def chromium() -> str:
    """Where Chromium is; raises CourseError where there is none."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise CourseError(f"the PDF is printed by Chromium, and there is none of {CHROMIUM}")
    return path


def place(page: str, fragment: str) -> str:
    """What leads to an id of a page in the one document."""
    return f"#{page}--{fragment}" if fragment else f"#{page}"


def prefix(leaf: Leaf) -> None:
    """Make ids that several pages have differ. Those within a picture are its own."""
    for tag in leaf.article.select("[id]"):
        if not tag.find_parent("svg"):
            tag["id"] = place(leaf.name, str(tag["id"]))[1:]
    for name in ("aria-labelledby", "aria-describedby"):
        for tag in leaf.article.select(f"[{name}]"):
            del tag[name]


def keep_together(leaf: Leaf) -> None:
    for code in leaf.article.select("div.highlight"):
        if code.get_text().count("\n") <= SHORT:
            code["class"] = "highlight short"


def document(book: Book, pages: dict[str, int]) -> str:
    """The whole book as a page. pages: the numbers that the contents show, by id."""
    static = book.site / "_static"
    style = [
        _fonts(static / "formulas.woff2"),
        HtmlFormatter(style=COLORS).get_style_defs(".highlight"),
        (static / "figures.css").read_text(encoding="utf-8"),
        STYLE.read_text(encoding="utf-8"),
        *(
            f"@page leaf-{n} {{ @top-left {{ content: {_quoted(leaf.title)} }} }}\n"
            f".leaf-{n} {{ page: leaf-{n} }}"
            for n, leaf in enumerate(book.leaves)
        ),
    ]
    body = [
        f'<div class="front"><p class="title">{escape(book.title)}</p><p>{escape(book.author)}</p>'
        f'<p class="rights">{tr("Version {version}", version=__version__)}'
        f"<br>{escape(book.rights)}</p></div>",
        f'<div class="contents"><h1>{tr("Contents")}</h1>{_contents(book.leaves, pages)}</div>',
        *(
            f'<div class="leaf-{n}" id="{leaf.name}">{leaf.article}</div>'
            for n, leaf in enumerate(book.leaves)
        ),
    ]
    return (
        f'<!DOCTYPE html><html lang="{book.language}" data-theme="light"><head>'
        f'<meta charset="utf-8"><title>{escape(book.title)}</title>'
        f'<base href="{book.site.as_uri()}/">'
        f"<style>{chr(10).join(style)}</style></head><body>{''.join(body)}</body></html>"
    )


def _fonts(formulas: Path) -> str:
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    looks = (
        "",
        "font-style: italic;",
        "font-weight: bold;",
        "font-style: italic; font-weight: bold;",
    )
    faces = [
        f'@font-face {{ font-family: "{family}"; {look} '
        f'src: url("{(folder / name).as_uri()}.ttf") }}'
        for family, names in FONTS.items()
        for name, look in zip(names, looks, strict=False)
    ]
    source = formulas.as_uri()
    return "\n".join([*faces, f'@font-face {{ font-family: "Formulas"; src: url("{source}") }}'])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _contents(leaves: list[Leaf], pages: dict[str, int]) -> str:
    def line(anchor: str, title: str) -> str:
        number = pages.get(anchor, "")
        return f'<a href="#{anchor}"><span>{escape(title)}</span> <b>{number}</b></a>'

    items = []
    for leaf in leaves:
        inner = "".join(f"<li>{line(i, title)}</li>" for i, title in leaf.sections())
        items.append(f"<li>{line(leaf.name, leaf.title)}<ul>{inner}</ul></li>")
    return f"<ul>{''.join(items)}</ul>"


def print_page(html: str, target: Path) -> None:
    """Print a page by Chromium; raises CourseError with what it says where none comes out."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "book.html")
        page.write_text(html, encoding="utf-8")
        command = [chromium(), *FLAGS, f"--user-data-dir={folder}/profile"]
        done = subprocess.run(
            [*command, f"--print-to-pdf={target}", page.as_uri()],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    if done.returncode or not target.is_file():
        raise CourseError(f"Chromium printed no PDF:\n{done.stderr[-2000:]}")


def numbers(pdf: Path) -> dict[str, int]:
    """The page on which each id is that a link of a PDF leads to, counted from 1."""
    reader = PdfReader(pdf)
    at = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, 1)}  # type: ignore[union-attr]
    return {
        name.removeprefix("/"): at[found.page.idnum]  # type: ignore[union-attr]
        for name, found in reader.named_destinations.items()
    }


def write(book: Book, target: Path) -> None:
    """Print a book, whose links `leaves.join` has set by `place`, into one file."""
    for leaf in book.leaves:
        prefix(leaf)
        keep_together(leaf)
    target.unlink(missing_ok=True)
    part = target.with_suffix(".part")
    # Once to see on which page everything is, and again with those numbers in the contents.
    print_page(document(book, {}), part)
    print_page(document(book, numbers(part)), part)
    writer = PdfWriter(part, incremental=True)
    writer.add_metadata({"/Title": book.title, "/Author": book.author})
    writer.write(part)
    part.replace(target)
