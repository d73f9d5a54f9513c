"""Formulas of the site are MathML, drawn in a font that has what they need, without a script."""

import re

import pytest
from browsing import SITE
from fontTools.ttLib import TTFont
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


@pytest.fixture(scope="module")
def font(site):
    return TTFont(SITE / "_static" / "formulas.woff2")


def test_the_sites_font_has_every_letter_of_its_formulas(font):
    whole = set(TTFont(FONT).getBestCmap())
    for page in SITE.rglob("*.html"):
        wanted = {ord(letter) for letter in letters(page.read_text(encoding="utf-8"))} & whole
        assert not wanted - set(font.getBestCmap()), page.name


def test_nothing_but_spaces_is_drawn_in_a_font_of_the_readers(site):
    """What the font lacks looks different on every machine."""
    whole = TTFont(FONT).getBestCmap()
    for page in SITE.rglob("*.html"):
        missing = {c for c in letters(page.read_text("utf-8")) if ord(c) not in whole}
        invisible = {c for c in missing if c.isspace() or c in "\u2061\u2062\u2063\u2064"}
        assert missing == invisible, (page.name, missing - invisible)


@pytest.mark.parametrize("page", CHAPTERS)
def test_formulas_are_there_without_a_script(visit, page):
    tab = visit(page, java_script_enabled=False).tab
    marked = tab.locator(".math")
    assert marked.count() == tab.locator(".math math").count()
    sizes = tab.locator("math").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    # What is folded away has no size; of what is seen every formula has that of a letter at least.
    assert all(size == 0 or size > 6 for size in sizes)
    text = tab.locator("article").inner_text()
    assert not re.search(r"\\(frac|sum|text|cdot|mathbf)\b|\\\(|\\\[", text)


def test_big_signs_are_as_high_as_what_they_enclose(visit):
    tab = visit("im2col").tab
    tab.wait_for_function("document.fonts.check('16px Formulas')")
    heights = tab.evaluate(
        """() => [...document.querySelectorAll("mrow:has(> mtable)")].map(row => ({
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
    assert re.fullmatch(r"\(\d+\)", number)
    assert set(links) == {number}
    formula, eqno = box.locator("math").bounding_box(), box.locator(".eqno").bounding_box()
    assert eqno["x"] >= formula["x"] + formula["width"]
    assert 0 <= box.bounding_box()["y"] < 800
