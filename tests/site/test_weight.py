"""What a page loads: pictures that keep their place, and no file that nobody asks for."""

import re
import struct

from browsing import SITE
from bs4 import BeautifulSoup

from cnncourse.site.weight import PNG, with_sizes


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
        for found in BeautifulSoup(page.read_text("utf-8"), "html.parser").select("article img"):
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
