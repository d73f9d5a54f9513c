"""The site in two languages: the whole Italian book, built without executing it, below the English.

What cells show that was not executed in Italian is missing here; all else is as `make book` builds it.
"""

import copy
import functools
import re
import shutil
from pathlib import Path

import pytest
import unexecuted
from browsing import DESKTOP, PHONE, ROOT, SITE, axe, open_tab
from bs4 import BeautifulSoup

from cnncourse.__main__ import main
from cnncourse.course import all_pages, pages_for_instructors
from cnncourse.translating import catalogs
from cnncourse.translating.rules import left_in_english
from cnncourse.translating.subjects import all_subjects

# What is no text in the page's language: code, what it printed, what is marked as English, works.
NO_PROSE = "script, style, pre, code, math, [lang=en], .bibtex, .citation, .footnote, .cnn-figure"
COURSE_PAGES = all_pages(ROOT)
MADE_PAGES = (
    "search",
    "genindex",
    "404",
    "py-modindex",
    "_modules/index",
    "_modules/cnncourse/checks",
)
SECTION = "#the-formula"


@pytest.fixture(scope="module")
def both(site, tmp_path_factory):
    """The folder of a site in both languages."""
    folder = tmp_path_factory.mktemp("languages")
    assert main(["translate", "generate", "it", "--root", str(ROOT)]) == 0
    italian = unexecuted.build(ROOT, "it", folder / "it")
    made = folder / "site"
    shutil.copytree(SITE, made, ignore=lambda path, names: ["it"] if Path(path) == SITE else [])
    shutil.move(italian, made / "it")
    return made


@pytest.fixture(scope="module")
def page(both):
    return functools.cache(
        lambda name: BeautifulSoup((both / name).read_text("utf-8"), "html.parser")
    )


@pytest.fixture(scope="module")
def ids(both):
    """The anchors of a page."""
    return functools.cache(
        lambda name: set(re.findall(r'\sid="([^"]+)"', (both / name).read_text("utf-8")))
    )


@pytest.fixture
def visit_both(browser, both):
    """Opens a page of the two from the folder."""
    tabs = []

    def visit(name, fragment="", **options):
        opened = open_tab(browser, both.as_uri() + "/", name, fragment, **options)
        tabs.append(opened)
        return opened

    yield visit
    for opened in tabs:
        opened.tab.close()
        assert opened.errors == [] and opened.outside == []


def test_both_have_the_same_pages(both):
    english, italian = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
        for folder in (both, both / "it")
    )
    assert {name for name in english if not name.startswith("it/")} == italian


@pytest.mark.parametrize("name", COURSE_PAGES)
def test_a_page_has_the_same_anchors_in_both(ids, name):
    english, italian = ids(f"{name}.html"), ids(f"it/{name}.html")
    # A picture that no cell has drawn has no place.
    assert {one for one in english - italian if not one.startswith("fig-")} == set()
    assert italian - english == set()


@pytest.mark.parametrize("name", [*COURSE_PAGES, "search", "genindex", "404"])
def test_a_page_says_its_language_and_where_the_others_are(both, name):
    for folder, language, other in (("", "en", "it"), ("it/", "it", "en")):
        head = (both / f"{folder}{name}.html").read_text("utf-8").partition("<article")[0]
        soup = BeautifulSoup(head, "html.parser")
        assert soup.html["lang"] == language
        there = {one["hreflang"]: one["href"] for one in soup.head.select("link[hreflang]")}
        assert there["x-default"] == there["en"] and {*there} == {"en", "it", "x-default"}
        for address in there.values():
            assert both.joinpath(folder, name, "..", address).resolve().is_file()
        [switch] = soup.select("a.language-switch")
        assert (switch["lang"], switch["href"]) == (other, there[other])
        assert switch.text == {"en": "English", "it": "Italiano"}[other]


@pytest.mark.parametrize("name", [*COURSE_PAGES, *MADE_PAGES])
def test_no_english_sentence_and_no_raw_key_is_left(page, name):
    soup = copy.copy(page(f"it/{name}.html"))
    spoken = [
        element[attribute]
        for element in soup.find_all(True)
        for attribute in ("title", "aria-label", "alt", "data-tooltip")
        if element.get(attribute) and not element.find_parent(class_="cnn-figure")
    ]
    for element in soup.select(NO_PROSE):
        element.decompose()
    lines = [line.strip() for line in soup.get_text("\n").split("\n")]
    # What has no translation yet is marked; the build counts it.
    told = [line for line in [*lines, *spoken] if line and not line.startswith("[en] ")]
    whole = [
        text for block in soup.select("p, li, td, th, dd, h1, h2, h3, figcaption, summary, legend")
        if "[en] " not in (text := " ".join(block.get_text(" ").split()))
    ]  # fmt: skip
    assert list(left_in_english(iter([*told, *whole]))) == []
    assert [line for line in told if re.search(r"\{\w+\}|undefined|%[sd]|%\(", line)] == []
    assert [line for line in told if re.search(r"\b(?:po|da|fa|sta|va)”", line, re.I)] == []


def test_the_reference_shows_what_its_catalog_has(page):
    """All of it, in Italian; what autodoc shows and the catalog lacks would be marked there."""
    [subject] = [one for one in all_subjects(ROOT) if one.name == "reference"]
    catalog = catalogs.read(subject.catalog(ROOT, "it"), "it")
    today = {found.text.words: found.text for found in subject.found(ROOT)}
    told = {words: catalogs.translation(catalog, text) for words, text in today.items()}
    said = page("it/api.html").article.get_text()
    said = " ".join(said.split())
    for words in filter(None, told.values()):
        plain = re.findall(r"(?:[^\W\d_]+ ?)+", re.sub(r"`[^`]*`|\W\w_\w*", "·", words))
        assert max(plain, key=len).strip() in said, words
    assert said.count("[en] ") == sum(words is None for words in told.values())


def test_links_lead_to_pages_and_places_that_are_there(both, page, ids):
    broken = []
    for name in COURSE_PAGES:
        for link in page(f"it/{name}.html").select("a[href]"):
            target, _, anchor = link["href"].partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            here = both / "it" / f"{name}.html"
            path = here.parent / target if target else here
            if not path.is_file():
                broken.append((name, link["href"]))
            elif anchor and path.suffix == ".html" and "?" not in anchor:
                there = path.resolve().relative_to(both.resolve()).as_posix()
                if anchor not in ids(there) and not anchor.startswith("fig-"):
                    broken.append((name, link["href"]))
    assert broken == []


def test_the_glossary_is_in_the_alphabetical_order_of_its_language(page):
    titles = [
        term.find(string=True).lower() for term in page("it/glossary.html").select(".glossary dt")
    ]
    assert len(titles) > 60 and titles == sorted(titles)
    assert titles.index("funzione di attivazione") > titles.index("dropout")


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_switch_stays_at_the_section(visit_both, both, screen):
    tab = visit_both("convolution", SECTION, viewport=screen).tab
    switch = tab.get_by_role("link", name="Italiano")
    switch.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{both.as_uri()}/it/convolution.html{SECTION}")
    heading = tab.locator(f"{SECTION} > h2")
    assert heading.bounding_box()["y"] < screen["height"] / 3
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.get_by_role("link", name="English").click()
    tab.wait_for_url(f"{both.as_uri()}/convolution.html{SECTION}")


def test_the_switch_of_a_page_at_its_beginning_leads_to_the_beginning(visit_both, both):
    tab = visit_both("it/search", "?q=kernel").tab
    tab.get_by_role("link", name="English").click()
    tab.wait_for_url(f"{both.as_uri()}/search.html?q=kernel")


def test_the_search_finds_italian_words_in_any_number(visit_both):
    tab = visit_both("it/search").tab
    said = []
    for words in ("mappa delle caratteristiche", "mappe", "convoluzioni"):
        tab.get_by_role("searchbox").fill(words)
        tab.wait_for_function("document.querySelectorAll('.search-hits a').length > 0")
        said.append(tab.locator("main .search-said").text_content())
        assert "/it/" in tab.evaluate("document.querySelector('.search-hits a').href")
    assert all(re.search(r"sezion[ei]", text) for text in said), said


def test_the_pages_for_instructors_have_their_menu_and_stay_out_of_the_search(both, page):
    menu = page("it/instructors/grading.html").select_one("nav.bd-docs-nav")
    assert menu["aria-label"] == "Per chi insegna"
    listed = {link["href"]: link.text for link in menu.select("a[href]")}
    assert len(listed) == 1 + len(pages_for_instructors(ROOT))
    assert listed["index.html"] == "Per chi insegna"
    assert listed["assignment.html"] == "Scrivere un compito"
    assert "instructors/" not in (both / "it/_static/search-index.js").read_text("utf-8")
    [link] = page("it/intro.html").select('article a[href*="instructors/"]')
    assert link["href"] == "instructors/index.html"


def test_figures_and_quizzes_speak_italian(visit_both):
    tab = visit_both("it/convolution").tab
    figure = tab.locator("#KernelLab")
    figure.scroll_into_view_if_needed()
    button = tab.locator(".cnn-figure button").first
    button.wait_for()
    assert list(left_in_english(iter(tab.locator(".cnn-figure").all_inner_texts()))) == []
    tab.locator("fieldset.quiz label").first.click()
    assert re.search(r"Giusto\.|Non proprio\.", tab.locator(".quiz-verdict").first.inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_italian_page_has_no_fault_that_axe_finds(browser, both, scheme):
    opened = open_tab(browser, both.as_uri() + "/", "it/intro", viewport=PHONE, color_scheme=scheme)
    assert axe(opened.tab).response["violations"] == []
    opened.tab.close()
