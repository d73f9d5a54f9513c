"""Pictures for dark pages: legible there, the same in everything but their colors."""

import base64
import io

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba, to_rgba_array
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from PIL import Image

from cnncourse import dark, plotting


@pytest.fixture(autouse=True)
def house_style():
    with plt.rc_context():
        plotting.use_style()
        yield
    plt.close("all")


def contrast(one, other):
    low, high = sorted(dark.luminance(to_rgba(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def colors(figure):
    """Every color of a figure, in the order of its parts."""
    found = []
    for artist in figure.findobj():
        for kind, names in dark.COLORED:
            if isinstance(artist, kind):
                found += [getattr(artist, f"get_{name}")() for name in names]
    return [to_rgba_array(color) for color in found]


def drawn(figure):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(dark.png(figure)))).convert("RGB"))


def test_white_paper_becomes_the_background_of_a_dark_page():
    assert dark.turned("white") == dark.PAPER
    assert dark.turned((1, 1, 1, 0.4)) == (*dark.PAPER[:3], 0.4)


@pytest.mark.parametrize(
    "color", [plotting.INK, *plt.rcParamsDefault["axes.prop_cycle"].by_key()["color"], "black"]
)
def test_lines_and_letters_are_read_on_dark_paper_as_on_white(color):
    there = min(contrast(color, "white"), contrast(dark.INK, dark.PAPER))
    assert contrast(dark.turned(color), dark.PAPER) == pytest.approx(there, rel=0.02)


def test_the_house_colors_are_read_and_told_apart():
    turned = [dark.turned(c["color"]) for c in plt.rcParams["axes.prop_cycle"]]
    assert min(contrast(color, dark.PAPER) for color in turned) >= 4.5
    distances = [
        np.linalg.norm(np.subtract(one, other))
        for one in turned
        for other in turned
        if one != other
    ]
    assert min(distances) > 0.2


@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_are_read_on_every_cell_that_a_grid_can_have(sign):
    ax = plotting.show_grid(torch.linspace(0, sign, 40)[None], limit=1)
    with dark.darkened(ax.figure):
        [image], inks = ax.images, {text.get_color() for text in ax.texts}
        cells = image.to_rgba(image.get_array())[0]
        assert min(contrast(cell, ink) for cell in cells for ink in inks) >= 4.5


def test_numbers_are_read_in_a_confusion_matrix():
    ax = plotting.show_confusion([[40, 12, 0], [3, 40, 9], [1, 0, 40]], "abc")
    with dark.darkened(ax.figure):
        [image] = ax.images
        cells = image.to_rgba(image.get_array())
        for text in ax.texts:
            column, row = text.get_position()
            assert contrast(cells[row, column], text.get_color()) >= 4.5


def test_zero_stays_the_middle_between_two_colors_and_is_the_darkest():
    scale = dark.MAPS[plotting.SIGNED]
    lightness = [dark.luminance(scale(value)) for value in np.linspace(0, 1, 101)]
    assert np.argmin(lightness) == 50
    assert scale(0.1)[2] > scale(0.1)[0] and scale(0.9)[0] > scale(0.9)[2]
    steps = np.diff(lightness)
    assert (steps[:49] < 0).all() and (steps[51:] > 0).all()


def test_photographs_keep_their_pixels_and_white_frames_on_them():
    photograph = torch.rand(1, 3, 20, 30)
    [ax] = plotting.show_images(photograph)
    frame = ax.add_patch(plt.Rectangle((2, 2), 5, 5, fill=False, edgecolor="w"))
    before = ax.images[0].to_rgba(ax.images[0].get_array())
    with dark.darkened(ax.figure):
        np.testing.assert_array_equal(ax.images[0].to_rgba(ax.images[0].get_array()), before)
        assert frame.get_edgecolor() == (1, 1, 1, 1)
        assert ax.figure.get_facecolor() == dark.PAPER


def everything():
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([1, 2, 3], "o--", label="a line")
    left.bar([1, 2], [1, 2], hatch="//", edgecolor="white")
    left.scatter([1, 2], [2, 1], color=["C0", "C1"])
    left.fill_between([1, 2], [0, 0], [1, 1], alpha=0.3)
    left.annotate("here", (1, 1), (2, 2), arrowprops={"arrowstyle": "->"}, bbox={"fc": "white"})
    left.legend(title="what")
    right.imshow(torch.randn(4, 4).numpy(), cmap=plotting.SIGNED)
    right.set_facecolor("#c9d2d9")
    figure.suptitle("all of it")
    for _ in range(3):  # until the layout has settled
        figure.canvas.draw()
    return figure


def test_afterwards_the_figure_is_as_it_was():
    figure = everything()
    before, maps = colors(figure), [image.get_cmap() for image in figure.axes[1].images]
    light = figure.canvas.buffer_rgba().tobytes()
    with dark.darkened(figure):
        pass
    for one, other in zip(before, colors(figure), strict=True):
        np.testing.assert_array_equal(one, other)
    assert [image.get_cmap() for image in figure.axes[1].images] == maps
    figure.canvas.draw()
    assert figure.canvas.buffer_rgba().tobytes() == light


def test_nothing_pale_is_left_of_the_paper():
    pixels = drawn(everything())
    pale = (pixels > 225).all(axis=2).mean()
    assert pale < 0.01  # letters alone
    assert tuple(pixels[0, 0]) == tuple(round(255 * c) for c in dark.PAPER[:3])


def test_it_is_as_large_as_the_light_one():
    from IPython.core.pylabtools import print_figure

    figure = everything()
    light = Image.open(io.BytesIO(base64.b64decode(print_figure(figure, base64=True))))
    assert drawn(figure).shape[:2] == light.size[::-1]


def test_every_kind_of_artist_that_has_a_color_is_known():
    kinds = {kind for kind, _ in dark.COLORED}
    assert kinds == {Text, Line2D, Patch, Collection}


def test_only_the_sites_build_asks_for_it(monkeypatch):
    monkeypatch.delenv(dark.ASKED, raising=False)
    dark.offer()
    assert not hasattr(plt.Figure, "_repr_dark_png_")
