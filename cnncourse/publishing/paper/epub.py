"""The book as an EPUB 3: a leaf a file, formulas as MathML, figures as pictures."""

import mimetypes
import uuid
import zipfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import Tag
from pygments.formatters import HtmlFormatter

from cnncourse import __version__
from cnncourse.course import CourseError
from cnncourse.figures import assemble
from cnncourse.language import tr

from . import leaves as tools
from .leaves import Book, Leaf

STYLE = Path(__file__).parent / "epub.css"
NAMESPACES = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}
# HTML is read without regard to case; an EPUB is XML.
CASE = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""


def place(page: str, fragment: str) -> str:
    """What leads to an id of a page from another."""
    return f"{page}.xhtml#{fragment}" if fragment else f"{page}.xhtml"


def stills(leaf: Leaf) -> dict[str, Path]:
    """Put the still picture of each figure in its place; {name in the EPUB: file}."""
    found = {}
    for name, tag in tools.moving(leaf).items():
        figure, state = str(tag["data-figure"]), str(tag["data-state"])
        picture = assemble.picture(figure, state)
        if picture is None:
            raise CourseError(f"page {leaf.name}: no still picture of {figure}")
        moves = tag.select_one(".moves")
        caption = tag.find_parent("figure")
        said = caption.select_one(".caption-text") if caption else None
        tag.clear()
        tag.attrs = {"class": "cnn-figure", "id": name}
        alternative = tools.words(said) if said else tr("The figure {name}", name=figure)
        tag.append(tools.element(f'<img src="pictures/{picture[0].name}"/>'))
        assert isinstance(tag.img, Tag)
        tag.img["alt"] = alternative
        if moves is not None:
            tag.append(moves)
        found[f"pictures/{picture[0].name}"] = picture[0]
    return found


def pictures(leaf: Leaf, site: Path) -> dict[str, Path]:
    """Name the pictures of a leaf as the EPUB has them; {name in the EPUB: file}."""
    found = {}
    for tag in leaf.article.select("img[src]"):
        file = site / unquote(urlsplit(str(tag["src"])).path)
        if str(tag["src"]).startswith("pictures/"):
            continue
        found[f"pictures/{file.name}"] = file
        tag["src"] = f"pictures/{file.name}"
    return found


def xhtml(title: str, body: str, language: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{language}" xml:lang="{language}">'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" href="style.css"/></head>'
        f"<body>{body}</body></html>"
    )


def strict(article: Tag) -> str:
    """An article as XML, without the attributes that only HTML's pages of the site need."""
    for tag in article.select("math mtext *"):
        tag["xmlns"] = "http://www.w3.org/1999/xhtml"
    for tag in article.find_all(True):
        if tag.name in NAMESPACES:
            tag["xmlns"] = NAMESPACES[tag.name]
        for name in list(tag.attrs):
            if name in CASE:
                tag[CASE[name]] = tag.attrs.pop(name)
            elif name.startswith(("data-", "aria-")) or name in ("tabindex", "align", "border"):
                del tag[name]
    for row in article.select("dl"):  # an entry of several names, or none
        if not row.find(["dt", "dd"]):
            row.name = "div"
    return str(article)


def _items(files: dict[str, bytes]) -> str:
    lines = []
    for number, (name, content) in enumerate(files.items()):
        kind = mimetypes.guess_type(name)[0] or ""
        if name.endswith(".xhtml"):
            kind = "application/xhtml+xml"
        elif name.endswith(".woff2"):
            kind = "font/woff2"
        has = [
            word
            for word, mark in (("mathml", b"<math"), ("svg", b"<svg"), ("nav", b'epub:type="toc"'))
            if name.endswith(".xhtml") and mark in content
        ]
        properties = f' properties="{" ".join(has)}"' if has else ""
        lines.append(f'<item id="i{number}" href="{name}" media-type="{kind}"{properties}/>')
    return "\n".join(lines)


def _package(book: Book, files: dict[str, bytes], now: datetime) -> str:
    spine = "".join(
        f'<itemref idref="i{n}"/>' for n, name in enumerate(files) if name.endswith(".xhtml")
    )
    # The same book keeps its name in a reader's shelf, whatever its version.
    identity = uuid.uuid5(uuid.NAMESPACE_URL, book.address or f"cnncourse:{book.title}")
    source = f"<dc:source>{escape(book.address)}</dc:source>" if book.address else ""
    access = {
        "schema:accessMode": ["textual", "visual"],
        "schema:accessModeSufficient": ["textual"],
        "schema:accessibilityFeature": [
            "MathML",
            "alternativeText",
            "readingOrder",
            "structuralNavigation",
            "tableOfContents",
        ],
        "schema:accessibilityHazard": ["none"],
    }
    metas = "".join(
        f'<meta property="{name}">{value}</meta>'
        for name, values in access.items()
        for value in values
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{book.language}" prefix="schema: http://schema.org/">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{identity}</dc:identifier>'
        f"<dc:title>{escape(book.title)}</dc:title><dc:creator>{escape(book.author)}</dc:creator>"
        f"<dc:language>{book.language}</dc:language><dc:rights>{escape(book.rights)}</dc:rights>"
        f"{source}"
        f'<meta property="dcterms:modified">{now:%Y-%m-%dT%H:%M:%SZ}</meta>{metas}</metadata>'
        f"<manifest>{_items(files)}</manifest>"
        f"<spine>{spine}</spine></package>"
    )


def _contents(leaves: list[Leaf]) -> str:
    items = []
    for leaf in leaves:
        inner = "".join(
            f'<li><a href="{place(leaf.name, i)}">{escape(title)}</a></li>'
            for i, title in leaf.sections()
        )
        inner = f"<ol>{inner}</ol>" if inner else ""
        items.append(f'<li><a href="{place(leaf.name, "")}">{escape(leaf.title)}</a>{inner}</li>')
    head = f"<h1>{tr('Contents')}</h1>"
    return f'<nav epub:type="toc" id="toc">{head}<ol>{"".join(items)}</ol></nav>'


def write(book: Book, target: Path) -> None:
    """Pack a book, whose links `leaves.join` has set by `place`, into one file."""
    found: dict[str, Path] = {}
    for leaf in book.leaves:
        found |= stills(leaf) | pictures(leaf, book.site)
    front = (
        f'<div class="front"><h1>{escape(book.title)}</h1><p>{escape(book.author)}</p>'
        f"<p>{tr('Version {version}', version=__version__)}<br/>{escape(book.rights)}</p></div>"
    )
    texts = {
        "front": (book.title, front),
        "contents": (tr("Contents"), _contents(book.leaves)),
        **{leaf.name: (leaf.title, strict(leaf.article)) for leaf in book.leaves},
    }
    style = HtmlFormatter(style="default").get_style_defs(".highlight")
    files = {
        **{f"{name}.xhtml": xhtml(*text, book.language).encode() for name, text in texts.items()},
        "style.css": f"{style}\n{STYLE.read_text(encoding='utf-8')}".encode(),
        "formulas.woff2": (book.site / "_static" / "formulas.woff2").read_bytes(),
        **{name: path.read_bytes() for name, path in found.items()},
    }
    package = _package(book, files, datetime.now(UTC))
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        # Readers look for this at the very beginning, as it is.
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("book/package.opf", package)
        for name, content in files.items():
            archive.writestr(f"book/{name}", content)
    part.replace(target)
