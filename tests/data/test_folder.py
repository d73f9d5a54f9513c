"""CIFAR-10 as a folder of images: read once, and never those of other files."""

import errno
import os

import numpy as np
import pytest
import torch
from PIL import Image
from small_data import names

from cnncourse.data import DataError, cifar10
from cnncourse.data import folder as folder_copy


def test_a_folder_copy_is_read_in_cifars_class_order(copy):
    for _ in range(2):  # decoded, and kept
        train, test = cifar10(copy)
        assert train.labels.tolist() == test.labels.tolist() == [i // 2 for i in range(20)]
        assert train.images[::2, 0, 5, 5].tolist() == [10 * label for label in range(10)]
        assert (train.images[::2, :, 0, 31] == 255).all()
        assert "folder copy" in train.name


def other_size(train):
    path = train / "cat" / "a.png"
    before = path.stat()
    Image.radial_gradient("L").resize((32, 32)).convert("RGB").save(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def other_time(train):
    path = train / "cat" / "a.png"
    before = path.stat()
    Image.new("RGB", (32, 32), (1, 2, 3)).save(path)
    path.write_bytes(path.read_bytes().ljust(before.st_size, b"\0"))  # what follows is ignored
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))


def other_class(train):  # the last file of one class becomes the first of the next
    (train / "cat" / "b.JPG").rename(train / "deer" / "0.jpg")


def one_less(train):
    (train / "cat" / "a.png").unlink()


@pytest.mark.parametrize("action", [other_size, other_time, other_class, one_less])
def test_decoded_images_are_never_those_of_other_files(copy, action):
    before = cifar10(copy)[0]
    action(copy / "cifar10" / "train")
    fresh = cifar10(copy)
    assert not (
        torch.equal(before.images, fresh[0].images) and torch.equal(before.labels, fresh[0].labels)
    )
    (copy / "cifar10" / f"train.{folder_copy.CACHE}").unlink()
    for ours, decoded in zip(fresh, cifar10(copy), strict=True):
        assert torch.equal(ours.images, decoded.images)
        assert torch.equal(ours.labels, decoded.labels)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"PK not a zip",
        lambda c: c[:9000] + bytes(50) + c[9050:],
    ],
)
def test_a_damaged_cache_is_decoded_anew(copy, damage):
    expected = cifar10(copy)
    cache = copy / "cifar10" / f"train.{folder_copy.CACHE}"
    cache.write_bytes(damage(cache.read_bytes()))
    for ours, theirs in zip(cifar10(copy), expected, strict=True):
        assert torch.equal(ours.images, theirs.images)


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(copy, monkeypatch):
    def full(*arguments, **named):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(np, "savez", full)
    assert len(cifar10(copy)[0]) == 20
    assert names(copy / "cifar10") == ["test", "train"]


@pytest.mark.parametrize(
    "damage, message",
    [
        (
            lambda folder: [path.unlink() for path in folder.iterdir()] and folder.rmdir(),
            "is missing",
        ),
        (lambda folder: [path.unlink() for path in folder.iterdir()], "has no .png"),
        (lambda folder: Image.new("RGB", (28, 32)).save(folder / "a.png"), "28 × 32"),
        (lambda folder: Image.new("L", (32, 32)).save(folder / "a.png"), "mode L"),
        (lambda folder: Image.new("RGBA", (32, 32)).save(folder / "a.png"), "mode RGBA"),
        (lambda folder: (folder / "a.png").write_bytes(b"no image"), "cannot be read"),
        (
            lambda folder: (folder / "a.png").write_bytes((folder / "a.png").read_bytes()[:60]),
            "cannot be read",
        ),
        (
            lambda folder: (folder / "b.JPG").write_bytes((folder / "b.JPG").read_bytes()[:400]),
            "cannot be read",
        ),
    ],
)
def test_a_folder_copy_with_a_fault_is_an_error_that_names_the_path(copy, damage, message):
    folder = copy / "cifar10" / "test" / "dog"
    damage(folder)
    with pytest.raises(DataError, match=message) as error:
        cifar10(copy, allow_synthetic=True)
    assert str(folder) in str(error.value)
