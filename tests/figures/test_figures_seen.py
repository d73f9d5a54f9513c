"""What every figure owes to the eye, in every state: it fits the screen, and all of it can be read."""

import itertools
import random
import re

import pytest
from browsing import CONTRAST, LEAST_CONTRAST, SITE
from seen import THROUGH
from test_figures_state import CLASSES, some_states

from cnncourse.figures import assemble

pytestmark = pytest.mark.usefixtures("site")
PLACES = sorted(
    (path.stem, name)
    for path in SITE.glob("*.html")
    for name in re.findall(r'class="cnn-figure" id="([\w-]+)"', path.read_text("utf-8"))
)
each_figure = pytest.mark.parametrize("page, name", PLACES)

SMALLEST = 11
LAPTOP = {"width": 1280, "height": 720}
PHONE = {"width": 320, "height": 640}


def states(name):
    """Queries for links: every trait at its ends, all together at theirs, and anything else."""
    description = CLASSES[name].description
    ends = {
        trait: described.get("enum", [-1e9, 1e9] if "minimum" in described else [False, True])
        for trait, described in description.items()
        if described.get("type") != "array"
    }
    for trait, values in ends.items():
        yield from ({trait: value} for value in values)
    yield {trait: values[-1] for trait, values in ends.items()}
    for first, second in itertools.combinations(ends, 2):
        if random.Random(f"{name} {first} {second}").random() < 0.3:
            yield {first: ends[first][-1], second: ends[second][-1]}
    yield from some_states(name, 8)


def queries(name):
    def written(value):
        return value if isinstance(value, str) else str(value).lower()

    for state in states(name):
        yield "&".join(f"{trait}={written(value)}" for trait, value in state.items())


@each_figure
def test_figure_fits_a_laptops_screen_and_is_read_in_every_state(reading, page, name):
    visited = reading(page, viewport=LAPTOP)
    asked = [name, list(queries(name.split("-")[0])), LAPTOP["height"], SMALLEST, LEAST_CONTRAST]
    assert visited.tab.evaluate(THROUGH, asked) == []
    assert visited.errors == []


@each_figure
def test_figure_is_read_on_a_narrow_phone_in_every_state(reading, page, name):
    visited = reading(page, viewport=PHONE)
    asked = [name, list(queries(name.split("-")[0])), None, SMALLEST, None]
    assert visited.tab.evaluate(THROUGH, asked) == []
    assert visited.errors == []


@pytest.mark.parametrize(
    "page, name, query, height",
    [
        ("arithmetic", "ConvolutionArithmetic", "input_size=10&padding=4", 844),
        ("im2col", "Im2col", "channels=2&kernel_size=3&padding=1", 844),
        ("convolution", "KernelLab", "", 640),
        ("lenet", "LeNetLive", "", 640),
        ("inside", "GradCam", "digit=1", 640),
    ],
)
def test_what_one_looks_at_fits_a_phones_screen_with_the_words_about_it(
    visit, page, name, query, height
):
    """What one sets may be a swipe away; what it changes is seen together."""
    tab = visit(page, fragment=f"#{name}?{query}", viewport={"width": 390, "height": height}).tab
    figure = tab.locator(f"#{name}")
    figure.scroll_into_view_if_needed()
    words = figure.locator(".cnn-status").bounding_box()
    top = figure.locator(".cnn-stage").bounding_box()["y"]
    assert words["y"] + words["height"] - top <= height


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_is_read_on_every_color_that_a_scale_gives(browser, theme):
    tab = browser.new_page()
    style = assemble.STYLE.read_text("utf-8")
    tab.set_content(f"<html data-theme='{theme}'><style>{style}</style><div class='cnn-frame'>")
    tab.add_script_tag(content=assemble.read("math", "state", "en", "draw"))
    ratios = tab.evaluate(
        "() => {"
        + CONTRAST
        + """
        const frame = document.querySelector(".cnn-frame");
        const ink = getComputedStyle(frame).color, every = Object.keys(fills);
        const shares = Array.from({ length: 101 }, (_, index) => index / 100);
        const colors = {
            signed: shares.flatMap((share) => [share, -share].map((v) => fills.signed(v, 1))),
            amount: shares.map(fills.amount),
            hue: HUES.map((_, index) => fills.hue(index)),
        };
        if (every.some((scale) => !(scale in colors))) return every;
        return Object.values(colors).flat().map((color) => {
            frame.style.background = color;
            return contrast(getComputedStyle(frame).backgroundColor, ink);
        });
    }"""
    )
    assert len(ratios) > 300 and min(ratios) >= LEAST_CONTRAST
    tab.close()


def test_no_figure_colors_cells_but_by_a_scale():
    for path in assemble.STATIC.glob("*.js"):
        text = path.read_text("utf-8")
        assert path.name == "draw.js" or "color-mix" not in text, path.name


# Full screen


@each_figure
def test_full_screen_shows_the_figure_alone_and_a_remote_steps_through_it(turn_to, page, name):
    visited = turn_to(page, viewport=LAPTOP)
    figure = visited.tab.locator(f"#{name}")
    figure.scroll_into_view_if_needed()  # some load what they need when a reader comes near
    before = float(figure.evaluate("e => parseFloat(getComputedStyle(e.firstChild).fontSize)"))
    figure.locator("[data-key=full_screen]").click()
    frame = figure.locator(".cnn-frame")
    visited.tab.wait_for_function("() => document.fullscreenElement")
    size = visited.tab.evaluate("() => ({ width: innerWidth, height: innerHeight })")
    assert frame.bounding_box() == {"x": 0, "y": 0, **size}
    assert frame.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 1.1 * before
    fits = "e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1"
    assert frame.evaluate(fits)

    def address():
        return figure.locator(".cnn-foot a").get_attribute("href")

    author = address()
    for forward, back in (("PageDown", "PageUp"), ("ArrowRight", "ArrowLeft")):
        visited.tab.keyboard.press(forward)
        visited.tab.keyboard.press(forward)
        assert address() != author
        visited.tab.keyboard.press(back)
        visited.tab.keyboard.press(back)
        assert address() == author
    figure.locator("[data-key=full_screen]").click()
    visited.tab.wait_for_function("() => !document.fullscreenElement")
    assert frame.bounding_box()["width"] < size["width"]
    visited.tab.keyboard.press("PageDown")
    assert address() == author, "outside of the full screen keys are the page's"
    assert visited.errors == []
