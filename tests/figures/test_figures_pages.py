"""Each figure in its page: moved by pointer and keyboard, with torch's numbers, and nothing fetched."""

import gzip
import json
import math
import re
import runpy
from itertools import cycle
from urllib.parse import parse_qsl, urlsplit

import pytest
import torch
import torch.nn.functional as F
from browsing import ROOT, SITE
from PIL import Image
from sklearn.datasets import load_sample_image
from stored_lenet import stored_weights

from cnncourse import arithmetic, figures, models
from cnncourse.course import course_languages
from cnncourse.language import speaking
from cnncourse.site.figures import assets, script

pytestmark = pytest.mark.usefixtures("site")
MOST_BYTES = 66_000
# Where the book shows each figure: (page, the element's id).
PLACES = sorted(
    (path.stem, name)
    for path in SITE.glob("*.html")
    for name in re.findall(r'class="cnn-figure" id="([\w-]+)"', path.read_text("utf-8"))
)
each_figure = pytest.mark.parametrize("page, name", PLACES, indirect=["page"])
each_page = pytest.mark.parametrize("page", sorted({page for page, _ in PLACES}), indirect=True)


@pytest.fixture
def open_figure(turn_to):
    """Opens a page and finds a figure: its element."""
    opened = []

    def open_it(page, name, origin="file"):
        opened.append(turn_to(page, origin))
        return near(opened[-1].tab.locator(f"#{name}"))

    yield open_it
    for visited in opened:
        assert visited.errors == []
        assert visited.outside == []


def near(figure):
    """The figure once a reader has come near it: what it needs may be loaded only then."""
    if figure.get_attribute("data-needs"):
        figure.scroll_into_view_if_needed()
        figure.get_by_role("status").wait_for()
    return figure


def numbers(grid):
    """The numbers of a grid of cells, row by row, as a tensor."""
    texts = grid.locator(".cnn-cell text").all_text_contents()
    columns = grid.locator(".cnn-cell rect").evaluate_all(
        "all => new Set(all.map((box) => box.getAttribute('x'))).size"
    )
    return torch.tensor([float(text.replace("−", "-")) for text in texts]).reshape(-1, columns)


def cells_with(grid, mark="on"):
    """Which cells of a grid, or of a figure, have a mark, by number."""
    return grid.locator(".cnn-cell").evaluate_all(
        "(all, mark) => all.flatMap((cell, i) => (cell.classList.contains(mark) ? [i] : []))", mark
    )


def slide(figure, trait, value):
    """Move a slider by the keyboard, as far as it goes towards `value`."""
    slider = figure.locator(f"input[data-trait={trait}]")
    steps = value - int(slider.input_value())
    slider.focus()
    for _ in range(abs(steps)):
        figure.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
    return int(slider.input_value())


def press(figure, key):
    figure.locator(f"button[data-key={key}]").click()


def choose(figure, case):
    figure.locator("select[data-trait=cases]").select_option(case)


def status(figure):
    return figure.locator(".cnn-status").text_content()


# All figures


def test_every_figure_is_in_the_book():
    assert {name.split("-")[0] for _, name in PLACES} == set(figures.__all__)


def test_script_and_style_of_all_figures_are_light():
    data = {f"{name}.js" for figure in figures.__all__ for name in getattr(figures, figure).data}
    packed = {name: len(gzip.compress(text.encode())) for name, text in assets().items()}
    assert sum(size for name, size in packed.items() if name not in data) <= MOST_BYTES


def by_hand(figure):
    """Move all that can be moved by pointer and keyboard."""
    for button in figure.locator("button").all():
        if button.is_visible() and button.is_enabled():
            button.click()
    press(figure, "reset")
    for slider in figure.locator("input[type=range]").all():
        for key in ("End", "Home"):
            slider.press(key)
    for select in figure.locator("select").all():
        select.select_option(index=select.locator("option").count() - 1)
    for stop in figure.locator("[tabindex='0']").all():
        if stop.is_visible():
            stop.focus()
            for key in KEYS:
                figure.page.keyboard.press(key)


def by_script(figure):
    """The same by the events that a browser makes of it, in one go.

    But for a window to choose a file in, and for the whole screen, a browser wants a person's click.
    """
    if figure.locator("button[data-key=own]").count():
        press(figure, "own")
    for reached in ("document.fullscreenElement", "!document.fullscreenElement"):
        press(figure, "full_screen")
        figure.page.wait_for_function(reached)
    figure.evaluate(
        """async (figure, keys) => {
        const seen = (node) => node.checkVisibility({ visibilityProperty: true });
        const set = (control, value) => {
            control.value = value;
            for (const kind of ["input", "change"])
                control.dispatchEvent(new Event(kind, { bubbles: true }));
        };
        const frame = () => new Promise(requestAnimationFrame);
        for (const button of figure.querySelectorAll("button"))
            if (seen(button) && !button.disabled && !["own", "full_screen"].includes(button.dataset.key)) {
                button.click();
                await frame();
            }
        figure.querySelector("button[data-key=reset]").click();
        for (const slider of figure.querySelectorAll("input[type=range]"))
            for (const end of [slider.max, slider.min]) set(slider, end);
        for (const select of figure.querySelectorAll("select"))
            set(select, select.options[select.options.length - 1].value);
        for (const stop of figure.querySelectorAll("[tabindex='0']")) {
            if (!seen(stop)) continue;
            stop.focus();
            for (const key of keys)
                for (const kind of ["keydown", "keyup"])
                    document.activeElement.dispatchEvent(new KeyboardEvent(kind,
                        { key, bubbles: true, cancelable: true }));
            await frame();
        }
    }""",
        KEYS,
    )


KEYS = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Enter"]


@pytest.mark.parametrize("move, origin", [(by_hand, "file"), (by_script, "http")])
@each_figure
def test_every_control_moves_the_figure_without_an_error(open_figure, page, name, move, origin):
    figure = open_figure(page, name, origin=origin)
    author = figure.locator(".cnn-foot a").get_attribute("href")
    assert figure.locator(".cnn-still").count() == 0 and status(figure)
    move(figure)
    assert status(figure)
    press(figure, "reset")
    assert figure.locator(".cnn-foot a").get_attribute("href") == author


def test_a_click_is_none_the_less_one_where_the_focus_leaves_a_cell_for_it(turn_to):
    """What the status says then is longer by a line, which moved the button from under the pointer."""
    figure = near(turn_to("arithmetic").tab.locator("#ConvolutionArithmetic-2"))
    author = shown_state(figure)
    for slider in figure.locator("input[type=range]").all():
        slider.press("End")
    for cells in figure.locator("svg[tabindex='0']").all():
        changed = shown_state(figure)
        cells.focus()
        cells.press("ArrowRight")
        press(figure, "reset")
        assert shown_state(figure) == author != changed
        for slider in figure.locator("input[type=range]").all():
            slider.press("End")


@each_figure
def test_figure_has_a_picture_without_javascript(reading, page, name):
    still = reading(page, java_script_enabled=False).tab.locator(f"#{name}")
    assert still.locator(".cnn-stage").locator("svg, img, table").first.is_visible()
    assert still.locator("button, input, [tabindex], canvas").count() == 0


@each_page
def test_paper_shows_pictures_without_controls_and_captions_tell_what_they_show(reading, page):
    live, still = reading(page).tab, reading(page, java_script_enabled=False).tab
    captions = live.locator("figcaption").all_text_contents()
    shown = live.locator(".cnn-figure").all()
    for figure in shown:
        figure.scroll_into_view_if_needed()  # some load what they need when a reader comes near
        figure.locator(".cnn-frame:not(.cnn-still)").wait_for()
    for place in (still, live):
        told = place.locator(".cnn-on-paper")
        assert told.count() == sum("On paper" in caption for caption in captions)
        for part in told.all():
            assert part.is_visible() == (place is still)
    for media, on_paper in (("print", True), ("screen", False)):
        live.emulate_media(media=media)
        assert all(part.is_visible() == on_paper for part in live.locator(".cnn-on-paper").all())
        for figure in shown:
            assert figure.locator(".cnn-controls").is_visible() != on_paper
            assert figure.locator(".cnn-stage").is_visible()


@each_page
def test_nothing_glides_for_readers_who_asked_for_less_motion(reading, page):
    tab = reading(page).tab
    tab.emulate_media(reduced_motion="reduce")
    moving = tab.eval_on_selector_all(
        ".cnn-figure *",
        "all => all.filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
        ".map(e => e.outerHTML.slice(0, 200))",
    )
    tab.emulate_media(reduced_motion="no-preference")
    assert moving == []


@pytest.mark.parametrize("language", course_languages(ROOT))
def test_still_pictures_are_those_of_the_script(browser, language):
    """As drawn now, but for the bytes of images, which differ by the browser's version, and for
    sizes, which follow the width of the letters that a machine has."""
    tool = runpy.run_path(str(ROOT / "tools" / "draw_stills.py"))
    places, folder = tool["places"](), tool["folder_of"](language)
    assert {still.name for still in places} == {path.name for path in folder.glob("*.html")}

    def plain(text):
        sizes = r' src="data:[^"]*"| textLength="[^"]*"|[\w-]+: [\d.]+px;? ?| cnn-tiny| style=""'
        return re.sub(sizes, "", text)

    with speaking(language):
        files = assets()
    tab = browser.new_page(viewport=tool["SCREEN"])
    for still, place in places.items():
        tool["draw"](tab, place, files, language)
        drawn, stored = tool["still"](tab), (folder / still.name).read_text("utf-8")
        assert plain(drawn) == plain(stored), "run: python tools/draw_stills.py"
    tab.close()


# States from a link, and figures that fail


def shown_state(figure):
    """The state of a figure, as its own link says it."""
    query = urlsplit(figure.locator(".cnn-foot a").get_attribute("href")).fragment
    return dict(parse_qsl(query.partition("?")[2]))


def go(figure, query):
    """Follow a link to a state of the figure, as one in the text would be."""
    name = figure.get_attribute("id")
    figure.page.evaluate("address => { location.hash = address; }", f"{name}?{query}")
    # Until the figure has seen it.
    figure.page.evaluate("() => new Promise((done) => setTimeout(done))")


@pytest.mark.parametrize(
    "page, name, query",
    [
        ("convolution", "KernelLab", "kernel=[1,2]"),
        ("lenet", "LeNetLive", "layer=constructor"),
        ("lenet", "LeNetLive", "strokes=[[1],null,[1,2,3]]&unit=[99,99,99]"),
        ("pooling", "Pooling", "mode=toString&__proto__=1&stride=1e999&step=-3"),
    ],
)
def test_link_to_what_is_no_state_leaves_a_figure_that_works(turn_to, visit, page, name, query):
    author = shown_state(near(turn_to(page).tab.locator(f"#{name}")))
    visited = visit(page, fragment=f"#{name}?{query}")
    figure = near(visited.tab.locator(f"#{name}"))
    assert shown_state(figure).keys() == author.keys()
    assert status(figure) and "undefined" not in status(figure) and "NaN" not in status(figure)
    press(figure, "reset")
    assert shown_state(figure) == author
    assert visited.errors == []


@each_figure
def test_figure_draws_every_trait_at_its_ends(reading, page, name):
    """The last test of the page that others only look at."""
    visited = reading(page)
    figure = near(visited.tab.locator(f"#{name}"))
    description = getattr(figures, name.split("-")[0]).description
    queries = [
        f"{trait}={value}"
        for trait, described in description.items()
        for value in described.get("enum", ["-1e9", "1e9", "true", "false"])
    ]
    queries.append("&".join(f"{trait}=1e9" for trait in description))
    wrong = figure.evaluate(
        """async (figure, queries) => {
        const wrong = [];
        for (const query of queries) {
            location.hash = `${figure.id}?${query}`;
            await new Promise((done) => setTimeout(done));
            const words = figure.querySelector(".cnn-frame").textContent;
            if (words.includes("NaN") || words.includes("undefined")
                || !figure.querySelector(".cnn-status").textContent) wrong.push(query);
        }
        return wrong;
    }""",
        queries,
    )
    assert wrong == []
    assert visited.errors == [] and visited.outside == []


def test_kernel_lab_ends_where_its_map_and_its_weights_do(open_figure):
    figure = open_figure("convolution", "KernelLab")
    go(figure, "row=999&column=999&kernel=[99,0,0,0,0,0,0,0,-99]")
    assert "row 45, column 45" in status(figure)
    weights = figure.locator("input[type=number]")
    assert [weights.nth(tap).input_value() for tap in (0, 8)] == ["9", "-9"]
    assert [weights.first.get_attribute(end) for end in ("min", "max")] == ["-9", "9"]
    for text, taken in (("9.5", False), ("8.5", True)):
        weights.first.fill(text)
        assert ("8.5" in shown_state(figure)["kernel"]) == taken


def test_reset_after_a_link_returns_to_the_authors_state(turn_to, visit):
    author = shown_state(turn_to("arithmetic").tab.locator("#ConvolutionArithmetic"))
    linked = visit("arithmetic", fragment="#ConvolutionArithmetic?stride=3&dilation=2")
    figure = linked.tab.locator("#ConvolutionArithmetic")
    assert shown_state(figure)["stride"] == "3"
    press(figure, "reset")
    assert shown_state(figure) == author
    go(figure, "kernel_size=2")
    assert shown_state(figure) == {**author, "kernel_size": "2"}
    press(figure, "reset")
    assert shown_state(figure) == author


@pytest.mark.parametrize("origin", ["http", "file"])
def test_back_and_forward_restore_what_was_there(open_figure, origin):
    figure = open_figure("arithmetic", "ConvolutionArithmetic", origin=origin)
    tab = figure.page
    slide(figure, "input_size", 8)
    states = [shown_state(figure)]
    go(figure, "stride=2&padding=1")
    slide(figure, "kernel_size", 4)
    states.append(shown_state(figure))
    go(figure, "dilation=2")
    states.append(shown_state(figure))
    assert len({tuple(state.items()) for state in states}) == 3
    for step, index in ((tab.go_back, 1), (tab.go_back, 0), (tab.go_forward, 1)):
        step()
        tab.wait_for_function(
            "size => document.querySelector('#ConvolutionArithmetic .cnn-foot a').hash"
            ".includes(`kernel_size=${size}`)",
            arg=states[index]["kernel_size"],
        )
        assert shown_state(figure) == states[index]


def test_place_in_the_text_leaves_a_figure_alone(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    figure.page.evaluate("() => { location.hash = 'somewhere'; }")
    slide(figure, "input_size", 8)
    figure.page.go_back()
    figure.page.wait_for_function("() => location.hash === ''")
    assert shown_state(figure)["input_size"] == "8"


BROKEN = {
    "made": "figure('FromDenseToConvolution', () => { throw new Error('no luck'); });",
    "drawn": "figure('FromDenseToConvolution', () => ({ draw() { throw new Error('no luck'); } }));",
    "moved": "figure('FromDenseToConvolution', (frame) => { frame.row(frame.choice('stage'));"
    " return { draw() { if (frame.state.stage === 'local') throw new Error('no luck'); } }; });",
}


@pytest.mark.parametrize("when", BROKEN)
def test_figure_that_throws_stops_no_other_and_says_so_above_its_picture(browser, origins, when):
    tab = browser.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    whole = script(["FromDenseToConvolution", "KernelLab"])
    broken = whole.replace("performance.mark", BROKEN[when] + "performance.mark")
    tab.route("**/figures/*.js*", lambda route: route.fulfill(body=broken))
    tab.goto(f"{origins['http']}convolution.html")
    broken, whole = tab.locator("#FromDenseToConvolution"), tab.locator("#KernelLab")
    if when == "moved":
        press(broken, "stage_local")
        broken.get_by_role("status").filter(has_text="no luck").wait_for()
    assert "This figure stopped (no luck)" in broken.text_content()
    assert broken.locator(".cnn-still .cnn-stage svg").first.is_visible()
    press(whole, "identity")
    assert "Zero is middle gray" in status(whole)
    assert errors == [], "the rest of the script runs"
    tab.close()


def test_values_of_a_notebook_are_repaired_before_anything_is_drawn(visit):
    """A widget's model that holds anything, as one read from a saved notebook may."""
    visited = visit("intro")
    render = """async ([script, state]) => {
        const { default: figure } = await import(URL.createObjectURL(
            new Blob([script], { type: "text/javascript" })));
        const el = document.body.appendChild(document.createElement("div"));
        figure.render({ el, model: { get: (name) => state[name], on() {}, off() {},
            set: (name, value) => { state[name] = value; }, save_changes() {} } });
        return [state, el.querySelector(".cnn-status")?.textContent];
    }"""
    for name in figures.__all__:
        figure = getattr(figures, name)
        wrong = dict(zip(figure.description, cycle(WRONG), strict=False))
        state, words = visited.tab.evaluate(render, [figure()._esm, wrong])
        for computed in ("probabilities", "alpha"):
            state.pop(computed, None)
        assert state == figure(**state).state() and words, name
    assert visited.errors == []


WRONG = [None, "constructor", {"length": 2}, [[["x"]]], 1e300]


# ConvolutionArithmetic

CASES = {
    "case_valid": dict(),
    "case_full": dict(padding=2),
    "case_strides": dict(stride=2),
    "case_both": dict(padding=1, stride=2),
    "case_dilation": dict(dilation=2),
}


@pytest.mark.parametrize("case", CASES)
def test_arithmetic_shows_torchs_numbers_in_the_five_cases(open_figure, case):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, case)
    padded, kernel, output = map(numbers, figure.locator(".cnn-panel").all())
    settings = {**CASES[case], "padding": 0}
    expected = F.conv2d(padded[None, None], kernel[None, None], **settings)[0, 0]
    assert torch.equal(output, expected)
    assert figure.locator(".cnn-formula strong").last.text_content() == str(len(expected))


def test_arithmetic_sliders_keep_to_what_fits(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_valid")
    assert slide(figure, "input_size", 3) == 3
    assert slide(figure, "kernel_size", 5) == 3, "a larger kernel does not fit"
    assert figure.locator("input[data-trait=dilation]").is_disabled()
    assert slide(figure, "padding", 1) == 1
    assert slide(figure, "dilation", 3) == 2
    padded, kernel, output = map(numbers, figure.locator(".cnn-panel").all())
    assert padded.shape == (5, 5) and output.shape == (1, 1)
    assert torch.equal(output, F.conv2d(padded[None, None], kernel[None, None], dilation=2)[0, 0])


def test_arithmetic_hatches_what_no_window_reaches(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_valid")
    slide(figure, "stride", 4)
    padded, *_ = figure.locator(".cnn-panel").all()
    x = torch.zeros(1, 1, 6, 6, requires_grad=True)
    F.conv2d(x, torch.ones(1, 1, 3, 3), stride=4).sum().backward()
    unseen = (x.grad.flatten() == 0).nonzero().flatten().tolist()
    assert cells_with(padded, "unseen") == unseen
    assert "3/4" in figure.locator(".cnn-note").text_content()


def test_arithmetic_counts_the_overlaps_of_a_transposed_convolution(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic-2")
    slide(figure, "stride", 3)
    slide(figure, "kernel_size", 4)
    *_, counts = figure.locator(".cnn-panel").all()
    ones = torch.ones(1, 1, 4, 4)
    assert torch.equal(numbers(counts), F.conv_transpose2d(ones, ones, stride=3)[0, 0])
    slide(figure, "padding", 2)
    cut = F.conv_transpose2d(ones, ones, stride=3, padding=2)
    assert str(len(cut[0, 0])) in counts.locator(".cnn-title").text_content()


def test_arithmetic_pointing_at_a_cell_lights_up_its_partners(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_strides")
    padded, kernel, output = figure.locator(".cnn-panel").all()

    output.locator(".cnn-cell").nth(4).hover()  # the middle window, rows and columns 2 to 4
    assert cells_with(padded) == [7 * i + j for i in (2, 3, 4) for j in (2, 3, 4)]
    padded.locator(".cnn-cell").nth(7 * 2 + 2).hover()  # the corner that four windows share
    assert cells_with(output) == [0, 1, 3, 4] and cells_with(kernel) == [0, 2, 6, 8]
    kernel.locator(".cnn-cell").nth(1).hover()
    assert cells_with(padded) == [7 * i + j for i in (0, 2, 4) for j in (1, 3, 5)]


def test_arithmetic_plays_steps_and_speaks(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_strides")
    said = {status(figure)}
    for _ in range(8):
        press(figure, "forward")
        said.add(status(figure))
    assert len(said) == 9
    press(figure, "play")  # from the last window: starts again
    figure.page.wait_for_function(
        "document.querySelector('#ConvolutionArithmetic output').isConnected"
        " && document.querySelectorAll('.cnn-player input')[0].value > 1"
    )
    press(figure, "play")
    assert figure.locator("button[data-key=play]").text_content() == "Play"


def test_arithmetic_is_reached_by_keyboard_alone(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_strides")
    output = figure.locator(".cnn-panel svg").last
    output.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        figure.page.keyboard.press(key)
    assert re.match(r"Window 5 of 9, at row 1, column 1: .* = −?\d+", status(figure))
    assert figure.locator("input[data-trait=step]").input_value() == "4"


def test_state_of_a_figure_is_in_the_address(open_figure, visit, origins):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_dilation")
    figure.locator(".cnn-foot a").click()
    address = figure.page.url
    assert "dilation=2" in address
    tab = visit("arithmetic").tab
    tab.goto(address)
    tab.reload()
    again = tab.locator("#ConvolutionArithmetic")
    assert again.locator("input[data-trait=dilation]").input_value() == "2"
    assert again.locator("select[data-trait=cases]").input_value() == "case_dilation"
    go(again, "dilation=9&kernel_size=5&input_size=1&padding=0")
    assert int(again.locator(".cnn-formula strong").last.text_content()) >= 1


@pytest.mark.parametrize(
    "case, line",
    [
        ("case_circular", 'nn.Conv2d(1, 1, 3, padding=1, padding_mode="circular", bias=False)'),
        (
            "case_causal",
            "nn.Sequential(nn.ConstantPad1d((4, 0), 0.0), nn.Conv1d(1, 1, 3, dilation=2, bias=False))",
        ),
        ("case_groups", "nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False)"),
        ("case_volume", "nn.Conv3d(1, 1, 2, bias=False)"),
    ],
)
def test_arithmetic_prints_the_line_whose_output_it_shows(open_figure, case, line):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, case)
    assert figure.locator(".cnn-line code").text_content() == line
    state = figures.ConvolutionArithmetic(
        **{
            trait: text if trait == "padding_mode" else json.loads(text)
            for trait, text in shown_state(figure).items()
        }
    )
    assert state.module == line
    *_, output = map(numbers, figure.locator(".cnn-panel").all())
    assert output.numel() == state.channels * math.prod(state.output_shape)
    before = status(figure)
    press(figure, "forward")
    assert status(figure) != before and "NaN" not in status(figure)
    figure.page.evaluate(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }"
    )
    press(figure, "copy")
    assert figure.page.evaluate("window.copied") == line


def test_groups_light_up_only_their_own_channels(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    choose(figure, "case_groups")
    press(figure, "groups_2")
    padded, kernel, output = figure.locator(".cnn-panel").all()
    output.locator(".cnn-cell").nth(2 * 4).hover()  # filter 2, row 0, column 0
    lit = {index % 24 // 6 for index in cells_with(padded)}
    assert lit == {2, 3} and kernel.locator(".cnn-cell").count() == 2 * 9
    assert "channel 2, row 0, column 0" in status(figure)


# ChannelSum


def channel_sum(figure):
    """What the figure shows: channels (C, H, W), kernels (C, K, K), maps (F, O, O')."""
    panels = [panel for panel in figure.locator(".cnn-panel").all() if panel.is_visible()]
    grids = {
        word: torch.stack(
            [
                numbers(panel)
                for panel in panels
                if panel.locator(".cnn-title").text_content().startswith(word)
            ]
        )
        for word in ("Channel", "Kernel", "Map")
    }
    return grids.values()


@pytest.mark.parametrize("channels, kernel_size, padding", [(3, 3, 0), (2, 2, 1), (1, 1, 0)])
def test_channel_sum_shows_torchs_maps_and_counts(open_figure, channels, kernel_size, padding):
    figure = open_figure("volumetric", "ChannelSum")
    slide(figure, "channels", channels)
    slide(figure, "kernel_size", kernel_size)
    slide(figure, "padding", padding)
    biases = []
    for f in (0, 1):
        press(figure, f"filter_{f}")
        x, weight, maps = channel_sum(figure)
        without_bias = F.conv2d(x[None], weight[None])[0, 0]
        biases.append((maps[f] - without_bias).unique())
        assert len(biases[-1]) == 1, "one bias for all entries of the map"
        assert figure.locator(
            ".cnn-formula strong"
        ).first.text_content() == f"{maps[f, 0, 0]:g}".replace("-", "−")
    layer = torch.nn.Conv2d(channels, 2, kernel_size, padding=padding)

    def count(name):
        return int(figure.locator(f"[data-count={name}]").text_content())

    assert count("parameters") == models.parameter_count(layer)
    assert count("multiplications") == arithmetic.conv_multiplications(
        (1, channels, 4, 5), layer.weight.shape, padding=padding
    )


def test_channel_sum_shows_each_product(open_figure):
    figure = open_figure("volumetric", "ChannelSum")
    kernel = figure.locator(".cnn-panel", has=figure.page.get_by_text("Kernel 1 of filter 0"))
    kernel.locator(".cnn-cell").nth(4).hover()
    weight, pixel, product = (
        float(word.replace("−", "-")) for word in re.findall(r"−?\d+", status(figure))[1:]
    )
    x, weights, _ = channel_sum(figure)
    assert (weight, pixel, product) == (weights[1, 1, 1], x[1, 1, 1], weights[1, 1, 1] * x[1, 1, 1])


def test_channel_sum_names_the_filter_whose_map_is_pointed_at(open_figure):
    figure = open_figure("volumetric", "ChannelSum")
    figure.locator(".cnn-panel").last.locator(".cnn-cell").nth(3).click()
    assert "Filter 1, at row 1, column 0" in status(figure)
    assert figure.locator("button[data-key=filter_1]").get_attribute("aria-pressed") == "true"


# LeNetLive


def shown_probabilities(figure):
    texts = figure.locator(".cnn-value").all_text_contents()
    return torch.tensor([float(text.split()[0]) / 100 for text in texts])


def read_input(figure):
    """The 32 × 32 pixels on the canvas that LeNet reads, from -1 to 1."""
    bytes = figure.locator("canvas").first.evaluate("""canvas => Array.from(
        canvas.getContext("2d").getImageData(0, 0, 32, 32).data.filter((_, i) => i % 4 === 0))""")
    return torch.tensor(bytes).reshape(1, 1, 32, 32) / 127.5 - 1


@pytest.mark.parametrize("digit", range(10))
def test_lenet_reads_every_example_as_torch_does(open_figure, digit):
    figure = open_figure("lenet", "LeNetLive")
    press(figure, f"digit_{digit}")
    _, model = stored_weights()
    with torch.no_grad():
        expected = model(read_input(figure)).exp()[0]
    shown = shown_probabilities(figure)
    assert torch.allclose(shown, expected, atol=6e-4), "0.1 % and its rounding"
    assert shown.argmax() == digit
    assert status(figure).startswith(f"LeNet reads {digit} with")


def test_lenet_follows_the_pen(open_figure):
    figure = open_figure("lenet", "LeNetLive")
    press(figure, "clear")
    assert "empty" in status(figure)
    assert set(figure.locator(".cnn-value").all_text_contents()) == {"–"}, "no verdict on nothing"
    box = figure.locator(".cnn-paper").bounding_box()
    mouse = figure.page.mouse
    seen = []
    for index, (x, y) in enumerate([(0.3, 0.2), (0.5, 0.2), (0.7, 0.2), (0.6, 0.5), (0.5, 0.85)]):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if index == 0:
            mouse.down()
        seen.append(tuple(shown_probabilities(figure).tolist()))
    mouse.up()
    assert len(set(seen)) >= 4, "the bars follow the pen before it is lifted"
    assert figure.locator("polyline").count() == 1
    assert status(figure).startswith("LeNet reads 7")


def test_lenet_that_is_shown_after_it_was_made_gets_its_colors(open_figure):
    page = open_figure("lenet", "LeNetLive").page
    painted = page.evaluate(
        """async (script) => {
        const { default: figure } = await import(URL.createObjectURL(
            new Blob([script], { type: "text/javascript" })));
        const there = document.querySelector("#LeNetLive"), late = document.createElement("div");
        const state = JSON.parse(there.dataset.state);
        const model = { get: (name) => state[name], set: (name, value) => { state[name] = value; },
                        on() {}, off() {}, save_changes() {} };
        figure.render({ model, el: late });
        await new Promise((done) => setTimeout(done, 200));
        there.after(late);
        await new Promise((done) => setTimeout(done, 500));
        const pixels = (canvas) => [...canvas.getContext("2d").getImageData(
            0, 0, canvas.width, canvas.height).data].join();
        const [one, two] = [there, late].map((element) =>
            [...element.querySelectorAll("canvas")].map(pixels).join());
        return one === two && one.length;
    }""",
        figures.LeNetLive()._esm,
    )
    assert painted


def test_lenet_is_drawn_on_by_touch(visit):
    tab = visit("lenet", has_touch=True).tab
    figure = near(tab.locator("#LeNetLive"))
    press(figure, "clear")
    figure.locator(".cnn-paper").tap(position={"x": 40, "y": 40})
    assert figure.locator("polyline").count() == 1


def test_lenet_is_drawn_on_by_keyboard(open_figure):
    figure = open_figure("lenet", "LeNetLive")
    press(figure, "clear")
    figure.locator(".cnn-paper").focus()
    figure.page.keyboard.press("Space")
    for _ in range(16):
        figure.page.keyboard.press("ArrowDown")
    assert status(figure).startswith("Pen down at 50, 84")
    assert shown_probabilities(figure).argmax() == 1


# Of each picture that is shown: its title, and how many of its units are red and blue, and are
# hatched among these. A hatching line runs through units from the lower left to the upper right.
SIGNS = """figure => [...figure.querySelectorAll(".cnn-maps")].filter(
    (maps) => maps.getClientRects().length).map((maps) => {
    const canvas = maps.querySelector("canvas"), { width, height } = canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height), hatched = new Set();
    const lines = maps.querySelector(".cnn-below").getAttribute("d") ?? "";
    for (const [, x, y, length] of lines.matchAll(/M(\\d+) (\\d+)l(\\d+)-/g))
        for (let unit = 0; unit < length; unit++)
            hatched.add((y - 1 - unit) * width + Number(x) + unit);
    const found = { red: 0, blue: 0, redHatched: 0, blueHatched: 0 };
    for (let unit = 0; unit < width * height; unit++) {
        const [red, , blue] = data.slice(4 * unit), name = red > blue ? "red" : "blue";
        if (Math.abs(red - blue) < 12) continue;
        found[name]++;
        if (hatched.has(unit)) found[`${name}Hatched`]++;
    }
    return [maps.parentElement.querySelector(".cnn-title").textContent, found];
})"""


def signs(figure):
    return {title.split(":")[0]: found for title, found in figure.evaluate(SIGNS)}


def test_lenet_tells_signs_without_color(open_figure):
    found = signs(open_figure("lenet", "LeNetLive"))
    assert [*found] == ["What LeNet reads", "C1", "S2", "C3", "S4", "F5", "F6"]
    assert set(found.pop("What LeNet reads").values()) == {0}, "grays have no sign"
    every_second = found.pop("C1")  # its units are small
    assert every_second["redHatched"] == 0 < every_second["red"]
    assert 0.4 < every_second["blueHatched"] / every_second["blue"] < 0.6
    for name, counts in found.items():
        assert counts["redHatched"] == 0 < counts["red"], name
        assert counts["blueHatched"] == counts["blue"] > 0, name


@pytest.mark.parametrize(
    "layer, maps, side, stack",
    [("C1", 6, 28, [(5, 1, 1)]), ("S4", 16, 5, [(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)])],
)
def test_lenet_marks_the_receptive_field(open_figure, layer, maps, side, stack):
    figure = open_figure("lenet", "LeNetLive")
    canvas = figure.get_by_label(re.compile(f"^{layer}:"))
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] - 0.7, "y": box["height"] - 0.7})  # the last unit
    size = arithmetic.receptive_field(stack)
    mark = figure.locator(".cnn-mark").first
    assert int(mark.get_attribute("width")) == size
    assert int(mark.get_attribute("x")) + size == 32, "the last unit sees the last column"
    assert f"{layer}, map {maps - 1}, row {side - 1}, column {side - 1}" in status(figure)
    assert f"rows {32 - size} to 31" in status(figure)


# GradCam


@pytest.mark.parametrize("layer, depth", [("C1", 2), ("C3", 5)])
def test_grad_cam_says_what_torch_finds(open_figure, layer, depth):
    figure = open_figure("inside", "GradCam")
    press(figure, "example_8")
    press(figure, "digit_3")
    press(figure, f"layer_{layer}")
    _, model = stored_weights()
    gray = figure.get_by_label("What LeNet reads").evaluate("""canvas => Array.from(
        canvas.getContext("2d").getImageData(0, 0, 32, 32).data.filter((_, i) => i % 4 === 0))""")
    x = torch.tensor(gray).reshape(1, 1, 32, 32) / 127.5 - 1
    maps = model.features[:depth](x).detach().requires_grad_()
    scores = model.fc(model.features[depth:](maps).flatten(1))
    (gradient,) = torch.autograd.grad(scores[0, 3], maps)
    alpha = gradient.mean((2, 3), keepdim=True)
    cam = (alpha * maps).sum(1)[0]
    row, column = divmod(int(cam.argmax()), cam.shape[1])
    size, step = {"C1": (5, 1), "C3": (14, 2)}[layer]
    said = status(figure)
    assert said.startswith("LeNet reads 8. Explained is 3,")
    assert f"of the {alpha.numel()} maps of {layer}, {int((alpha < 0).sum())} have" in said
    assert f"rows {row * step} to {row * step + size - 1}" in said
    assert f"columns {column * step} to {column * step + size - 1}." in said


def cam_colors(figure):
    return figure.get_by_label("Grad-CAM over it").evaluate("""canvas => {
        const copy = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
        const context = copy.getContext("2d", { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        return Array.from(context.getImageData(0, 0, 32, 32).data);
    }""")


def test_grad_cam_without_its_relu_shows_what_speaks_against(open_figure):
    figure = open_figure("inside", "GradCam")

    def most_blue():
        pixels = torch.tensor(cam_colors(figure)).reshape(-1, 4)
        return int((pixels[:, 2] - pixels[:, 0]).max())

    before = most_blue()
    assert signs(figure)["Grad-CAM over it"]["blueHatched"] == 0
    press(figure, "signed_true")
    assert most_blue() > before + 40
    against = signs(figure)["Grad-CAM over it"]
    assert against["redHatched"] == 0 and against["blueHatched"] == against["blue"] > 0


def test_grad_cam_follows_the_pen(open_figure):
    figure = open_figure("inside", "GradCam")
    press(figure, "clear")
    assert "empty" in status(figure)
    figure.locator(".cnn-paper").focus()
    figure.page.keyboard.press("Space")
    for _ in range(16):
        figure.page.keyboard.press("ArrowDown")
    assert "LeNet reads 1" in status(figure)
    assert figure.locator(".cnn-lenet-maps:visible").count() == 1


# Pooling

POOLS = {
    "max": lambda x, K, S: F.max_pool2d(x, K, S),
    "average": lambda x, K, S: F.avg_pool2d(x, K, S),
    "l2": lambda x, K, S: (F.avg_pool2d(x**2, K, S) * K * K).sqrt(),
}


def marked(panel):
    return cells_with(panel, "changed")


@pytest.mark.parametrize(
    "mode, K, S", [("max", 2, 2), ("average", 3, 1), ("l2", 2, 3), ("max", 4, 4)]
)
def test_pooling_shows_torchs_numbers_and_marks_what_a_shift_changes(open_figure, mode, K, S):
    figure = open_figure("pooling", "Pooling")
    press(figure, f"mode_{mode}")
    assert slide(figure, "kernel_size", K) == K and slide(figure, "stride", S) == S
    pooled = []
    for right, down in ((0, 0), (0, 1), (1, 0)):
        slide(figure, "right", right), slide(figure, "down", down)
        image, output = figure.locator(".cnn-panel").all()
        pooled.append(POOLS[mode](numbers(image)[None, None], K, S)[0, 0])
        assert torch.allclose(numbers(output), pooled[-1], atol=0.0501)
        assert marked(output) == (pooled[-1] != pooled[0]).flatten().nonzero().flatten().tolist()
    if (mode, K, S) == ("max", 4, 4):  # the chapter's question
        assert torch.equal(pooled[1], pooled[0]) and not torch.equal(pooled[2], pooled[0])


def test_pooling_links_pixels_and_windows(open_figure):
    figure = open_figure("pooling", "Pooling")
    press(figure, "mode_max"), slide(figure, "kernel_size", 2), slide(figure, "stride", 1)
    image, output = figure.locator(".cnn-panel").all()
    image.locator(".cnn-cell").nth(8 * 2 + 3).hover()
    lit = cells_with(output)
    assert lit == [7 * j + k for j in (1, 2) for k in (2, 3)]
    assert "4 windows" in status(figure)


# Equivariance

SOBEL = torch.tensor([[[[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]]])


def blank_is_zero(panel):
    texts = panel.locator(".cnn-cell text").all_text_contents()
    side = round(len(texts) ** 0.5)
    return torch.tensor([float(text.replace("−", "-") or 0) for text in texts]).reshape(
        1, 1, side, side
    )


@pytest.mark.parametrize("padding", ["circular", "zeros"])
@pytest.mark.parametrize("right, stride", [(0, 1), (2, 1), (2, 2), (1, 2)])
def test_equivariance_marks_what_does_not_follow(open_figure, padding, right, stride):
    figure = open_figure("why_cnns", "Equivariance")
    press(figure, f"padding_{padding}"), press(figure, f"stride_{stride}")
    slide(figure, "right", right)
    image, output, dense = figure.locator(".cnn-panel").all()

    def convolve(x):
        return F.conv2d(
            F.pad(x, (1, 1, 1, 1), mode="constant" if padding == "zeros" else "circular"),
            SOBEL,
            stride=stride,
        )

    x = blank_is_zero(image)
    assert torch.equal(blank_is_zero(output), convolve(x))
    if right % stride == 0:
        follows = convolve(x.roll(-right, dims=3)).roll(right // stride, dims=3)
        assert marked(output) == (convolve(x) != follows).flatten().nonzero().flatten().tolist()
        assert (not marked(output)) == (padding == "circular" or right == 0)
    else:
        assert len(marked(output)) == output.locator(".cnn-cell").count()
    assert (len(marked(dense)) > 32) == (right > 0)


def test_equivariance_is_dragged_by_the_pointer(open_figure):
    figure = open_figure("why_cnns", "Equivariance")
    figure.locator("button[data-key=reset]").click()
    slide(figure, "right", 0)
    figure.scroll_into_view_if_needed()
    box = figure.locator(".cnn-panel svg").first.bounding_box()
    mouse = figure.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 6.1 / 8, box["y"] + box["height"] * 3 / 8, steps=5)
    mouse.up()
    mouse.move(box["x"], box["y"])
    assert [figure.locator(f"input[data-trait={t}]").input_value() for t in ("right", "down")] == [
        "2",
        "-1",
    ]


# Im2col


@pytest.mark.parametrize("C, K, P, S, D", [(1, 2, 0, 1, 1), (2, 3, 1, 2, 1), (1, 2, 1, 1, 2)])
def test_im2col_shows_torchs_columns_product_and_bytes(open_figure, C, K, P, S, D):
    figure = open_figure("im2col", "Im2col")
    for trait, value in dict(
        dilation=1, padding=P, kernel_size=K, dilation_=D, stride=S, channels=C
    ).items():
        assert slide(figure, trait.rstrip("_"), value) == value
    panels = figure.locator(".cnn-panel").all()
    images, (output, weights, columns, product) = panels[:C], panels[2:]
    count = columns.locator(".cnn-cell").count() // (C * K * K)
    slide(figure, "step", count - 1)  # the last column fills the map
    x = torch.stack([numbers(image) for image in images])[None]
    assert torch.equal(numbers(columns), F.unfold(x, K, stride=S, dilation=D)[0])
    kernel = numbers(weights).reshape(1, C, K, K)
    expected = F.conv2d(x, kernel, stride=S, dilation=D)[0, 0]
    assert torch.equal(numbers(output), expected)
    assert torch.equal(numbers(product), expected.reshape(1, -1))
    assert figure.locator("[data-count=bytes]").text_content() == str(4 * C * K * K * count)


def test_im2col_pointing_at_a_pixel_shows_all_its_copies(open_figure):
    figure = open_figure("im2col", "Im2col")
    slide(figure, "channels", 1), slide(figure, "kernel_size", 3), slide(figure, "padding", 0)
    image, _, _, _, columns, _ = figure.locator(".cnn-panel").all()
    image.locator(".cnn-cell").nth(5 * 1 + 2).hover()
    lit = cells_with(columns)
    x = torch.zeros(1, 1, 4, 5)
    x[0, 0, 1, 2] = 1
    assert lit == F.unfold(x, 3).flatten().nonzero().flatten().tolist()
    assert f"copied {len(lit)} times" in status(figure)


# DropoutNetwork


def test_dropout_average_meets_the_evaluation_pass_if_the_survivors_are_scaled(open_figure):
    figure = open_figure("dropout", "DropoutNetwork")

    def shown():
        return float(figure.locator("[data-count=average]").text_content().replace("−", "-"))

    press(figure, "training_false")
    evaluation = float(status(figure).rpartition(" ")[2].rstrip("."))
    units, weights = (
        torch.tensor([0.8, 1.5, 0.4, 1.2, 2, 0.6]),
        torch.tensor([1, -0.5, 2, 0.5, 1, -1]),
    )
    assert evaluation == pytest.approx(float(units @ weights), abs=0.005)
    press(figure, "training_true")
    figure.locator("input[data-trait=masks]").press("End")
    assert abs(shown() - evaluation) < 0.25 * evaluation
    press(figure, "scaled_false")
    assert abs(shown() - evaluation / 2) < 0.25 * evaluation
    press(figure, "again")
    assert figure.locator("input[data-trait=masks]").input_value() == "1"
    said = {status(figure)}
    for _ in range(6):
        press(figure, "one")
        said.add(status(figure))
    assert len(said) > 2 and figure.locator("input[data-trait=masks]").input_value() == "7"


# GradientGraph


def test_gradients_go_back_step_by_step_and_a_step_of_training_lowers_the_loss(open_figure):
    figure = open_figure("basics", "GradientGraph")
    press(figure, "reset")

    def shown():
        found = figure.locator("[data-gradient]").all()
        return {
            node.get_attribute("data-gradient"): float(
                node.text_content().removeprefix("∂").replace("−", "-")
            )
            for node in found
        }

    def loss():
        return float(re.search(r"= ([\d.]+)\.", status(figure))[1])

    every = dict(y=2, w2=2, b2=2, z=4, a=4, w1=8, b1=4)
    assert shown() == every and loss() == 1
    for _ in range(5):
        press(figure, "back")
    assert shown() == {}
    press(figure, "forward"), press(figure, "forward")
    assert shown() == dict(y=2, w2=2, b2=2)
    press(figure, "learn")
    assert loss() < 0.1
    press(figure, "reset")
    figure.locator("input[data-trait=b1]").press("Home")
    assert shown() == dict(y=-2, w2=0, b2=-2, z=-4, a=0, w1=0, b1=0)


# FromDenseToConvolution


@pytest.mark.parametrize("I, K", [(8, 3), (4, 4), (12, 2)])
def test_weights_fall_twice_and_products_once(open_figure, I, K):
    figure = open_figure("convolution", "FromDenseToConvolution")
    slide(figure, "input_size", I), slide(figure, "kernel_size", K)
    outputs, products = I - K + 1, []
    for stage, weights in (("dense", I * outputs), ("local", K * outputs), ("shared", K)):
        press(figure, f"stage_{stage}")
        assert figure.locator(f"[data-count={stage}]").text_content() == str(weights)
        products.append(int(re.search(r"(\d+)(?: products)?\.$", status(figure))[1]))
    assert products == [I * outputs, K * outputs, K * outputs]


def test_pointing_at_a_shared_weight_shows_where_else_it_is_used(open_figure):
    figure = open_figure("convolution", "FromDenseToConvolution")
    press(figure, "stage_shared"), slide(figure, "input_size", 8), slide(figure, "kernel_size", 3)
    matrix = figure.locator(".cnn-panel").nth(1)
    matrix.locator(".cnn-cell").nth(8 * 2 + 3).hover()
    lit = cells_with(matrix)
    assert lit == [8 * row + row + 1 for row in range(6)] and "used 6 times" in status(figure)


# KernelLab


def gray(figure, canvas):
    """The gray of each pixel of a canvas."""
    data = (
        figure.locator("canvas")
        .nth(canvas)
        .evaluate(
            """c => {
            const copy = Object.assign(document.createElement("canvas"), {width: c.width, height: c.height});
            const context = copy.getContext("2d", {willReadFrequently: true});
            context.drawImage(c, 0, 0);
            return [...context.getImageData(0, 0, c.width, c.height).data];
        }"""
        )
    )
    values = torch.tensor(data[::4], dtype=torch.float32)
    side = round(len(values) ** 0.5)
    return values.reshape(1, 1, side, side)


def kernel_lab(open_figure, key):
    figure = open_figure("convolution", "KernelLab")
    press(figure, key)
    weights = [float(cell.input_value()) for cell in figure.locator("input[type=number]").all()]
    return figure, torch.tensor(weights).reshape(1, 1, 3, 3)


@pytest.mark.parametrize("key", ["identity", "blur", "edges", "outline", "sharpen", "emboss"])
def test_kernel_lab_draws_torchs_feature_map_with_zero_as_middle_gray(open_figure, key):
    figure, kernel = kernel_lab(open_figure, key)
    for flip in (False, True):
        press(figure, f"flip_{str(flip).lower()}")
        used = kernel.flip(2, 3) if flip else kernel
        expected = F.conv2d(gray(figure, 0), used)
        expected = 127.5 + 127.5 * expected / expected.abs().max()
        assert (gray(figure, 1) - expected).abs().max() < 1.5
        turned = torch.equal(used, kernel)
    assert turned == (key not in ("edges", "emboss")), "what the chapter's question says"


def test_kernel_lab_photograph_is_the_one_its_caption_names(open_figure):
    figure, _ = kernel_lab(open_figure, "edges")
    photo = Image.fromarray(load_sample_image("china.jpg")).convert("L").crop((40, 30, 420, 410))
    photo = photo.resize((48, 48), Image.Resampling.BOX)
    assert gray(figure, 0).flatten().tolist() == list(photo.tobytes())


def test_kernel_lab_takes_weights_by_hand_a_place_by_keyboard_and_a_picture(open_figure, tmp_path):
    figure, _ = kernel_lab(open_figure, "identity")
    figure.locator("input[type=number]").nth(4).fill("2")
    figure.locator("canvas").nth(1).focus()
    figure.page.keyboard.press("ArrowDown")
    picture = tmp_path / "mine.png"
    Image.new("RGB", (60, 40), (100, 100, 100)).save(picture)
    figure.locator("input[type=file]").set_input_files(picture)
    figure.page.wait_for_function(
        "document.querySelector('#KernelLab .cnn-status').textContent.includes(' is 200.')"
    )
    assert "row 21, column 20" in status(figure)
    (tmp_path / "broken.png").write_text("no picture")
    figure.locator("input[type=file]").set_input_files(tmp_path / "broken.png")
    figure.page.wait_for_function(
        "document.querySelector('#KernelLab .cnn-status').textContent.includes('broken.png')"
    )


def test_kernel_lab_is_drawn_on_with_lines_however_fast_the_stroke(open_figure):
    figure, _ = kernel_lab(open_figure, "identity")
    press(figure, "drawing")
    assert gray(figure, 0).max() == 0
    paper = figure.locator("canvas").first
    paper.scroll_into_view_if_needed()
    box, mouse = paper.bounding_box(), figure.page.mouse
    mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"])  # in one step
    mouse.up()
    drawn = gray(figure, 0)[0, 0]
    assert (drawn.diagonal()[5:43] == 255).all(), "no gap on the way"
    assert (drawn.sum(1) > 0).sum() == (drawn.sum(0) > 0).sum() >= 38
    assert "picture=drawing" in figure.locator(".cnn-foot a").get_attribute("href")
    press(figure, "clear")
    assert gray(figure, 0).max() == 0


def test_kernel_lab_says_which_picture_is_on_and_reset_brings_back_the_authors(open_figure):
    figure, _ = kernel_lab(open_figure, "edges")
    photo = gray(figure, 0)
    go(figure, "picture=drawing&strokes=[[5,5,40,5]]")
    assert gray(figure, 0)[0, 0, 5, 5:41].min() == 255
    pressed = figure.locator("[data-key=drawing]").get_attribute("aria-pressed")
    assert pressed == "true"
    press(figure, "reset")
    assert torch.equal(gray(figure, 0), photo)
    assert figure.locator("[data-key=photo]").get_attribute("aria-pressed") == "true"
    go(figure, "picture=own")
    assert "stayed where it was chosen" in status(figure), "the link has no picture"


@pytest.mark.parametrize("typed", ["12", "-9.01", ""])
def test_kernel_lab_refuses_a_weight_out_of_range_and_says_so(open_figure, typed):
    figure, _ = kernel_lab(open_figure, "edges")
    weight = figure.locator("input[type=number]").first
    weight.fill(typed)
    assert "from −9 to 9" in status(figure) and weight.get_attribute("aria-invalid") == "true"
    assert shown_state(figure)["kernel"].startswith("[1,")
    weight.blur()
    assert weight.input_value() == "1", "the box tells what the figure computes with"


def test_swipe_over_a_picture_scrolls_the_page_unless_somebody_draws(open_figure):
    figure, _ = kernel_lab(open_figure, "edges")

    def scrolls():
        action = "all => all.map(e => getComputedStyle(e).touchAction)"
        return [a != "none" for a in figure.locator("canvas").evaluate_all(action)]

    assert scrolls() == [True, True]
    press(figure, "drawing")
    assert scrolls() == [False, True]


# SharedMean


@pytest.mark.parametrize(
    "key, entries, said",
    [
        ("batch", 12, "nn.BatchNorm2d(4)"),
        ("layer", 24, "nn.GroupNorm(1, 4)"),
        ("instance", 6, "nn.InstanceNorm2d(4)"),
        ("group", 12, "nn.GroupNorm(2, 4)"),
    ],
)
def test_marked_entries_are_those_that_torch_averages(open_figure, key, entries, said):
    figure = open_figure("deep", "SharedMean")
    press(figure, "reset")
    press(figure, key)
    assert said in figure.locator(".cnn-note").text_content()
    x = torch.stack([numbers(panel) for panel in figure.locator(".cnn-panel").all()])
    x = x.reshape(2, 4, 2, 3).requires_grad_()
    out = eval(said, {"nn": torch.nn})(x)
    chosen = figures.SharedMean().step
    (moved,) = torch.autograd.grad(out.flatten()[chosen], x)
    averaged = cells_with(figure)
    assert averaged == moved.flatten().nonzero().flatten().tolist() and len(averaged) == entries
    shown = figure.locator("[data-count=out]").text_content().replace("−", "-")
    assert float(shown) == pytest.approx(out.flatten()[chosen].item(), abs=0.006)


def test_pointing_at_another_entry_shows_its_companions(open_figure):
    figure = open_figure("deep", "SharedMean")
    press(figure, "instance")
    figure.locator(".cnn-panel").nth(5).locator(".cnn-cell").nth(4).hover()
    lit = cells_with(figure)
    assert lit == list(range(5 * 6, 6 * 6)) and "8 means" in status(figure)


# VarianceThroughDepth

LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize(
    "keys, entries",
    [
        (("init_he", "path_preactivation", "normalized_true"), (18, 26)),  # 1 more for each block
        (("init_he", "path_preactivation", "normalized_false"), (2**22, 2**26)),  # twice as much
        (("init_torch", "path_plain", "normalized_false"), (1e-39, 1e-36)),  # a 36th of it
    ],
)
def test_depth_multiplies_or_adds(open_figure, keys, entries):
    figure = open_figure("deep", "VarianceThroughDepth")
    for key in keys:
        press(figure, key)
    slide(figure, "blocks", 24)
    assert figure.locator("circle").count() == figure.locator("rect").count() == 25
    digits, power = re.search(r"has ([\d.]+)(?: · 10([⁻⁰-⁹¹²³]+))?;", status(figure)).groups()
    value = float(digits) * 10 ** float((power or "0").translate(LOWERED))
    assert entries[0] < value < entries[1]


# NetworkBuilder


def test_blocks_are_added_and_taken_away_and_the_code_follows(open_figure):
    figure = open_figure("architectures", "NetworkBuilder")
    kinds = figure.locator("tbody tr")
    press(figure, "clear")
    assert kinds.count() == 2 and figure.locator("[data-key=remove]").is_disabled()
    for kind in ("residual", "pool", "dense", "inverted"):
        press(figure, f"block_{kind}")
    press(figure, "remove")
    found = [row.get_attribute("data-kind") for row in kinds.all()]
    assert found == ["stem", "residual", "pool", "dense", "head"]
    names = {}
    exec(compile(figure.locator(".cnn-code").text_content(), "code", "exec"), names)
    count = sum(parameter.numel() for parameter in names["model"].parameters())
    assert f"{count} parameters" in status(figure)
    assert names["model"](torch.zeros(2, 3, 32, 32)).shape == (2, 10)
    assert "3 blocks, maps 32 × 16 × 16" in status(figure)


def test_no_more_blocks_than_there_may_be_and_no_pooling_of_one_pixel(open_figure):
    figure = open_figure("architectures", "NetworkBuilder")
    press(figure, "clear")
    for _ in range(12):
        press(figure, "block_pool")
    assert figure.locator("[data-key=block_conv]").is_disabled()
    assert "Block 6 would pool a single pixel" in status(figure)
    assert figure.locator("tbody tr").count() == 1 + 5 + 1


def test_bars_belong_to_the_price_that_is_chosen(open_figure):
    figure = open_figure("architectures", "NetworkBuilder")
    figure.locator("select[data-trait=examples]").select_option("like_resnet")
    for column, price in enumerate(("parameters", "products", "memory"), start=3):
        press(figure, f"bars_{price}")
        barred = figure.locator("tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].flatMap((cell, i) => (cell.className ? [i] : [])))"
        )
        assert barred == [[column]] * len(barred) and barred
