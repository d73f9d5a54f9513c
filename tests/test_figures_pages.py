"""Each figure in its page: moved by pointer and keyboard, with torch's numbers, and nothing fetched."""

import gzip
import re

import pytest
import torch
import torch.nn.functional as F
from browsing import PHONE, SITE, browser, origins, site, visit

from cnncourse.site.figures import assets

pytestmark = pytest.mark.usefixtures("site")
MOST_KILOBYTES = 60


@pytest.fixture
def open_figure(visit):
    """Opens a page and finds a figure: (its element, what went wrong so far)."""
    opened = []

    def open_it(page, name, **options):
        visited = visit(page, **options)
        opened.append(visited)
        return visited.tab.locator(f"#{name}")

    yield open_it
    for visited in opened:
        assert visited.errors == []
        assert visited.outside == []


def numbers(grid):
    """The numbers of a grid of cells, row by row, as a tensor."""
    texts = grid.locator(".cnn-cell text").all_text_contents()
    columns = len({box.get_attribute("x") for box in grid.locator(".cnn-cell rect").all()})
    return torch.tensor([float(text.replace("−", "-")) for text in texts]).reshape(-1, columns)


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


def status(figure):
    return figure.locator(".cnn-status").text_content()


def test_script_and_style_of_all_figures_are_light():
    packed = sum(len(gzip.compress(text.encode())) for text in assets().values())
    assert packed <= MOST_KILOBYTES * 1000


# ConvolutionArithmetic

CASES = {"case_valid": dict(), "case_full": dict(padding=2), "case_strides": dict(stride=2),
         "case_both": dict(padding=1, stride=2), "case_dilation": dict(dilation=2)}


@pytest.mark.parametrize("case", CASES)
def test_arithmetic_shows_torchs_numbers_in_the_five_cases(open_figure, case):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    press(figure, case)
    padded, kernel, output = map(numbers, figure.locator(".cnn-panel").all())
    settings = {**CASES[case], "padding": 0}
    expected = F.conv2d(padded[None, None], kernel[None, None], **settings)[0, 0]
    assert torch.equal(output, expected)
    assert figure.locator(".cnn-formula strong").last.text_content() == str(len(expected))


def test_arithmetic_sliders_keep_to_what_fits(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    press(figure, "case_valid")
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
    press(figure, "case_valid")
    slide(figure, "stride", 4)
    padded, *_ = figure.locator(".cnn-panel").all()
    x = torch.zeros(1, 1, 6, 6, requires_grad=True)
    F.conv2d(x, torch.ones(1, 1, 3, 3), stride=4).sum().backward()
    hatched = ["unseen" in cell.get_attribute("class") for cell in padded.locator(".cnn-cell").all()]
    assert hatched == (x.grad.flatten() == 0).tolist()
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
    press(figure, "case_strides")
    padded, kernel, output = figure.locator(".cnn-panel").all()
    lit = lambda panel: [index for index, cell in enumerate(panel.locator(".cnn-cell").all())
                         if "on" in cell.get_attribute("class").split()]
    output.locator(".cnn-cell").nth(4).hover()  # the middle window, rows and columns 2 to 4
    assert lit(padded) == [7 * i + j for i in (2, 3, 4) for j in (2, 3, 4)]
    padded.locator(".cnn-cell").nth(7 * 2 + 2).hover()  # the corner that four windows share
    assert lit(output) == [0, 1, 3, 4] and lit(kernel) == [0, 2, 6, 8]
    kernel.locator(".cnn-cell").nth(1).hover()
    assert lit(padded) == [7 * i + j for i in (0, 2, 4) for j in (1, 3, 5)]


def test_arithmetic_plays_steps_and_speaks(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    press(figure, "case_strides")
    said = {status(figure)}
    for _ in range(8):
        press(figure, "forward")
        said.add(status(figure))
    assert len(said) == 9
    press(figure, "play")  # from the last window: starts again
    figure.page.wait_for_function("document.querySelector('#ConvolutionArithmetic output').isConnected"
                                  " && document.querySelectorAll('.cnn-player input')[0].value > 1")
    press(figure, "play")
    assert figure.locator("button[data-key=play]").text_content() == "Play"


def test_arithmetic_is_reached_by_keyboard_alone(open_figure):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    press(figure, "case_strides")
    output = figure.locator(".cnn-panel svg").last
    output.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        figure.page.keyboard.press(key)
    assert re.match(r"Window 5 of 9, at row 2, column 2: .* = −?\d+", status(figure))
    assert figure.locator("input[data-trait=step]").input_value() == "4"


def test_state_of_a_figure_is_in_the_address(open_figure, visit, origins):
    figure = open_figure("arithmetic", "ConvolutionArithmetic")
    press(figure, "case_dilation")
    figure.locator(".cnn-foot a").click()
    address = figure.page.url
    assert "dilation=2" in address
    tab = visit("arithmetic").tab
    tab.goto(address)
    tab.reload()
    again = tab.locator("#ConvolutionArithmetic")
    assert again.locator("input[data-trait=dilation]").input_value() == "2"
    assert again.locator("button[data-key=case_dilation]").get_attribute("aria-pressed") == "true"
    tab.evaluate("location.hash = '#ConvolutionArithmetic?dilation=9&kernel_size=5&input_size=1&padding=0'")
    assert int(again.locator(".cnn-formula strong").last.text_content()) >= 1
