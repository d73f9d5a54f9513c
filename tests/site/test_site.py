"""The built site, opened in Chromium from a server and from a folder."""

import importlib
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import browsing
import nbformat
import pytest
import yaml
from browsing import PHONE, ROOT, SITE, axe, in_colors, settled, soup

from cnncourse.course import course_languages

TEXT_FILES = {".html", ".js", ".css", ".json", ".txt", ".ipynb", ".md"}


def chapters(toc):
    """The pages that a table of contents names, depth first."""
    for key, value in toc.items():
        if key in ("root", "file"):
            yield value
        for entry in value if isinstance(value, list) else ():
            yield from chapters(entry)


CHAPTERS = list(chapters(yaml.safe_load((ROOT / "book" / "_toc.yml").read_text("utf-8"))))
INSTRUCTORS = [f"instructors/{path.stem}" for path in (ROOT / "book/instructors").glob("*.md")]
PAGES = [*CHAPTERS, *sorted(INSTRUCTORS), "search", "genindex", "404", "_modules/cnncourse/windows"]
NOTEBOOKS = [page for page in CHAPTERS if (ROOT / "book" / f"{page}.ipynb").exists()]
each_page = pytest.mark.parametrize("page", PAGES, indirect=True)
each_chapter = pytest.mark.parametrize("page", CHAPTERS, indirect=True)
each_origin = pytest.mark.parametrize("origin", ["http", "file"])
DARK_PHONE = {"viewport": PHONE, "color_scheme": "dark"}
pytestmark = pytest.mark.usefixtures("site")


@each_origin
@each_page
def test_page_runs_without_an_error_and_asks_nobody_else(reading, page, origin):
    opened = reading(page, origin)
    opened.tab.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    settled(opened)
    assert opened.errors == []
    assert opened.outside == []


@each_chapter
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_keep_their_grays_in_both_modes(reading, page, scheme):
    tab = in_colors(scheme, reading(page, "file").tab)
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = [int(value) for value in background[background.index("(") + 1 : -1].split(",")[:3]]
    assert (max(lightness) < 80) == (scheme == "dark"), background
    filters = tab.eval_on_selector_all(
        "article img", "all => all.map(e => getComputedStyle(e).filter)"
    )
    assert set(filters) <= {"none"}


@each_page
def test_axe_finds_no_violation_in_the_light_on_a_desktop(reading, page):
    found = axe(in_colors("light", reading(page, "file").tab))
    assert found.violations_count == 0, found.generate_report()


@each_page
def test_axe_finds_no_violation_in_the_dark_on_a_phone(reading, page):
    found = axe(reading(page, **DARK_PHONE).tab)
    assert found.violations_count == 0, found.generate_report()


def test_code_is_plain_for_axe_alone_and_a_color_that_is_not_read_is_found(visit):
    tab = visit("dropout").tab
    words, code = (
        tab.locator(".highlight pre span[class]"),
        "document.querySelector('main').outerHTML",
    )
    before, count = tab.evaluate(code), words.count()
    tab.evaluate(browsing.PLAIN_CODE)
    assert words.count() == 0
    tab.evaluate(browsing.COLORED_CODE)
    assert tab.evaluate(code) == before and count > 1000
    for place, found in ((".highlight .k", 'class="k"'), ("article p math mi", "<mi")):
        for style in ("color: #c8c8c8", "opacity: 0.3", "background: #404040"):
            added = tab.add_style_tag(content=f"{place} {{ {style} !important }}")
            with pytest.raises(AssertionError, match=found):
                axe(tab)
            added.evaluate("style => style.remove()")


def test_letters_that_are_faint_in_one_place_are_found_among_those_styled_alike(visit):
    tab = visit("dropout").tab
    paragraphs = tab.locator("article section > p").all()
    for paragraph, style in (paragraphs[4], "color: #c8c8c8"), (paragraphs[-5], "opacity: 0.3"):
        paragraph.evaluate("(e, style) => e.setAttribute('style', style)", style)
    (found,) = axe(tab).response["violations"]
    assert found["id"] == "color-contrast"
    assert {"#c8c8c8", "0.3"} <= set(re.findall(r'style="\w+: ([^";]+)', str(found["nodes"])))


@each_chapter
def test_folded_code_offers_what_a_click_does(reading, page):
    tab = reading(page, "file").tab
    for open_, offered in ((False, "collapsed"), (True, "expanded"), (False, "collapsed")):
        said = tab.eval_on_selector_all(
            "details.hide",
            """(all, open) => all.map(folded => {
                folded.open = open;
                return [...folded.querySelectorAll("summary > *")]
                    .filter(words => words.checkVisibility()).map(words => words.classList[0]);
            })""",
            open_,
        )
        assert said == [[offered]] * len(said)


@each_page
def test_phone_never_scrolls_sideways(reading, page):
    tab = reading(page, **DARK_PHONE).tab
    tab.eval_on_selector_all("details", "all => all.forEach(e => e.open = true)")
    tab.eval_on_selector_all(
        "fieldset.quiz .quiz-option:first-of-type input",
        "all => all.forEach(e => e.dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true })))",
    )
    answered = tab.locator("fieldset.quiz .quiz-verdict:not(:empty)").count()
    assert answered == tab.locator("fieldset.quiz").count()
    width, wider = tab.evaluate("""() => {
        const inner = innerWidth;
        // Elements that stick out and do not lie in something that scrolls by itself.
        const scrolls = e => e && (e.scrollWidth > e.clientWidth
            && getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
        const wide = [...document.querySelectorAll('article *')].filter(
            e => e.getBoundingClientRect().right > inner + 1 && !scrolls(e.parentElement));
        return [document.scrollingElement.scrollWidth - inner, wide.map(e => e.outerHTML.slice(0, 200))];
    }""")
    assert width <= 0, wider


@each_chapter
def test_pictures_say_what_they_show(page):
    for picture in soup(SITE / f"{page}.html").select("article img"):
        alternative = picture.get("alt", "")
        assert alternative and not alternative.startswith(("..", "_images")), picture


# What a reader sees of an option of a quiz, and what is told of it.
OPTION = """([quiz, index]) => {
    const options = quiz.querySelectorAll(".quiz-option"), option = options[index];
    const verdict = quiz.querySelector(".quiz-verdict[role=status][aria-live=polite]");
    return {
        options: options.length,
        checked: option.querySelector("input").checked,
        told: verdict.innerText,
        seen: verdict.checkVisibility({ visibilityProperty: true }),
        words: verdict.textContent,
        word: verdict.querySelector(".quiz-word strong")?.innerText,
        feedback: option.querySelector(".quiz-feedback > p:not(.quiz-word)").textContent,
        label: option.querySelector(".quiz-label").innerText.trim(),
        formula: option.querySelector(".quiz-label .math") !== null,
    };
}"""


@each_origin
@each_chapter
def test_questions_are_answered_by_keyboard(reading, page, origin):
    """The last test of the page that others only look at."""
    answers = glued(page)
    tab = reading(page, origin).tab

    def look(index):
        return SimpleNamespace(**tab.evaluate(OPTION, [quiz, index]))

    for quiz in tab.query_selector_all("fieldset.quiz"):
        shown = look(0)
        assert shown.told == "", "no feedback before a choice"
        answer = answers[quiz.get_attribute("id")]
        quiz.query_selector("input").focus()
        words = Counter()
        for index in range(shown.options):
            tab.keyboard.press("ArrowDown" if index else "Space")
            shown = look(index)
            assert shown.checked
            assert shown.told == "", "who only looks through the options is told nothing"
            tab.keyboard.press("Enter")
            shown = look(index)
            assert shown.seen and f". {shown.feedback}" in shown.words
            words[shown.word] += 1
            # The builder sets typographic apostrophes; the code has plain ones.
            label = shown.label.replace("’", "'")
            if not shown.formula:
                assert (shown.word == "Right.") == (label == answer), (label, answer)
        assert words["Right."] == 1 and words["Not quite."] == words.total() - 1 > 0


# Opens the feedback of each option as a click does, and tells where it is not seen before and after.
FEEDBACK = """() => [...document.querySelectorAll(".quiz-option")].filter((option) => {
    const details = option.querySelector("details.quiz-feedback");
    const summary = details.querySelector("summary"), words = details.querySelector("p:not(.quiz-word)");
    const seen = (element) => element.checkVisibility({ visibilityProperty: true })
        && element.getBoundingClientRect().height > 0;
    if (seen(words) || !seen(summary)) return true;
    summary.click();
    return !seen(words);
}).map((option) => option.outerHTML)"""


@each_chapter
def test_questions_keep_their_feedback_without_javascript(reading, page):
    tab = reading(page, java_script_enabled=False).tab
    options = tab.locator(".quiz-option")
    if options.count():  # by the mouse, as a reader
        first = options.first.locator("details.quiz-feedback")
        first.locator("summary").click()
        assert first.locator("p:not(.quiz-word)").first.is_visible()
        first.locator("summary").click()
    assert tab.evaluate(FEEDBACK) == []
    # Text does not show through what stays on the screen while one scrolls.
    behind = "getComputedStyle(document.querySelector('.bd-header-article')).backgroundColor"
    assert tab.evaluate(behind) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("page", NOTEBOOKS, indirect=True)
def test_chapter_has_questions_and_its_run_time(page):
    html = soup(SITE / f"{page}.html")
    assert len(html.select("fieldset.quiz")) >= 3
    assert any(
        character.isdigit() or "second" in run_time.text
        for run_time in html.select(".run-time")
        for character in run_time.text
    )


def test_every_term_is_defined_with_its_italian_name_and_its_chapter():
    html = soup(SITE / "glossary.html")
    terms = html.select("dl.glossary > dt")
    assert len(terms) > 20
    for term in terms:
        definition = term.find_next_sibling()
        assert definition.name == "dd", term
        assert re.match(r"\(\w.*?\)", definition.get_text().strip()), definition
        assert definition.select("em") and definition.select("a[href]"), definition


@pytest.mark.parametrize("page", NOTEBOOKS, indirect=True)
def test_the_first_use_of_a_term_leads_to_the_glossary(page):
    links = soup(SITE / f"{page}.html").select("article a:has(> .term)")
    assert len(links) >= 5
    assert len({link["href"] for link in links}) == len(links), "only the first use is a link"
    assert all(link["href"].startswith("glossary.html#term-") for link in links)


def test_the_reference_page_has_every_public_function():
    html = soup(SITE / "api.html")
    documented = {tag["id"] for tag in html.select("dt.sig[id]")}
    modules = [
        importlib.import_module(section["id"].removeprefix("module-"))
        for section in html.select("[id^=module-]")
    ]
    assert len(modules) >= 7
    missing = [
        f"{module.__name__}.{name}"
        for module in modules
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
        and not name.startswith("_")
        and value.__doc__
        and f"{module.__name__}.{name}" not in documented
    ]
    assert missing == []


def test_no_internal_link_or_fragment_is_broken():
    # Other languages, which may not be built, have a test of their own (test_languages.py).
    others = {SITE / language for language in course_languages(ROOT)}
    pages = {
        path: soup(path)
        for path in SITE.rglob("*.html")
        if "_static" not in path.parts and others.isdisjoint(path.parents)
    }
    anchors = {path: {tag["id"] for tag in html.select("[id]")} for path, html in pages.items()}
    broken = []
    for path, html in pages.items():
        for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for address in (element[attribute] for element in html.select(f"{tag}[{attribute}]")):
                if urlsplit(address).scheme or address.startswith("//"):
                    if tag != "a" and not address.startswith("data:"):
                        broken.append((path.name, address, "is fetched from elsewhere"))
                    continue
                target, fragment = urldefrag(urljoin(path.as_uri(), address))
                file = Path(unquote(urlsplit(target).path))
                if not others.isdisjoint(file.parents):
                    continue
                if not file.is_file():
                    broken.append((path.name, address, "no such file"))
                elif fragment and unquote(fragment) not in anchors.get(file, {fragment}):
                    broken.append((path.name, address, "no such fragment"))
    assert broken == []


def test_no_solution_and_no_hidden_test_is_in_the_site():
    secrets = secret_pairs()
    assert secrets, "solutions/ has no marked lines; this test would pass for nothing"
    texts = {
        path: soup(path).get_text() if path.suffix == ".html" else path.read_text("utf-8")
        for path in SITE.rglob("*")
        if path.suffix in TEXT_FILES
    }
    found = [
        (path.relative_to(SITE).as_posix(), pair)
        for path, text in texts.items()
        for pair in secrets
        if all(line in text or json.dumps(line)[1:-1] in text for line in pair)
    ]
    assert found == []


def test_site_names_no_folder_of_the_machine_that_built_it():
    found = [
        path.name
        for path in SITE.rglob("*")
        if path.suffix in TEXT_FILES and str(ROOT) in path.read_text("utf-8")
    ]
    assert found == []


def glued(page):
    """What the page's cells computed when MyST-NB built it, by the id of the quiz it answers."""
    path = ROOT / "_build" / "jupyter_execute" / f"{page}.glue.json"
    values = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {
        f"quiz-{key}": value["data"]["text/plain"].strip("'\"") for key, value in values.items()
    }


def secret_pairs():
    """Neighboring lines of a solution or a hidden test: one alone may be in a chapter by chance.

    And whole lines of the instructors' answers to the chapters' exercises.
    """
    public = "".join(
        path.read_text("utf-8")
        for pattern in ("cnncourse/**/*.py", "exercises/**/*.ipynb")
        for path in ROOT.glob(pattern)
    )
    pairs = set()
    for path in ROOT.glob("solutions/*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for block in re.findall(
                r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", cell.source, re.DOTALL
            ):
                lines = [
                    line
                    for line in map(str.strip, block.splitlines())
                    if len(line) >= 25 and json.dumps(line)[1:-1] not in public
                ]
                pairs |= set(pairwise(lines)) or {(line,) for line in lines}
    for path in ROOT.glob("chapter_answers/*.md"):
        # Prose; a line of code may stand in a chapter as well.
        prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        pairs |= {
            (line,)
            for line in prose.splitlines()
            if len(line) >= 60 and json.dumps(line)[1:-1] not in public
        }
    return pairs
