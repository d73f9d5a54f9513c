"""What the pages say of themselves to search engines, messengers and browsers."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from browsing import ROOT, SITE, soup
from bs4 import BeautifulSoup
from matplotlib import rc_context, rcParams
from PIL import Image

from cnncourse import plotting
from cnncourse.course import pages
from cnncourse.site import card, head

built = pytest.mark.usefixtures("site")
NAME = "Convolutional Neural Networks"
ADDRESS = "https://cnn.example.org/2026"


def content(page, name):
    found = page.select(f'meta[name="{name}"], meta[property="{name}"]')
    assert len(found) == 1, (name, found)
    return found[0]["content"]


@built
def test_every_page_has_a_title_and_a_description_of_its_own():
    titles, descriptions = set(), set()
    for name in pages(ROOT):
        page = soup(SITE / f"{name}.html")
        title, text = page.title.get_text(), content(page, "description")
        assert title.count(NAME) == 1, "the home page's title is the course's, once"
        assert 40 <= len(text) <= head.LONGEST and "\n" not in text, (name, text)
        assert not set(text) & set("\\{}$<>"), "words and letters, no markup"
        assert text[-1] in ".?!…:", (name, text)
        assert content(page, "og:title") in title and content(page, "og:description") == text
        titles.add(title)
        descriptions.add(text)
    assert len(titles) == len(descriptions) == len(pages(ROOT))


@built
def test_the_frame_of_the_browser_has_the_colors_of_both_modes():
    colors = soup(SITE / "lenet.html").select('meta[name="theme-color"]')
    assert {"light" in color["media"]: color["content"] for color in colors} == {
        True: "#ffffff",
        False: "#14181e",
    }


@built
def test_without_an_address_no_page_names_one():
    """pyproject.toml has none."""
    for path in (SITE / "index.html", SITE / "lenet.html"):
        page = soup(path)
        assert not page.select('[rel="canonical"], [property="og:image"], [property="og:url"]')
    assert not (SITE / "sitemap.xml").exists() and not (SITE / "_static" / card.NAME).exists()


@built
def test_the_first_file_is_the_home_page_and_no_way_to_it():
    index, home = soup(SITE / "index.html"), soup(SITE / "intro.html")
    assert not index.select('meta[http-equiv="refresh" i]')
    assert str(index.article) == str(home.article) and len(index.select("nav a")) > 15


@built
def test_an_address_without_a_page_leads_on():
    page = soup(SITE / "404.html")
    assert {link["href"] for link in page.article.select("a")} == {"intro.html", "search.html"}
    text = (SITE / "404.html").read_text("utf-8")
    # Where the site has an address, from any folder of it.
    moved = BeautifulSoup(head.absolute(text, ADDRESS), "html.parser")
    for tag in moved.select("[href], [src], [action]"):
        target = tag.get("href") or tag.get("src") or tag.get("action")
        assert target.startswith((f"{ADDRESS}/", "#")), tag
    assert moved.html["data-content_root"] == f"{ADDRESS}/"
    box = moved.select_one(".search-box")
    assert {box["data-root"]} == {f"{ADDRESS}/"}
    assert box["data-index"].startswith(ADDRESS) and box["data-engine"].startswith(ADDRESS)


def test_with_an_address_every_page_names_its_own_and_a_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(head, "site_address", lambda root: ADDRESS)
    (tmp_path / "pyproject.toml").write_text('[project]\ndescription = "A course"\n')
    app = SimpleNamespace(
        srcdir=tmp_path / "book",
        builder=SimpleNamespace(format="html"),
        config=SimpleNamespace(root_doc="intro", html_title=NAME),
        env=SimpleNamespace(found_docs={"intro", "lenet"}),
    )
    for page, place in (("intro", f"{ADDRESS}/"), ("search", None)):
        context = {"title": NAME}
        head.describe(app, page, "page.html", context, None)
        found = {meta.get("property"): meta["content"] for meta in context["head_metas"]}
        assert context["pageurl"] == found.get("og:url") == place
        assert found.get("og:image") == (place and f"{ADDRESS}/_static/{card.NAME}")


def test_the_map_of_the_site_lists_addresses_in_each_language():
    both = {"en": f"{ADDRESS}/a&b.html", "it": f"{ADDRESS}/it/a&b.html"}
    found = ElementTree.fromstring(head.sitemap_of([{"en": f"{ADDRESS}/"}, both]))
    assert [loc.text for loc in found.findall("{*}url/{*}loc")] == [f"{ADDRESS}/", *both.values()]
    others = [
        {link.get("hreflang"): link.get("href") for link in url.findall("{*}link")}
        for url in found.findall("{*}url")
    ]
    assert others == [{}, both, both]


def test_the_picture_has_the_size_that_it_says_whatever_the_style(tmp_path):
    with rc_context():
        plotting.use_style()
        rcParams.update({"savefig.bbox": "tight", "savefig.dpi": 200, "figure.dpi": 50})
        card.draw(NAME, tmp_path / card.NAME)
    with Image.open(tmp_path / card.NAME) as picture:
        assert picture.size == card.SIZE
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 20, "something is drawn"
    assert (tmp_path / card.NAME).stat().st_size < 100_000
