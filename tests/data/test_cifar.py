"""Which copy of CIFAR-10 is taken, and that the real one is whole."""

import warnings

import pytest
import torch

from cnncourse.data import CIFAR10_CLASSES, SyntheticImages, cifar10, data_folder, official


def test_the_official_copy_comes_before_the_folder_copy(copy, server):
    server()
    assert cifar10(copy)[0].name == "CIFAR-10 (folder copy)"  # nothing is downloaded for it
    official.fetch_official(copy)
    assert cifar10(copy)[0].name == "CIFAR-10"
    assert cifar10(copy, source="folder")[0].name == "CIFAR-10 (folder copy)"


def test_the_environment_replaces_auto_and_nothing_else(copy, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "synthetic")
    with pytest.warns(UserWarning, match="stand-in, not CIFAR-10: It was asked for"):
        assert isinstance(cifar10(copy)[0], SyntheticImages)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not isinstance(cifar10(copy, source="folder")[0], SyntheticImages)
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "offical")
    with pytest.raises(ValueError, match="'offical'"):
        cifar10(copy)


def test_the_real_images_are_whole():
    if not any((data_folder() / name).is_dir() for name in (official.FOLDER, "cifar10")):
        pytest.skip("no real CIFAR-10 images here")
    train, test = cifar10(download=False)
    for data in train, test:
        assert data.images.shape[1:] == (3, 32, 32) and data.classes == CIFAR10_CLASSES
        assert len(set(data.labels.bincount(minlength=10).tolist())) == 1
    assert len(train) + len(test) in (50_000, 60_000)
    torch.testing.assert_close(train.mean, torch.tensor([0.491, 0.482, 0.447]), atol=2e-3, rtol=0)
    torch.testing.assert_close(train.std, torch.tensor([0.247, 0.243, 0.262]), atol=3e-3, rtol=0)
