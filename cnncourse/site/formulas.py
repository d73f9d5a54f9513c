"""Formulas as MathML, made when the site is built: no script is needed to read one.

They are drawn in Latin Modern Math, TeX's own letters, cut to what the pages need.
"""

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from cnncourse.publishing.plain import aligned

_ = get_translation("cnncourse")

FONT = Path(__file__).parent / "fonts" / "latinmodern-math.woff2"
ITALIC_H = "\N{PLANCK CONSTANT}"  # Unicode had it before the other letters
# Browsers set a variable of one letter in italics, which are letters of their own.
ITALICS = {
    **{chr(ord("A") + n): chr(0x1D434 + n) for n in range(26)},
    **{chr(ord("a") + n): chr(0x1D44E + n) for n in range(26)},
    **{chr(ord("\N{GREEK CAPITAL LETTER ALPHA}") + n): chr(0x1D6E2 + n) for n in range(25)},
    **{chr(ord("\N{GREEK SMALL LETTER ALPHA}") + n): chr(0x1D6FC + n) for n in range(25)},
    "h": ITALIC_H,
    "\N{PARTIAL DIFFERENTIAL}": "\N{MATHEMATICAL ITALIC PARTIAL DIFFERENTIAL}",
}
FAMILY = (1, 4, 6, 16)  # the entries of a font's table of names that say what it is called
NOTED = "formulas.txt"  # beside Sphinx's doctrees: what the font is cut to, and by which program
DRAWN = "\N{SQUARE ROOT}\N{COMBINING OVERLINE}"  # what MathML has elements for instead of letters
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#\w+);)\w+;")  # HTML's, which XML does not know
STYLES = {"displaystyle", "scriptlevel"}
log = logging.getLogger(__name__)
_converter = LatexToMathML(fancy_error=False)


def mathml(latex: str, displayed: bool) -> str:
    """A formula as an element of HTML; raises ValueError with the reason if it is none.

    Lines of a displayed one are aligned, as in notebooks (`plain.aligned`).

    >>> mathml("x", displayed=False)
    '<math><mi>x</mi></math>'
    """
    latex = aligned(latex) if displayed else latex.strip()
    try:
        made = _converter.convert_with_local_state(latex, displaystyle=displayed)
        # Behind a script letter stands which of two forms it has; the font has one.
        return valid(made.replace("\ufe00", ""))
    except LatexError as error:
        raise ValueError(str(error)) from None


def valid(formula: str) -> str:
    """A formula whose styles stand on elements that HTML's validator knows them on.

    MathML Core allows them everywhere, the schema of the validator on `mstyle`.

    >>> valid('<math><mfrac displaystyle="true"><mn>1</mn><mn>2</mn></mfrac></math>')
    '<math><mstyle displaystyle="true"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle></math>'
    """
    if not re.search(r'(?:displaystyle|scriptlevel)="', formula):
        return formula
    root = ElementTree.fromstring(ENTITY.sub(lambda entity: unescape(entity[0]), formula))
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            own = ("displaystyle",) if child.tag == "mtable" else ()
            moved = {name: child.attrib[name] for name in STYLES - set(own) if name in child.attrib}
            if not moved or child.tag == "mstyle":
                continue
            for name in moved:
                del child.attrib[name]
            style = ElementTree.Element("mstyle", moved)
            style.append(child)
            style.tail, child.tail = child.tail, None
            parent[place] = style
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def letters(page: str) -> set[str]:
    """All that the formulas of a page draw."""
    found = set(DRAWN) if "<msqrt" in page or "<mroot" in page else set()
    for formula in re.findall(r"<math.*?</math>", page, re.DOTALL):
        found |= set(unescape(re.sub(r"<[^>]*>", "", formula)))
    return found | {ITALICS[letter] for letter in found & ITALICS.keys()}


def cut(font: Path, wanted: set[str]) -> TTFont:
    """A font with what these letters need: stretched forms, and smaller ones for indices."""
    options = subset.Options(layout_features=["*"], flavor="woff2", notdef_outline=True)
    options.hinting, options.desubroutinize = (
        False,
        True,
    )  # a seventh of it; screens are fine enough
    options.drop_tables += ["FFTM"]  # when it was made, for its editor
    options.name_IDs = ["*"]  # the copyright and the license among them
    found = TTFont(font)
    worker = subset.Subsetter(options)
    worker.populate(text="".join(sorted(wanted)))
    worker.subset(found)
    for record in found["name"].names:
        if record.nameID in FAMILY:  # as its authors ask of parts
            record.string = "Formulas"
    return found


def _converted(translator: HTML5Translator, node: nodes.Element, displayed: bool) -> str:
    try:
        return mathml(node.astext(), displayed)
    except ValueError as error:
        log.warning("no formula: %s (%s)", node.astext(), error, location=node)
        return f"<code>{translator.encode(node.astext())}</code>"


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(translator.starttag(node, "span", "", CLASS="math"))
    translator.body.append(_converted(translator, node, displayed=False) + "</span>")
    raise nodes.SkipNode


def visit_displayed(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    # The formula scrolls where it is too wide; its number stays.
    translator.body.append(f'<div class="formula">{_converted(translator, node, True)}</div>')
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def write_font(app: Sphinx, exception: Exception | None) -> None:
    """Cut the font to the formulas of all pages that were built, unless it is cut to them."""
    if exception is None and app.builder.format == "html":
        pages = Path(app.outdir).rglob("*.html")
        wanted = set().union(*(letters(page.read_text(encoding="utf-8")) for page in pages))
        target, noted = Path(app.outdir, "_static", "formulas.woff2"), Path(app.doctreedir, NOTED)
        about = "".join(sorted(wanted)) + str(Path(__file__).stat().st_mtime_ns)
        if not (target.exists() and noted.exists() and noted.read_text("utf-8") == about):
            cut(FONT, wanted).save(target)
            noted.write_text(about, encoding="utf-8")


def configure(app: Sphinx, config: Config) -> None:
    config.html_math_renderer = "mathml"


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_displayed, None))
    app.connect("config-inited", configure)
    app.connect("build-finished", write_font)
