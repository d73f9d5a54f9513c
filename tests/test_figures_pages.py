"""Each figure in its page: moved by pointer and keyboard, with torch's numbers, and nothing fetched."""

import gzip
import re

import pytest
import torch
import torch.nn.functional as F
from browsing import PHONE, SITE, browser, origins, site, visit
from PIL import Image
from sklearn.datasets import load_sample_image

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


# Pooling

POOLS = {"max": lambda x, K, S: F.max_pool2d(x, K, S),
         "average": lambda x, K, S: F.avg_pool2d(x, K, S),
         "l2": lambda x, K, S: (F.avg_pool2d(x ** 2, K, S) * K * K).sqrt()}


def marked(panel):
    return [index for index, cell in enumerate(panel.locator(".cnn-cell").all())
            if "changed" in cell.get_attribute("class").split()]


@pytest.mark.parametrize("mode, K, S", [("max", 2, 2), ("average", 3, 1), ("l2", 2, 3), ("max", 4, 4)])
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
    lit = [index for index, cell in enumerate(output.locator(".cnn-cell").all())
           if "on" in cell.get_attribute("class").split()]
    assert lit == [7 * j + k for j in (1, 2) for k in (2, 3)]
    assert "4 windows" in status(figure)


# Equivariance

SOBEL = torch.tensor([[[[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]]])


def blank_is_zero(panel):
    texts = panel.locator(".cnn-cell text").all_text_contents()
    side = round(len(texts) ** 0.5)
    return torch.tensor([float(text.replace("−", "-") or 0) for text in texts]).reshape(1, 1, side, side)


@pytest.mark.parametrize("padding", ["circular", "zeros"])
@pytest.mark.parametrize("right, stride", [(0, 1), (2, 1), (2, 2), (1, 2)])
def test_equivariance_marks_what_does_not_follow(open_figure, padding, right, stride):
    figure = open_figure("why_cnns", "Equivariance")
    press(figure, f"padding_{padding}"), press(figure, f"stride_{stride}")
    slide(figure, "right", right)
    image, output, dense = figure.locator(".cnn-panel").all()
    convolve = lambda x: F.conv2d(
        F.pad(x, (1, 1, 1, 1), mode="constant" if padding == "zeros" else "circular"), SOBEL,
        stride=stride)
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
    assert [figure.locator(f"input[data-trait={t}]").input_value() for t in ("right", "down")] == ["2", "-1"]


# Im2col

@pytest.mark.parametrize("C, K, P, S, D", [(1, 2, 0, 1, 1), (2, 3, 1, 2, 1), (1, 2, 1, 1, 2)])
def test_im2col_shows_torchs_columns_product_and_bytes(open_figure, C, K, P, S, D):
    figure = open_figure("im2col", "Im2col")
    for trait, value in dict(dilation=1, padding=P, kernel_size=K, dilation_=D, stride=S,
                             channels=C).items():
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
    image, _, output, weights, columns, product = figure.locator(".cnn-panel").all()
    image.locator(".cnn-cell").nth(5 * 1 + 2).hover()
    lit = [index for index, cell in enumerate(columns.locator(".cnn-cell").all())
           if "on" in cell.get_attribute("class").split()]
    x = torch.zeros(1, 1, 4, 5)
    x[0, 0, 1, 2] = 1
    assert lit == F.unfold(x, 3).flatten().nonzero().flatten().tolist()
    assert f"copied {len(lit)} times" in status(figure)


# DropoutNetwork

def test_dropout_average_meets_the_evaluation_pass_if_the_survivors_are_scaled(open_figure):
    figure = open_figure("dropout", "DropoutNetwork")
    shown = lambda: float(figure.locator("[data-count=average]").text_content().replace("−", "-"))
    press(figure, "training_false")
    evaluation = float(status(figure).rpartition(" ")[2].rstrip("."))
    units, weights = torch.tensor([0.8, 1.5, 0.4, 1.2, 2, 0.6]), torch.tensor([1, -0.5, 2, 0.5, 1, -1])
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
    lit = [index for index, cell in enumerate(matrix.locator(".cnn-cell").all())
           if "on" in cell.get_attribute("class").split()]
    assert lit == [8 * row + row + 1 for row in range(6)] and "used 6 times" in status(figure)


# KernelLab

def gray(figure, canvas):
    """The gray of each pixel of a canvas."""
    data = figure.locator("canvas").nth(canvas).evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]")
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
    assert gray(figure, 0).flatten().tolist() == list(photo.getdata())


def test_kernel_lab_takes_weights_by_hand_a_place_by_keyboard_and_a_picture(open_figure, tmp_path):
    figure, _ = kernel_lab(open_figure, "identity")
    figure.locator("input[type=number]").nth(4).fill("2")
    figure.locator("canvas").nth(1).focus()
    figure.page.keyboard.press("ArrowDown")
    picture = tmp_path / "mine.png"
    Image.new("RGB", (60, 40), (100, 100, 100)).save(picture)
    figure.locator("input[type=file]").set_input_files(picture)
    figure.page.wait_for_function("document.querySelector('#KernelLab .cnn-status').textContent.includes(' is 200.')")
    assert "row 22, column 21" in status(figure)
    (tmp_path / "broken.png").write_text("no picture")
    figure.locator("input[type=file]").set_input_files(tmp_path / "broken.png")
    figure.page.wait_for_function("document.querySelector('#KernelLab .cnn-status').textContent.includes('broken.png')")


def test_kernel_lab_is_drawn_on(open_figure):
    figure, _ = kernel_lab(open_figure, "identity")
    press(figure, "blank")
    assert gray(figure, 0).max() == 0
    figure.locator("canvas").first.click(position={"x": 60, "y": 60})
    assert gray(figure, 0).max() == 255
