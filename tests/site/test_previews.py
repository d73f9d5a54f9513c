"""What a link leads to is shown beside it: by mouse and by keyboard, from a folder too."""

import pytest
from browsing import DESKTOP, PHONE, axe, in_colors
from bs4 import BeautifulSoup

from cnncourse.site import previews

SHOWN = "#preview:not([hidden])"
TERM = ".bd-article a:has(> .term)"
EQUATION = ".bd-article p a[href='#equation-eq-output-size']"
WORK = ".bd-article a.footnote-reference"


def article(html):
    return BeautifulSoup(f"<article>{html}</article>", "html.parser").article


def test_only_what_other_pages_link_to_and_without_targets_or_stops():
    pages = {
        "a": article('<a href="b.html#t">t</a><a href="b.html#s">s</a><a href="c.html#x">x</a>'),
        "b": article(
            '<dl><dt id="t">t</dt><dd id="d"><p>The <a href="c.html">word</a>. '
            '<a href="c.html"><span class="std-doc">C</span></a></p></dd>'
            '<dt id="u">u</dt><dd>Unasked.</dd></dl><section id="s"><h2>S</h2></section>'
        ),
    }
    assert (
        previews.script(pages)
        == 'cnncourse.previews({"b.html#t":"<p>The <span>word</span>. </p>"});\n'
    )


@pytest.mark.parametrize("origin", ["http", "file"])
@pytest.mark.parametrize(
    "link, says",
    [(TERM, None), (EQUATION, "⌊"), (WORK, "Dumoulin")],
    ids=["term", "equation", "work"],
)
def test_the_mouse_rests_on_a_link_and_sees_where_it_leads(visit, origin, link, says):
    opened = visit("arithmetic", origin, viewport=DESKTOP)
    tab = opened.tab
    target = tab.locator(link).first
    target.hover()
    shown = tab.locator(SHOWN)
    shown.wait_for()
    assert len(shown.inner_text()) > 5 and (says or "(") in shown.inner_text()
    assert target.get_attribute("aria-describedby") == "preview"
    assert shown.get_attribute("role") == "tooltip"
    assert shown.locator("a, button, [id], [tabindex]").count() == 0
    # The mouse may go into it; Escape closes it.
    shown.hover()
    assert shown.is_visible()
    tab.keyboard.press("Escape")
    shown.wait_for(state="detached")
    assert opened.errors == []


def test_a_figure_is_shown_with_its_caption(visit):
    tab = visit("arithmetic", viewport=DESKTOP).tab
    tab.evaluate("""() => {
        const figure = document.querySelector("article figure[id]:has(figcaption)");
        const link = Object.assign(document.createElement("a"), { href: `#${figure.id}`, textContent: "see" });
        document.querySelector("article p").append(link);
        link.id = "to-a-figure";
    }""")
    tab.locator("#to-a-figure").hover()
    tab.locator(f"{SHOWN} figcaption").wait_for()
    pictures = "figure => figure.querySelectorAll(':is(img, svg):not(button *)').length"
    assert tab.locator(SHOWN).evaluate(pictures) == tab.evaluate(
        f"({pictures})(document.querySelector('article figure[id]:has(figcaption)'))"
    )


def test_a_box_of_another_page_is_shown(visit):
    opened = visit("errata", viewport=DESKTOP)
    opened.tab.locator(".bd-article a[href*='#check-']").first.hover()
    opened.tab.locator(f"{SHOWN} .admonition").wait_for()
    assert opened.errors == []


def test_the_tab_key_shows_it_and_moving_on_closes_it(visit):
    tab = visit("arithmetic", viewport=DESKTOP).tab
    tab.locator(TERM).first.evaluate("""link => {
        const before = Object.assign(document.createElement("button"), { id: "before" });
        link.before(before);
        before.focus();
    }""")
    tab.keyboard.press("Tab")
    tab.locator(SHOWN).wait_for()
    tab.keyboard.press("Escape")
    assert tab.locator(SHOWN).count() == 0
    assert tab.evaluate("document.activeElement.matches('a:has(> .term)')"), "the focus stays"
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    tab.locator(SHOWN).wait_for()
    tab.keyboard.press("Shift+Tab")
    tab.locator(SHOWN).wait_for(state="detached")


def test_a_finger_follows_the_link_and_sees_nothing_in_its_way(visit):
    tab = visit("arithmetic", viewport=PHONE, has_touch=True).tab
    tab.locator(EQUATION).first.tap()
    tab.wait_for_function("location.hash === '#equation-eq-output-size'")
    assert tab.locator(SHOWN).count() == 0


def test_what_is_shown_stays_on_the_screen(visit):
    tab = visit("arithmetic", viewport={"width": 420, "height": 500}).tab
    for link in tab.locator(TERM).all()[:6]:
        link.scroll_into_view_if_needed()
        link.hover()
        box = tab.locator(SHOWN)
        box.wait_for()
        place = box.bounding_box()
        assert place["x"] >= 0 and place["x"] + place["width"] <= 420
        tab.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_while_one_is_shown(visit, scheme):
    tab = in_colors(scheme, visit("errata", viewport=DESKTOP).tab)
    tab.locator(".bd-article a[href*='#check-']").first.hover()
    tab.locator(SHOWN).wait_for()
    found = axe(tab)
    assert found.violations_count == 0, found.generate_report()
