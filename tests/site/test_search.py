"""The search: what a reader types finds sections, from a server and from a folder."""

import gzip

import pytest
from browsing import DESKTOP, PHONE, SITE, axe, in_colors
from bs4 import BeautifulSoup

from cnncourse.site import search

pytestmark = pytest.mark.usefixtures("site")


def article(html):
    return BeautifulSoup(f"<article>{html}</article>", "html.parser").article


# What goes into the index.


def test_sections_terms_and_functions_are_entries_of_their_own():
    found = search.entries(
        article("""
        <section id="page"><h1><span>4. </span>Page<a class="headerlink" href="#page">#</a></h1>
        <p>First <em>words</em>, <code>x</code>.</p>
        <section id="part"><h2>Part</h2><p>Of it.</p><pre>code()</pre></section>
        <dl><dt id="term-kernel">kernel<a class="headerlink">#</a></dt><dd>Small.</dd></dl>
        <dl><dt id="m.f"><span class="descname">f</span>(a)</dt><dd>Adds.</dd></dl></section>""")
    )
    assert [entry.row() for entry in found] == [
        ["page", "4. Page", "First words, x.", ""],
        ["part", "Part", "Of it.", "code()"],
        ["term-kernel", "kernel", "Small.", ""],
        ["m.f", "f", "Adds.", "f(a)"],
    ]


def test_an_excerpt_gives_no_answer_away_and_shows_formulas_as_letters():
    (entry,) = search.entries(
        article("""
        <section id="a"><h2>A</h2><fieldset><legend>How many?</legend>
        <details class="quiz-feedback"><summary>Feedback</summary>Right, 156.</details></fieldset>
        <div class="cnn-figure"><svg><text>9</text></svg></div>
        <math><mi>O</mi><mo>=</mo><mfrac><mi>I</mi><mrow><mi>S</mi><mo>+</mo><mn>1</mn></mrow></mfrac>
        </math></section>""")
    )
    assert entry.row()[2] == "How many? O=I / (S+1)"


def test_one_index_of_the_students_pages_and_nothing_else_is_published(site):
    text = (SITE / "_static" / search.INDEX).read_text("utf-8")
    assert "instructors/" not in text
    assert not (SITE / "searchindex.js").exists()
    # Loaded once, when a reader searches: a tenth of the time of a chapter's pictures.
    assert len(gzip.compress(text.encode())) < 250_000
    for page in SITE.glob("*.html"):
        html = page.read_text("utf-8")
        assert "searchindex" not in html and "searchtools" not in html


# What readers type.


@pytest.fixture(scope="module", params=["http", "file"])
def ask(request, browser, origins):
    """Type into the search page, and read the hits: [(address, text)], and what is said."""
    tab = browser.new_page(viewport=DESKTOP)
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{origins[request.param]}search.html")
    field = tab.locator("main input[type=search]")
    said = tab.locator("main .search-said")

    def typed(query):
        field.fill("")
        tab.wait_for_function("document.querySelector('main .search-said').textContent === ''")
        field.fill(query)
        tab.wait_for_function("document.querySelector('main .search-said').textContent !== ''")
        hits = tab.locator("main .search-hits a").evaluate_all(
            "all => all.map(link => [link.getAttribute('href').replace('./', ''), link.innerText])"
        )
        assert errors == []
        return hits, said.inner_text()

    yield typed
    tab.close()


@pytest.mark.parametrize(
    "query, meant",
    [
        ("dilatoin", "dilation"),
        ("paddign", "padding"),
        ("strdie", "stride"),
        ("convlution", "convolution"),
        ("batch normali" + "sation", "normalization"),
    ],
)
def test_typing_errors_find_what_was_meant(ask, query, meant):
    hits, said = ask(query)
    assert meant in said
    assert len(hits) > 3 and all(meant in text.lower() for _, text in hits[:3])


@pytest.mark.parametrize(
    "query, address",
    [
        ("receptive field", "arithmetic.html#how-much-one-unit-sees"),
        ("checkerboard", "arithmetic.html#the-checkerboard"),
        ("output_size", "api.html#cnncourse.arithmetic.output_size"),
        ("Glorot", "dropout.html#"),
        ("60000", "lenet.html#"),
    ],
)
def test_hits_are_sections_with_the_words_in_an_excerpt(ask, query, address):
    hits, _ = ask(query)
    assert any(found.startswith(address) for found, _ in hits[:4]), hits[:4]
    for found, text in hits:
        page, _, anchor = found.partition("#")
        assert f'id="{anchor}"' in (SITE / page).read_text("utf-8")
        assert len(text) > 40, "a title alone is no excerpt"


def test_sizes_are_found_however_they_are_written(ask):
    answers = [ask(query)[0] for query in ("3x3", "3 × 3", "3 x 3", "3×3")]
    assert len(answers[0]) > 5 and all(hits == answers[0] for hits in answers)
    assert all("3 × 3" in text or "3×3" in text for _, text in answers[0][:5])
    for sign in ("×", "x"):
        assert len(ask(sign)[0]) > 5
    assert all("×" in text for _, text in ask("×")[0][:5])


def test_quotation_marks_mean_words_in_this_order(ask):
    whole, loose = ask('"feature map"')[0], ask("feature map")[0]
    assert whole and all("feature map" in text.lower() for _, text in whole)
    assert loose
    assert ask('"map feature"')[0] == []
    assert ask('"dilatoin"')[0] == [], "in quotation marks nothing is guessed"
    assert ask("“feature map”")[0] == whole


@pytest.mark.parametrize("query", ["padding", "kernel", "dropout", "stride", "feature map"])
def test_the_glossary_is_found_once_and_below_the_chapters(ask, query):
    hits, _ = ask(query)
    places = [n for n, (address, _) in enumerate(hits) if address.startswith("glossary.html")]
    assert places == [len(hits) - 1]


def test_what_is_not_there_and_the_instructors_pages_are_not_found(ask):
    hits, said = ask("zzzzqqq")
    assert hits == [] and "zzzzqqq" in said
    assert not any("instructors/" in address for address, _ in ask("gradebook penalties")[0])


# How it is used.


@pytest.mark.parametrize("origin", ["http", "file"])
def test_the_dialog_is_used_by_keyboard_alone(visit, origin):
    opened = visit("pooling", origin)
    tab = opened.tab
    loaded = "performance.getEntriesByType('resource').filter(e => e.name.includes('search-index')).length"
    assert tab.evaluate(loaded) == 0, "loaded before anybody searched"
    tab.keyboard.press("Control+k")
    tab.keyboard.type("checkerboard")
    tab.locator("#pst-search-dialog .search-hits a").first.wait_for()
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.closest('.search-hits') !== null")
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("document.activeElement.name") == "q"
    tab.keyboard.press("Escape")
    assert not tab.evaluate("document.getElementById('pst-search-dialog').open")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("checkerboard")  # Escape has emptied the field
    first = tab.locator("#pst-search-dialog .search-hits a").first.evaluate("link => link.href")
    assert "arithmetic.html#" in first
    tab.keyboard.press("Enter")
    tab.wait_for_url(first)
    assert opened.errors == []


def test_a_finger_closes_the_dialog(visit):
    tab = visit("pooling", viewport=PHONE, has_touch=True).tab
    tab.locator(".bd-header-article .search-button").tap()
    dialog = tab.locator("#pst-search-dialog")
    assert tab.evaluate("document.activeElement.name") == "q"
    dialog.locator(".search-close").tap()
    dialog.wait_for(state="hidden")


def test_nothing_covers_what_is_typed_and_the_dialog_fits_a_phone(visit):
    for page, box in (("search", "main"), ("pooling", "#pst-search-dialog")):
        tab = visit(page, viewport=PHONE).tab
        if box != "main":
            tab.keyboard.press("Control+k")
        tab.locator(f"{box} input[type=search]").fill("padding")
        tab.locator(f"{box} .search-hits a").first.wait_for()
        covered = tab.evaluate(
            """box => {
            const field = document.querySelector(`${box} input[type=search]`);
            const { left, top, height } = field.getBoundingClientRect();
            const inside = parseFloat(getComputedStyle(field).paddingLeft);
            return [1, 8, 20].some(x => document.elementFromPoint(left + inside + x, top + height / 2) !== field);
        }""",
            box,
        )
        assert not covered
        assert tab.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert tab.evaluate(
            "box => [...document.querySelectorAll(`${box} .search-hits *`)]"
            ".every(e => e.getBoundingClientRect().right <= innerWidth)",
            box,
        )


def test_the_search_page_answers_the_question_in_its_address(visit):
    tab = visit("search", "http").tab
    tab.goto(f"{tab.url}?q=checkerboard")
    tab.locator("main .search-hits a").first.wait_for()
    assert tab.locator("main input[type=search]").input_value() == "checkerboard"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_among_the_hits(visit, scheme):
    tab = in_colors(scheme, visit("pooling", viewport=PHONE).tab)
    tab.keyboard.press("Control+k")
    tab.keyboard.type("padding")
    tab.locator("#pst-search-dialog .search-hits mark").first.wait_for()
    found = axe(tab)
    assert found.violations_count == 0, found.generate_report()
