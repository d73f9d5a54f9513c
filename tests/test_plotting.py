"""What a reader relies on in a picture: the right values in the right place on the right scale."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from cnncourse import plotting


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_gray_and_color_images_keep_their_values_and_orientation():
    images = torch.randint(0, 256, (2, 3, 4, 6), dtype=torch.uint8)
    axes = plotting.show_images(images)
    for ax, image in zip(axes, images, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), image.permute(1, 2, 0))
    gray = plotting.show_images(images[:, :1])[0].images[0]
    np.testing.assert_array_equal(gray.get_array(), images[0, 0])
    assert gray.get_clim() == (0, 255)


def test_two_calls_compare_because_the_scale_does_not_follow_the_content():
    dark = plotting.show_images(torch.full((1, 4, 4), 0.1))[0].images[0]
    assert dark.get_clim() == (0, 1)


def test_an_image_without_a_batch_axis_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="add a first axis"):
        plotting.show_images(torch.zeros(4, 4))


@pytest.mark.parametrize("draw", [plotting.show_kernels, plotting.show_feature_maps])
def test_zero_is_the_middle_of_the_scale_for_signed_values(draw):
    for ax in draw(torch.tensor([[[-3.0, 1.0]], [[0.5, 2.0]]])):
        assert ax.images[0].get_clim() == (-3, 3)


def test_every_slice_of_every_filter_is_shown_once_in_reading_order():
    weights = torch.arange(2 * 3 * 2 * 2).float().reshape(2, 3, 2, 2)
    axes = plotting.show_kernels(weights)
    shown = np.stack([ax.images[0].get_array() for ax in axes])
    np.testing.assert_array_equal(shown, weights.flatten(0, 1))


def test_the_numbers_written_in_a_grid_are_the_matrix():
    ax = plotting.show_grid([[1, -2.5], [0, 3]], highlight=[(1, 0)])
    assert [text.get_text() for text in ax.texts] == ["1", "-2.5", "0", "3"]
    assert [patch.get_xy() for patch in ax.patches] == [(-0.5, 0.5)]


def test_a_confusion_matrix_has_truth_in_rows_and_colors_only_mistakes():
    ax = plotting.show_confusion(torch.tensor([[90, 3], [0, 7]]), ["cat", "dog"])
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("true", "predicted")
    assert {(t.get_position(), t.get_text()) for t in ax.texts if t.get_text().isdigit()} == {
        ((0, 0), "90"),
        ((1, 0), "3"),
        ((1, 1), "7"),
    }
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0, 3], [0, 0]])


def test_history_shows_training_and_validation_of_every_epoch():
    loss, accuracy = plotting.show_history([1, 0.5], [0.4, 0.8], [1.1, 0.7], [0.3, 0.7])
    assert [list(line.get_ydata()) for line in loss.lines] == [[1, 0.5], [1.1, 0.7]]
    assert [list(line.get_ydata()) for line in accuracy.lines] == [[0.4, 0.8], [0.3, 0.7]]
