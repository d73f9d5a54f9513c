"""Batches: normalized, in new orders, flipped and shifted, the same on every device."""

import pytest
import torch
from small_data import some_images

from cnncourse.data import Batches, Images, digits, synthetic_cifar10
from cnncourse.data.batches import cut_out, laid_out


def shifted(image, down, right):
    result = torch.zeros_like(image)
    height, width = image.shape[-2:]
    for i in range(height):
        for j in range(width):
            if 0 <= i - down < height and 0 <= j - right < width:
                result[:, i, j] = image[:, i - down, j - right]
    return result


def test_each_image_is_shifted_by_its_own_draw(device):
    x = some_images(n=49).images
    shifts = torch.cartesian_prod(torch.arange(-3, 4), torch.arange(-3, 4))
    pixels = laid_out(x.to(device), border=3, mirrored=False)
    moved = cut_out(pixels, torch.arange(49).to(device), 3 - shifts.to(device), x.shape[2:]).cpu()
    for i, (down, right) in enumerate(shifts.tolist()):
        assert torch.equal(moved.permute(0, 3, 1, 2)[i], shifted(x[i], down, right))


def test_each_image_is_mirrored_or_not_and_keeps_its_label(device):
    images = some_images(n=49).images
    data = Images(images, torch.arange(49), tuple(map(str, range(49))), "numbered")
    batches = Batches(data, 8, shuffle=True, flip=True, mean=0, std=1 / 255, device=device)
    parts = [(x.cpu().round(), labels.cpu()) for x, labels in batches]
    x, labels = (torch.cat(part) for part in zip(*parts, strict=True))
    same = (x == images[labels]).flatten(1).all(1)
    mirrored = (x == images[labels].flip(-1)).flatten(1).all(1)
    assert (same ^ mirrored).all() and 10 < mirrored.sum() < 39


def test_batches_are_normalized_float32_on_the_device(device):
    data = some_images()
    batches = Batches(data, batch_size=3, device=device)
    assert len(batches) == 3 and batches.pixels.dtype == torch.uint8
    parts = list(batches)
    assert [len(x) for x, _ in parts] == [3, 3, 1]
    assert all(x.device.type == labels.device.type == device for x, labels in parts)
    assert all(x.is_contiguous(memory_format=torch.channels_last) for x, _ in parts)
    x = torch.cat([x for x, _ in parts]).cpu()
    mean, std = data.mean.view(-1, 1, 1), data.std.view(-1, 1, 1)
    torch.testing.assert_close(x, (data.images / 255 - mean) / std)
    assert torch.equal(torch.cat([labels for _, labels in parts]).cpu(), data.labels)


def test_given_moments_replace_the_datas_own():
    data = some_images()
    [(x, _)] = Batches(data, mean=(0.5, 0.25), std=[0.5, 2.0])
    torch.testing.assert_close(x[:, 0], (data.images[:, 0] / 255 - 0.5) / 0.5)
    torch.testing.assert_close(x[:, 1], (data.images[:, 1] / 255 - 0.25) / 2)


def test_images_without_contrast_do_not_become_nan():
    data = Images(torch.full((2, 1, 4, 4), 9, dtype=torch.uint8), torch.zeros(2).long(), ("a",), "")
    [(x, _)] = Batches(data)
    assert x.abs().max() < 1e-6


def orders(batches, times):
    return [torch.cat([labels for _, labels in batches]).tolist() for _ in range(times)]


def numbered(n=50):
    images = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1).expand(n, 1, 4, 6).contiguous()
    return Images(images, torch.arange(n), tuple(map(str, range(n))), "numbered")


def test_every_image_comes_once_in_each_iteration_with_its_label():
    batches = Batches(numbered(), batch_size=8, shuffle=True, mean=0, std=1 / 255)
    for _ in range(2):
        x, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
        assert sorted(labels.tolist()) == list(range(50))
        assert torch.equal(x[:, 0, 0, 0].round().long(), labels)


def test_the_sequence_of_orders_depends_on_the_seed_and_never_repeats():
    def make(seed):
        return Batches(numbered(), batch_size=8, shuffle=True, seed=seed)

    first = orders(make(0), 3)
    assert first == orders(make(0), 3) and first != orders(make(1), 3)
    assert len(set(map(tuple, first))) == 3
    broken_off = make(0)
    next(iter(broken_off))
    assert orders(broken_off, 2) == first[1:]
    assert orders(Batches(numbered()), 1) == [list(range(50))]


def test_augmentation_is_drawn_for_each_image_anew_and_the_same_on_every_device(device):
    image = some_images(n=1).images
    data = Images(image.expand(400, -1, -1, -1).contiguous(), torch.zeros(400).long(), ("a",), "")
    variants = {
        tuple(shifted(source, down, right).flatten().tolist()): 0
        for source in (image[0], image[0].flip(-1))
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    }

    def augmented(device):
        batches = Batches(data, 400, flip=True, shift=1, mean=0, std=1 / 255, device=device)
        return [x.cpu().round().long() for _ in range(2) for x, _ in batches]

    first, second = augmented(device)
    assert not torch.equal(first, second)
    assert torch.equal(first, augmented("cpu")[0])
    for x in first:
        variants[tuple(x.flatten().tolist())] += 1  # KeyError: no such flip and shift
    assert len(variants) == 18 and min(variants.values()) >= 5  # 22 expected


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"shift": -1}])
def test_batches_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="must be at least"):
        Batches(some_images(), **wrong)


def test_batches_do_not_depend_on_torchs_default_device():
    data, options = numbered(), {"batch_size": 8, "shuffle": True, "flip": True, "shift": 1}
    expected = [torch.cat(parts) for parts in zip(*Batches(data, **options), strict=True)]
    with torch.device("meta"):  # as "cuda" would be, where there is one
        again = numbered_on_cpu(data)
        found = [torch.cat(parts) for parts in zip(*Batches(again, **options), strict=True)]
    assert all(map(torch.equal, found, expected))


def numbered_on_cpu(data):
    return Images(data.images.clone(), data.labels.clone(), data.classes, data.name)


def test_the_data_sets_do_not_depend_on_torchs_default_device():
    expected = synthetic_cifar10(20, 10)[0], digits(8)[1], digits(32)[1]
    with torch.device("meta"):
        found = synthetic_cifar10(20, 10)[0], digits(8)[1], digits(32)[1]
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.equal(ours.images, theirs.images) and torch.equal(ours.labels, theirs.labels)
