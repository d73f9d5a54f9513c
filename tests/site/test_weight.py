"""What a page loads: pictures that keep their place, and no file that nobody asks for."""

import gzip
import re
import struct
from urllib.parse import unquote, urlsplit

import pytest
from browsing import SITE, soup
from bs4 import BeautifulSoup
from test_site import NOTEBOOKS

from cnncourse.site import styles
from cnncourse.site.weight import PNG, with_sizes

COMPRESSED = {".html", ".css", ".js", ".svg"}  # by any server; the rest is so already
FIRST, WHOLE = 250_000, 900_000  # bytes: a chapter before its pictures, and all that it can ask for
ASKED = "() => performance.getEntriesByType('resource').map(({ name }) => name)"


def picture(folder, width, height):
    path = folder / "p.png"
    path.write_bytes(PNG + b"\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"rest")
    return path


def test_a_picture_says_its_size_and_waits_until_it_is_near(tmp_path):
    files = {"p.png": picture(tmp_path, 640, 480)}
    found = BeautifulSoup(with_sizes('<img alt="A" src="_images/p.png" />', files), "html.parser")
    assert found.img.attrs == {
        "alt": "A",
        "src": "_images/p.png",
        "width": "640",
        "height": "480",
        "loading": "lazy",
    }


def test_what_is_no_picture_of_the_site_or_has_a_size_keeps_what_it_has(tmp_path):
    (tmp_path / "p.png").write_bytes(b"GIF")
    files = {"p.png": tmp_path / "p.png"}
    assert "width" not in with_sizes('<img src="../_images/p.png"/>', files)
    assert with_sizes('<img width="3" src="p.png">', files).count("width") == 1
    given = '<img src="other.svg"> <img loading="eager" src="p.png">'
    assert with_sizes(given, files) == given


def test_every_picture_of_a_page_keeps_its_place(site):
    for page in SITE.glob("*.html"):
        for found in soup(page).select("article img"):
            if re.search(r"_images/.*\.png$", found["src"]):
                assert found.get("width") and found.get("height"), (page.name, found["src"])
                assert found.get("loading") == "lazy", (page.name, found["src"])


def test_the_site_has_no_file_for_those_who_debug_its_theme(site):
    static = SITE / "_static"
    assert not [path.name for path in static.rglob("*.map")]
    assert not list(static.rglob("fontawesome.js"))


def test_who_prints_from_the_dark_prints_in_light_colors(visit):
    tab = visit("pooling", color_scheme="dark").tab
    tab.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.evaluate("document.documentElement.dataset.theme") == "light"
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def weight(path):
    content = path.read_bytes()
    return len(gzip.compress(content, 6) if path.suffix in COMPRESSED else content)


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_chapter_is_light(reading, page):
    tab = reading(page, "http", color_scheme="light").tab
    asked = {f"{page}.html"} | {
        unquote(urlsplit(address).path).lstrip("/") for address in tab.evaluate(ASKED)
    }
    weights = {name: weight(SITE / name) for name in asked if "_images/" not in name}
    assert sum(weights.values()) <= FIRST, sorted(weights.items(), key=lambda pair: -pair[1])[:8]
    html = soup(SITE / f"{page}.html")
    later = {img["src"] for img in html.select("article img:not(.on-dark)[src^='_images/']")}
    later |= {f"_static/{each['data-needs']}.js" for each in html.select("[data-needs]")}
    assert sum(weights.values()) + sum(weight(SITE / name) for name in later) <= WHOLE


def test_no_page_has_the_state_of_a_widget(site):
    for page in SITE.rglob("*.html"):
        assert "vnd.jupyter.widget-state" not in page.read_text("utf-8"), page.name


def test_stylesheets_keep_what_an_element_can_be():
    css = """.used, .gone { top: 0 }
        .used:not(.gone) > b::after { content: "\\f185" }
        .gone .used { top: 1px }
        @media print { .gone { top: 2px } .used { top: 3px } }
        @media screen { .gone { top: 4px } }
        @font-face { font-family: F; src: url(f.woff2) }
        html[data-theme="dark"] :is(.gone, p) { top: 5px }
        :root { --gone: 1 }"""
    kept = styles.cut(css, styles.words(['<p class="used">']))
    for rule in (".used{", ":not(.gone) > b", "3px", "@font-face", "5px", "--gone"):
        assert rule in kept.replace("{ ", "{")
    for rule in ("1px", "2px", "4px", "screen"):
        assert rule not in kept


def test_what_a_script_adds_is_kept():
    used = styles.words(["<p>text</p>", 'panel.className = "cnn-late"; e.classList.add("show")'])
    assert styles.cut(".cnn-late.show{top:0}", used) == ".cnn-late.show{top:0}"


def test_icons_that_pages_use_are_in_their_fonts(visit):
    tab = visit("intro", origin="http").tab
    for family in ("Font Awesome 6 Free", "FontAwesome"):
        tab.evaluate(f"document.fonts.load('900 16px \"{family}\"', '\\uf185')")
    widths = tab.eval_on_selector_all(
        ".theme-switch", "all => all.map((icon) => icon.getBoundingClientRect().width)"
    )
    assert any(width > 10 for width in widths)
