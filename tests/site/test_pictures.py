"""The pictures that chapters draw: small, and dark ones on dark pages."""

import io

import numpy as np
import pytest
from browsing import SITE, soup
from PIL import Image, PngImagePlugin
from test_site import NOTEBOOKS, in_colors

from cnncourse.site.pictures import LOST, LOST_ANYWHERE, shrink

LOADED = """() => performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => name.includes("_images/")).map((name) => name.split("/").pop())"""


def drawn(path, pixels):
    """A PNG like those of matplotlib's."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Software", "Matplotlib")
    Image.fromarray(pixels).convert("RGBA").save(path, pnginfo=about)
    return path.stat().st_size


def plot(seed=0):
    steps = np.repeat(np.random.default_rng(seed).integers(0, 40, (30, 40)) * 6, 5, axis=0)
    return np.repeat(np.repeat(steps, 5, axis=1)[..., None], 3, axis=2).astype(np.uint8)


def test_a_drawing_gets_smaller_and_looks_as_before(tmp_path):
    pixels, path = plot(), tmp_path / "p.png"
    before = drawn(path, pixels)
    shrink(path)
    assert path.stat().st_size < before
    np.testing.assert_array_equal(np.asarray(Image.open(path).convert("RGB")), pixels)


def test_a_photograph_keeps_its_colors(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    drawn(tmp_path / "p.png", pixels)
    shrink(tmp_path / "p.png")
    found = np.asarray(Image.open(tmp_path / "p.png").convert("RGB"))
    np.testing.assert_array_equal(found, pixels)


def test_what_it_loses_is_not_seen(tmp_path):
    y, x = np.mgrid[:200, :300]
    pixels = np.stack([x * 255 // 300, y * 255 // 200, (x + y) // 2], axis=2).astype(np.uint8)
    drawn(tmp_path / "p.png", pixels)
    shrink(tmp_path / "p.png")
    found = np.asarray(Image.open(tmp_path / "p.png").convert("RGB")).astype(int)
    lost = np.abs(found - pixels)
    assert lost.mean() <= LOST and lost.max() <= LOST_ANYWHERE


def test_what_is_not_drawn_here_or_is_small_already_stays(tmp_path):
    pixels, path = plot(), tmp_path / "p.png"
    Image.fromarray(pixels).save(path)
    before = path.read_bytes()
    shrink(path)
    assert path.read_bytes() == before
    drawn(path, pixels)
    shrink(path)
    before = path.read_bytes()
    shrink(path)
    assert path.read_bytes() == before


def pictures(page, paper):
    html = soup(SITE / f"{page}.html")
    return html.select(f"article img.on-{paper}")


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_every_picture_has_a_dark_one_beside_it_of_the_same_size_and_words(site, page):
    html = soup(SITE / f"{page}.html")
    drawn_here = html.select("article .cell_output img[src^='_images/']")
    light, dark = pictures(page, "light"), pictures(page, "dark")
    assert len(light) == len(dark) and len(drawn_here) == 2 * len(light)
    for one, other in zip(light, dark, strict=True):
        for name in ("alt", "width", "height", "loading"):
            assert one[name] == other[name]
        pale, deep = (
            np.asarray(Image.open(SITE / each["src"]).convert("L"))[0].mean()
            for each in (one, other)
        )
        assert deep < 60 < 200 < pale, "its paper"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_only_the_pictures_of_the_mode_in_use_are_loaded(visit, mode):
    tab = visit("pooling", origin="http", color_scheme=mode).tab
    in_colors(mode, tab)
    for picture in tab.locator(f"article img.on-{mode}").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("(picture) => picture.decode()")
    other = "dark" if mode == "light" else "light"
    loaded = set(tab.evaluate(LOADED))
    assert loaded >= {each["src"].split("/")[-1] for each in pictures("pooling", mode)}
    assert not loaded & {each["src"].split("/")[-1] for each in pictures("pooling", other)}
    assert tab.locator(f"article img.on-{other} >> visible=true").count() == 0


def test_whoever_prints_from_the_dark_gets_the_light_pictures(visit):
    opened = visit("basics", color_scheme="dark")
    opened.tab.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    printed = opened.tab.pdf()
    [light] = pictures("basics", "light")
    size = Image.open(SITE / light["src"]).size
    found = [image.size for image in images(printed)]
    assert size in found
    whites = [np.asarray(image.convert("L"))[0].mean() for image in images(printed)]
    assert min(whites) > 200


def images(pdf):
    """The pictures of a PDF, as Chromium puts them there."""
    from pypdf import PdfReader

    for page in PdfReader(io.BytesIO(pdf)).pages:
        for found in page.images:
            yield found.image
