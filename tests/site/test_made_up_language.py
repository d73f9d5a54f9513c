"""A site in a language that is made up (translating/pseudo.py): accented, and longer by a third.

What is not accented on it cannot be translated; what a longer word does not fit cannot hold one of
Finnish. Of the course: its home, a chapter, an assignment, how to get it, and every figure.
"""

import json
import shutil
from pathlib import Path

import nbformat
import pydata_sphinx_theme
import pytest
import sphinx
import sphinx_book_theme
import unexecuted
from babel.messages.mofile import read_mo
from browsing import DESKTOP, PHONE, ROOT, open_tab
from seen import THROUGH

from cnncourse import figures
from cnncourse.translating import catalogs, pseudo
from cnncourse.translating.checking import text_of
from cnncourse.translating.edition import Edition
from cnncourse.translating.notebooks import is_figure
from cnncourse.translating.say import Text
from cnncourse.translating.subjects import all_subjects

LANGUAGE = "mt"  # of which Sphinx and its themes know nothing
PAGES = ("intro", "arithmetic", "get", "glossary", "assignment", "figures", "api")
NEEDED = ("_config.yml", "pyproject.toml", "THIRD-PARTY.md", "licenses", "cnncourse")
# Catalogs of Sphinx and of the theme: what they translate is no matter of ours.
OF_OTHERS = (
    Path(sphinx.__file__).parent / "locale/it/LC_MESSAGES/sphinx.mo",
    *Path(sphinx_book_theme.__file__).parent.rglob("it/LC_MESSAGES/booktheme.mo"),
    *Path(pydata_sphinx_theme.__file__).parent.rglob("it/LC_MESSAGES/sphinx.mo"),
)


def every_figure():
    """A page with all figures of the course."""
    page = nbformat.read(ROOT / "book" / "basics.ipynb", as_version=4)
    page.cells = [nbformat.v4.new_markdown_cell("# All figures together", id="title")]
    for path in sorted(ROOT.glob("book/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if any(map(is_figure, cell.get("outputs", ()))) and path.stem != "arithmetic":
                page.cells.append(cell)
    return page


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The address of the site."""
    return build(tmp_path_factory.mktemp("made-up")).as_uri() + "/"


def build(folder):
    """Build it in a folder; returns where its pages are."""
    root = folder / "course"
    book = root / "book"
    book.mkdir(parents=True)
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name / "arithmetic", root / name / "arithmetic")
    shutil.copytree(ROOT / "book" / "measured", book / "measured")
    shutil.copy(ROOT / "book" / "references.bib", book)
    for name in PAGES:
        for path in ROOT.glob(f"book/{name}.*"):
            shutil.copy(path, book)
    shutil.copy(ROOT / "exercises/arithmetic/arithmetic.ipynb", book / "assignment.ipynb")
    (book / "figures.ipynb").write_text(json.dumps(every_figure()), "utf-8")
    contents = "".join(f"- file: {name}\n" for name in PAGES[1:])
    (book / "_toc.yml").write_text(f"format: jb-book\nroot: {PAGES[0]}\nchapters:\n{contents}")
    for subject in all_subjects(root):
        catalog = catalogs.template(subject.found(root), LANGUAGE)
        for message in catalogs.translations(catalog):
            message.string = pseudo.say(text_of(message))
        if subject.name == "site":
            for path in OF_OTHERS:
                with path.open("rb") as file:
                    theirs = [str(message.id) for message in read_mo(file) if message.id]
                for words in theirs:
                    catalog.add(words, pseudo.say(Text(words, "message")))
        catalogs.write(catalog, catalogs.catalog_file(root, LANGUAGE, subject.name), subject.name)
    edition = Edition(root, LANGUAGE)
    edition.write_library()
    edition.write_book()
    shutil.copytree(root / "exercises", edition.folder / "exercises")
    return unexecuted.build(root, LANGUAGE, folder, strict=False)


# What no language says in words of its own: programs, formulas, names of files and works.
LOOK = """() => {
    const kept = "code, pre, kbd, math, script, style, noscript, .bibtex, .citation, [lang=en],"
        + ".sig, .field-list > dt, .field-list strong, .std-term, .copybtn, .copyright";
    const styles = new Map();
    const style = (node) => styles.get(node) ?? styles.set(node, getComputedStyle(node)).get(node);
    const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const short = (node) => `<${node.localName} ${node.getAttribute("class") ?? ""}> `
        + node.textContent.trim().replace(/\\s+/g, " ").slice(0, 60);
    const found = { wide: [], over: [], english: [] };
    const plain = (words) => (words.match(/[^\\W\\d_À-ž]{4,}(?![À-ž\\w])/g) ?? [])
        .filter((word) => !/[À-ž]/.test(word) && /[aeiou]/i.test(word));

    if (document.documentElement.scrollWidth > innerWidth) found.wide.push("the page itself");
    for (const node of document.body.querySelectorAll("*:not(svg *, math, math *)")) {
        if (node.localName === "svg" || !seen(node) || node.clientWidth < 2) continue;
        const { display, overflowX } = style(node);
        if (display.startsWith("inline") && display === "inline") continue;
        if (["auto", "scroll"].includes(overflowX)) continue;
        // The theme's menu reaches to the edge of its column.
        if (node.matches(".sidebar-primary-item, .sidebar-primary-items__start")) continue;
        if (node.scrollWidth > node.clientWidth + 1)
            found.wide.push(`${short(node)}: ${node.scrollWidth} in ${node.clientWidth}`);
        if (["BUTTON", "LABEL", "SUMMARY", "SELECT"].includes(node.tagName)
            && node.scrollHeight > node.clientHeight + 3)
            found.wide.push(`${short(node)}: ${node.scrollHeight} high in ${node.clientHeight}`);
    }

    // On a wide screen, where a row of a figure is full, the longest are read in the open menu.
    const pen = document.createElement("canvas").getContext("2d");
    for (const menu of document.querySelectorAll(innerWidth < 600 ? ".cnn-frame select" : "none")) {
        if (!seen(menu)) continue;
        const { fontSize, fontFamily, paddingLeft } = style(menu);
        pen.font = `${fontSize} ${fontFamily}`;
        for (const { text } of menu.options)
            if (pen.measureText(text).width + 2 * parseFloat(paddingLeft) > menu.clientWidth)
                found.wide.push(`${text} in a menu of ${menu.clientWidth}`);
    }

    const clipped = (box, node) => {
        let { left, right, top, bottom } = box;
        for (let outer = node; outer && outer !== document.body; outer = outer.parentElement) {
            if (["fixed", "sticky"].includes(style(outer).position)) return null;
            if (style(outer).overflowX === "visible") continue;
            const around = outer.getBoundingClientRect();
            left = Math.max(left, around.left); right = Math.min(right, around.right);
            top = Math.max(top, around.top); bottom = Math.min(bottom, around.bottom);
        }
        return right - left > 2 && bottom - top > 5 ? { left, right, top, bottom } : null;
    };
    const boxes = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
        const node = text.parentElement;
        if (!text.data.trim() || !node || !seen(node)) continue;
        if (!node.closest(kept)) {
            const words = plain(text.data);
            if (words.length) found.english.push(`${words.join(" ")}: ${text.data.trim().slice(0, 80)}`);
        }
        if (node.closest("svg, math, pre, option")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const one of range.getClientRects()) {
            const box = clipped(one, node);
            if (box) boxes.push([box, text]);
        }
    }
    boxes.sort(([one], [other]) => one.top - other.top);
    boxes.forEach(([box, text], index) => {
        for (let next = index + 1; next < boxes.length; next += 1) {
            const [other, words] = boxes[next];
            if (other.top > box.bottom - 5) break;
            if (text !== words && Math.min(box.right, other.right) - Math.max(box.left, other.left) > 2
                && Math.min(box.bottom, other.bottom) - other.top > 5)
                found.over.push(`${text.data.trim()} on ${words.data.trim()}`);
        }
    });
    for (const name of ["title", "aria-label", "alt", "placeholder", "data-tooltip"])
        for (const node of document.querySelectorAll(`[${name}]`)) {
            const words = node.closest(kept) ? [] : plain(node.getAttribute(name));
            if (words.length) found.english.push(`${name}: ${node.getAttribute(name).slice(0, 80)}`);
        }
    return found;
}"""


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def looked(request, browser, made):
    """{page: what is found on it}, and what in the states of figures."""
    found = {}
    for page in PAGES:
        opened = open_tab(browser, made, page, viewport=request.param)
        opened.tab.evaluate(
            "document.querySelectorAll('details').forEach((one) => one.open = true)"
        )
        said = []
        for place in opened.tab.locator(".cnn-figure").all():
            place.scroll_into_view_if_needed()
            place.locator(".cnn-frame").wait_for()
            name = place.get_attribute("id")
            asked = [name, ["", *queries(name.partition("-")[0])], None, 0, None]
            said += [f"{name}, {words}" for words in opened.tab.evaluate(THROUGH, asked)]
        found[page] = {**opened.tab.evaluate(LOOK), "figures": said}
        opened.tab.close()
    return found


def queries(figure):
    """Links to the states in which one trait is at an end of what it may be."""
    for trait, may in getattr(figures, figure).description.items():
        ends = may.get("enum", [-1e9, 1e9] if "minimum" in may else [])
        yield from (f"{trait}={value}" for value in ends)


@pytest.mark.parametrize("page", PAGES)
def test_all_is_accented(looked, page):
    assert looked[page]["english"] == []


@pytest.mark.parametrize("page", PAGES)
def test_longer_words_fit(looked, page):
    found = looked[page]
    assert (found["wide"], found["over"], found["figures"]) == ([], [], [])


def test_what_does_not_fit_is_seen(browser, made):
    tab = open_tab(browser, made, "arithmetic", viewport=DESKTOP).tab
    tab.add_style_tag(content="article p { margin-top: -20px !important } button { width: 20px }")
    found = tab.evaluate(LOOK)
    assert len(found["over"]) > 20 and any("<button" in said for said in found["wide"])
    tab.close()
