"""The embedded digits, enlarged and split."""

import pytest
import torch

from cnncourse.data import digits


@pytest.mark.parametrize("mode", ["pad", "resize"])
@pytest.mark.parametrize("size", [8, 28, 31, 32])
def test_digits_have_the_size_asked_for_and_stay_white_on_black(mode, size):
    train, test = digits(size, mode)
    assert train.images.shape == (1437, 1, size, size) and test.images.shape == (360, 1, size, size)
    assert train.images.max() >= 240 and train.images.min() == 0
    corners = train.images[:, 0, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.float().mean() < 10


def test_padded_digits_are_the_scans_enlarged_and_centered():
    train, _ = digits(32)
    x = train.images
    assert x[:, :, :4].max() == x[:, :, -4:].max() == x[..., :4].max() == x[..., -4:].max() == 0
    scans = x[:, :, 4:28:3, 4:28:3]
    assert torch.equal(scans.repeat_interleave(3, 2).repeat_interleave(3, 3), x[:, :, 4:28, 4:28])
    assert len(scans.unique()) == 17  # the scans have the values 0..16


def test_digits_are_split_by_seed_with_every_class_in_proportion():
    def key(data):
        return {image.numpy().tobytes() for image in data.images}

    train, test = digits(8)
    assert not key(train) & key(test)
    share = test.labels.bincount() / (train.labels.bincount() + test.labels.bincount())
    assert (share - 0.2).abs().max() < 0.01
    assert torch.equal(digits(8)[1].images, test.images)
    assert not torch.equal(digits(8, seed=1)[1].images, test.images)


@pytest.mark.parametrize("arguments", [(7,), (32, "stretch")])
def test_digits_of_an_unknown_form_are_refused(arguments):
    with pytest.raises(ValueError, match="must be"):
        digits(*arguments)
