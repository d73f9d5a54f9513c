"""The markup of the built pages: valid, with one title each, and with stops that a person chooses."""

import copy
import json
import re
import subprocess
from collections import Counter

import needs
import pytest
from browsing import DESKTOP, SITE, parsed, soup

pytestmark = pytest.mark.usefixtures("site")
# What may not stand in a button or a summary: whatever breaks a line.
BLOCKS = "p, div, ul, ol, dl, table, figure, blockquote, pre, section, fieldset"
STOPS = """() => {
    const all = document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex]");
    return [...all].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true})
        && !(e.type === "radio" && e !== document.querySelector(`input[name="${e.name}"]`)));
}"""


def written():
    paths = sorted(path for path in SITE.rglob("*.html") if "_static" not in path.parts)
    assert len(paths) > 25
    return paths


def faults(html):
    """The faults that were there once, by what a browser would make of them."""
    page = parsed(html)
    titles = [title.get_text().strip() for title in page.select("h1")]
    found = [] if len(titles) == 1 and titles[0] else [f"h1: {titles}"]
    found += [f"autocomplete: {radio}" for radio in page.select("input[type=radio][autocomplete]")]
    found += [f"in a summary: {part}" for part in page.select(f"summary :is({BLOCKS})")]
    found += [f"in a button: {part}" for part in page.select(f"button :is({BLOCKS})")]
    ids = [tag["id"] for tag in page.select("[id]")]
    found += [f"twice: #{name}" for name, times in Counter(ids).items() if times > 1]
    if not html.lstrip().lower().startswith("<!doctype html>") or not page.title:
        found.append("no doctype or no title")
    return found


@pytest.mark.parametrize(
    "fault",
    [
        '<h1>A</h1><input type="radio" autocomplete="off">',
        "<h1>A</h1><details><summary><p>Show</p></summary></details>",
        "<h1></h1>",
        "<h1>A</h1><h1>B</h1>",
        '<h1>A</h1><i id="x"></i><i id="x"></i>',
    ],
)
def test_each_fault_is_seen(fault):
    page = "<!DOCTYPE html><title>T</title>{}"
    assert faults(page.format(fault)) != [] == faults(page.format("<h1>A</h1>"))


def test_no_page_has_one():
    found = {path.name: faults(path.read_text("utf-8")) for path in written()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_validator_finds_no_error():
    """The Nu Html Checker (vnu), which `npm ci` gets; it runs in Java."""
    vnu = needs.require("vnu")
    command = [
        *vnu,
        "--format",
        "json",
        "--exit-zero-always",
        "--errors-only",
        *map(str, written()),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    messages = json.loads(done.stderr)["messages"]
    assert [(m["url"], m.get("lastLine"), m["message"]) for m in messages] == []


@pytest.mark.parametrize("page", ["deep", "arithmetic"])
def test_copy_buttons_are_one_stop_a_section_and_the_arrows_lead_to_all(visit, page):
    tab = visit(page, viewport=DESKTOP).tab
    buttons = tab.locator(".bd-article button.copybtn")
    sections = tab.locator(".bd-article > section > section").count()
    stops = tab.evaluate(f"({STOPS})().filter(e => e.matches('.copybtn')).length")
    assert 0 < stops <= sections + 1 < buttons.count()
    # From the stop of the section that has most of them, to each of its others and back.
    group = tab.evaluate_handle("""() => {
        const own = section => [...section.querySelectorAll("button.copybtn")];
        const all = [...document.querySelectorAll(".bd-article > section > section")].map(own);
        return all.sort((a, b) => b.length - a.length)[0];
    }""")
    number = group.evaluate("all => all.length")
    assert number > 1
    group.evaluate("all => all.find(button => button.tabIndex === 0).focus()")
    for place in range(1, number):
        tab.keyboard.press("ArrowDown")
        assert group.evaluate("all => all.indexOf(document.activeElement)") == place
    tab.wait_for_function("getComputedStyle(document.activeElement).opacity === '1'")
    tab.keyboard.press("ArrowUp")
    assert group.evaluate("all => all.indexOf(document.activeElement)") == number - 2


def test_addresses_of_headings_are_no_stops_but_links_and_controls_are(visit):
    tab = visit("deep", viewport=DESKTOP).tab
    kinds = tab.evaluate(f"({STOPS})().map(e => e.className.toString())")
    assert not [kind for kind in kinds if "headerlink" in kind]
    assert len(kinds) < 200
    for kind in ("search-button", "theme-switch", "footnote-reference"):
        assert any(kind in found for found in kinds), kind


def test_every_function_of_the_reference_leads_to_its_source():
    page = soup(SITE / "api.html")
    signatures = page.select("dt.sig[id]")
    assert len(signatures) > 80
    for signature in signatures:
        link = signature.select_one("a:has(.viewcode-link)")
        assert link is not None, signature["id"]
        path, _, anchor = link["href"].partition("#")
        source = soup(SITE / path).find(id=anchor)
        assert re.search(rf"\b{signature['id'].rpartition('.')[2]}\b", source.get_text())


def test_formulas_of_docstrings_are_formulas():
    whole = soup(SITE / "api.html").article
    article = copy.copy(whole)
    for part in article.select("math, pre, code, dt"):
        part.decompose()
    raw = re.findall(r".*(?<![\w`])[A-Za-zΣ]_(?:\{|[a-z]{1,2}\b).*", article.get_text())
    assert raw == []
    counted = whole.find(id="cnncourse.arithmetic.dense_parameters").find_next_sibling("dd")
    assert counted.select("math msub")


def test_the_reference_fits_the_narrowest_screen(visit):
    tab = visit("api", viewport={"width": 320, "height": 640}).tab
    assert tab.evaluate("document.scrollingElement.scrollWidth") == 320
