"""Images with their labels: indexed, moved and described together."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from small_data import some_images

from cnncourse.data import Images, SyntheticImages, data_folder, synthetic_cifar10


@pytest.mark.parametrize(
    "images, labels",
    [
        (torch.zeros(2, 1, 4, 4), torch.zeros(2, dtype=torch.int64)),  # float
        (torch.zeros(2, 4, 4, dtype=torch.uint8), torch.zeros(2, dtype=torch.int64)),  # no channel
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(3, dtype=torch.int64)),  # 3 labels
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(2)),  # float
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.tensor([0, 2])),  # class 2?
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.tensor([-1, 0])),
    ],
)
def test_images_that_do_not_fit_together_are_refused(images, labels):
    with pytest.raises(ValueError, match="must"):
        Images(images, labels, ("a", "b"), "bad")


INDICES = [
    slice(1, 4),
    slice(-3, None),
    slice(None, None, 3),
    slice(None, None, -1),
    slice(5, 1, -2),
    slice(9, 20),
    torch.tensor([5, 0, -1]),
    torch.tensor([1, 0], dtype=torch.uint8),  # torch itself would take it for a mask
    [3, 3],
    (6, 1),
    np.array([2, 0]),
    range(1, 6, 2),
    [],
    torch.arange(7) % 3 == 1,
    np.arange(7) > 4,
    [True] * 3 + [False] * 4,
]


@pytest.mark.parametrize("index", INDICES, ids=range(len(INDICES)))
def test_indexing_keeps_images_and_labels_together(index):
    data = some_images()
    numbers = np.arange(7)
    if isinstance(index, slice):
        expected = numbers[index]
    else:
        index_ = np.asarray(index)
        expected = numbers[index_ if index_.dtype == bool else index_.astype(int)]
    part = data[index]
    assert torch.equal(part.images, data.images[torch.from_numpy(expected.copy())])
    assert torch.equal(part.labels, data.labels[torch.from_numpy(expected.copy())])


@pytest.mark.parametrize("index", [3, 0, 6, -1, -7, np.int64(3), torch.tensor(3), True])
def test_one_image_is_refused_with_an_index_that_gives_it(index):
    data = some_images()
    with pytest.raises(TypeError, match="without its batch dimension") as error:
        data[index]
    batch, alone = re.findall(r"images(\[\S*:\S*\]) or images\.images(\[\S*\])", str(error.value))[
        0
    ]
    selected = eval(f"data{batch}", {"data": data})
    assert torch.equal(selected.images, data.images[int(index)][None])
    assert torch.equal(eval(f"data.images{alone}", {"data": data}), data.images[int(index)])


@pytest.mark.parametrize(
    "index, error, message",
    [
        (7, IndexError, "no image 7: there are 7"),
        (-8, IndexError, "no image -8"),
        ([0, 7], IndexError, "no image 7"),
        ([0, -8], IndexError, "no image -8"),
        (torch.ones(6) > 0, IndexError, r"mask has shape \(6,\).*must be \(7,\)"),
        (torch.ones(7, 2) > 0, IndexError, r"mask has shape \(7, 2\)"),
        (torch.ones(0) > 0, IndexError, r"mask has shape \(0,\)"),
        ([[0, 1]], TypeError, r"along one axis, got the shape \(1, 2\)"),
        (1.0, TypeError, "takes a slice, indices or a mask"),
        ([0.5], TypeError, "takes a slice, indices or a mask"),
        (1j, TypeError, "takes a slice, indices or a mask"),
        (None, TypeError, "got None"),
        ("cat", TypeError, "got 'cat'"),
        ((slice(2), 0), TypeError, "takes a slice, indices or a mask"),
        (..., TypeError, "got Ellipsis"),
    ],
)
def test_an_index_that_selects_no_images_is_named(index, error, message):
    with pytest.raises(error, match=message):
        some_images()[index]


def test_a_part_of_the_stand_in_still_says_that_it_is_one():
    train, _ = synthetic_cifar10(train=4, test=1)
    assert isinstance(train[:2], SyntheticImages) and isinstance(train.to("cpu"), SyntheticImages)


def test_moments_are_per_channel_of_values_between_0_and_1():
    data = some_images(n=40)
    x = data.images.double() / 255
    torch.testing.assert_close(data.mean.double(), x.mean((0, 2, 3)))
    torch.testing.assert_close(data.std.double(), x.std((0, 2, 3), correction=0))


def test_data_folder_is_the_environments_then_the_checkouts(monkeypatch, tmp_path):
    assert data_folder() == Path(__file__).parents[2] / "data"
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
    assert data_folder() == tmp_path


def test_importing_the_data_sets_does_not_import_the_slow_libraries():
    code = "import sys, cnncourse.data; print({'torchvision', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
