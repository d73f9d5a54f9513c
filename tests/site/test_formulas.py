"""Formulas of the site are MathML, drawn in a font that has what they need, without a script."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from browsing import SITE
from fontTools.ttLib import TTFont
from PIL import Image
from test_site import CHAPTERS

from cnncourse.site.formulas import FONT, cut, letters, mathml

HEIGHTS = "all => all.map(each => each.getBoundingClientRect().height)"
MATRIX = r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"


def rows(formula):
    return [len(re.findall("<mtr>", table)) for table in re.findall("<mtable.*?</mtable>", formula)]


@pytest.mark.parametrize(
    "latex, tables",
    [
        (r"a = b", []),
        (r"a &= b \\ c &= d", [2]),
        ("a = b\n\nc = d", [2]),
        (MATRIX, [2]),
        (rf"x = {MATRIX} y", [2]),  # its lines are not the formula's
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", [2]),
    ],
)
def test_lines_are_rows_where_they_are_the_formulas_own(latex, tables):
    assert rows(mathml(latex, displayed=True)) == tables


@pytest.mark.parametrize("latex", [r"\unknowncommand x", r"\frac{1}", r"a & b", r"x^{2"])
def test_what_is_no_formula_is_said(latex):
    with pytest.raises(ValueError, match=r"\S"):
        mathml(latex, displayed=False)


def test_the_letters_are_those_that_a_browser_draws():
    formula = mathml(r"w \sqrt{\text{if }2} h", displayed=False)
    drawn = letters(f"<p>not these</p>{formula}")
    assert drawn >= set("\N{MATHEMATICAL ITALIC SMALL W}\N{PLANCK CONSTANT}if2\N{SQUARE ROOT}")
    assert not drawn & set("thes") - set("h")


@pytest.mark.parametrize("wanted", [{"("}, {"\N{SQUARE ROOT}"}, {"\N{N-ARY SUMMATION}"}])
def test_the_cut_font_can_stretch_what_it_holds(wanted, tmp_path):
    part = cut(FONT, wanted)
    assert set(part.getBestCmap()) >= {ord(letter) for letter in wanted}
    [name] = [part.getBestCmap()[ord(letter)] for letter in wanted]
    variants = part["MATH"].table.MathVariants
    assert name in variants.VertGlyphCoverage.glyphs
    assert len(part.getGlyphOrder()) < 60
    assert {str(record) for record in part["name"].names if record.nameID == 1} == {"Formulas"}
    assert any("GUST" in str(record) for record in part["name"].names), "its license"


def test_the_sites_font_has_every_letter_of_its_formulas(site):
    """Each language has a font of its own, if it is built."""
    whole = set(TTFont(FONT).getBestCmap())
    for folder in {file.parents[1] for file in SITE.glob("**/_static/formulas.woff2")}:
        there = set(TTFont(folder / "_static" / "formulas.woff2").getBestCmap())
        for page in [*folder.glob("*.html"), *folder.glob("_modules/**/*.html")]:
            wanted = {ord(letter) for letter in letters(page.read_text(encoding="utf-8"))} & whole
            assert not wanted - there, page


def test_nothing_but_spaces_is_drawn_in_a_font_of_the_readers(site):
    """What the font lacks looks different on every machine."""
    whole = TTFont(FONT).getBestCmap()
    for page in SITE.rglob("*.html"):
        missing = {c for c in letters(page.read_text("utf-8")) if ord(c) not in whole}
        invisible = {c for c in missing if c.isspace() or c in "\u2061\u2062\u2063\u2064"}
        assert missing == invisible, (page.name, missing - invisible)


@pytest.mark.parametrize("page", CHAPTERS)
def test_formulas_are_there_without_a_script(reading, page):
    tab = reading(page, java_script_enabled=False).tab
    marked = tab.locator(".math")
    assert marked.count() == tab.locator(".math math").count()
    tab.locator("details").evaluate_all("all => all.forEach(e => { e.open = true; })")
    sizes = tab.locator("math").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(({ width, height }) => [width, height])"
    )
    # Every one is drawn, and has the size of a letter at least.
    assert all(width > 3 and height > 6 for width, height in sizes)
    text = tab.locator("article").inner_text()
    assert not re.search(r"\\(frac|sum|text|cdot|mathbf)\b|\\\(|\\\[", text)


# Pictures of these, drawn at twice the size and looked at, are in formulas/.
SEEN = {
    "size": r"O = \left\lfloor \frac{I + 2P - K'}{S} \right\rfloor + 1",
    "sum": r"a_{j,k} = \sum_{m=0}^{M-1} \sum_{n=0}^{N-1} w_{m,n}\, z_{jS + m,\; kS + n} + b",
    "softmax": r"p_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}}",
    "norm": r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}",
    "matrix": r"\mathbf{A} = \begin{pmatrix} 1 & 2 & 0 \\ 0 & 1 & 2 \end{pmatrix}",
    "cases": r"y = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    "lines": r"K' &= D (K - 1) + 1 \\ \frac{\partial L}{\partial w} &= \delta \, z",
}
REFERENCES = Path(__file__).parent / "formulas"
NEAR = 60  # of 255, where they differ most, once edges are blurred


@pytest.fixture(scope="module")
def draw(browser):
    """A formula as the site draws it: gray values of a picture."""
    tab = browser.new_page(device_scale_factor=2)
    font = base64.b64encode(FONT.read_bytes()).decode()
    style = f"""@font-face {{ font-family: Formulas; src: url(data:font/woff2;base64,{font}) }}
        body {{ background: white; color: black; font: 18px sans-serif }}
        math {{ font-family: Formulas, math }} mtext {{ font-family: inherit }}
        #place {{ display: inline-block; padding: 8px }}"""

    def drawn(latex):
        tab.set_content(f"<style>{style}</style><div id=place>{mathml(latex, True)}</div>")
        tab.evaluate("document.fonts.load('18px Formulas').then(() => document.fonts.ready)")
        return Image.open(io.BytesIO(tab.locator("#place").screenshot())).convert("L")

    yield drawn
    tab.close()


def distance(one, other):
    """How different two pictures are to the eye: 255 if they have not the same size."""
    if max(abs(a - b) for a, b in zip(one.size, other.size, strict=True)) > 4:
        return 255
    size = [max(1, side // 4) for side in one.size]
    small = [np.asarray(image.resize(size, Image.Resampling.BOX), float) for image in (one, other)]
    return np.abs(small[0] - small[1]).max()


@pytest.mark.parametrize("name", SEEN)
def test_formulas_look_as_they_did_when_they_were_looked_at(draw, name):
    found = draw(SEEN[name])
    with Image.open(REFERENCES / f"{name}.png") as reference:
        far = distance(found, reference.convert("L"))
    assert far <= NEAR, f"{name}: look at it; if it is right, store it anew in {REFERENCES}"


@pytest.mark.parametrize(
    "name, changed",
    [("size", (r"\lfloor", r"\lceil")), ("norm", (r"\sqrt", "")), ("sum", ("m=0", "m=1"))],
)
def test_a_wrong_sign_is_seen_in_a_picture(draw, name, changed):
    wrong = SEEN[name].replace(*changed)
    with Image.open(REFERENCES / f"{name}.png") as reference:
        assert distance(draw(wrong), reference.convert("L")) > NEAR


def test_big_signs_are_as_high_as_what_they_enclose(visit):
    tab = visit("im2col").tab
    tab.wait_for_function("document.fonts.check('16px Formulas')")
    heights = tab.evaluate(
        """() => [...document.querySelectorAll("mrow:has(> mtable, > mstyle > mtable)")].map(row => ({
             table: row.querySelector("mtable").getBoundingClientRect().height,
             fence: row.querySelector("mo").getBoundingClientRect().height}))"""
    )
    tall = [one for one in heights if one["table"] > 50]
    assert tall
    assert all(0.8 < one["fence"] / one["table"] < 1.5 for one in tall)


def test_links_to_equations_arrive_and_their_numbers_stand_beside_them(visit):
    tab = visit("arithmetic", fragment="#equation-eq-output-size").tab
    box = tab.locator("#equation-eq-output-size")
    number = box.locator(".eqno").inner_text().replace("#", "").strip()
    links = tab.locator("a.reference[href$='#equation-eq-output-size']").all_inner_texts()
    assert re.fullmatch(r"\(\d+\.\d+\)", number)
    assert set(links) == {number}
    formula, eqno = box.locator("math").bounding_box(), box.locator(".eqno").bounding_box()
    assert eqno["x"] >= formula["x"] + formula["width"]
    assert 0 <= box.bounding_box()["y"] < 800
