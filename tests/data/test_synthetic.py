"""The stand-in for CIFAR-10, which depends on its seed alone."""

import torch

from cnncourse.data import synthetic_cifar10


def test_the_stand_in_depends_on_the_seed_alone():
    train, test = synthetic_cifar10(train=1500, test=30)
    again, smaller = synthetic_cifar10(train=1500, test=30), synthetic_cifar10(train=20, test=30)
    assert torch.equal(train.images, again[0].images) and torch.equal(train.labels, again[0].labels)
    assert torch.equal(test.images, smaller[1].images)
    assert not torch.equal(synthetic_cifar10(train=1500, test=30, seed=1)[0].images, train.images)
    assert train.labels.bincount().tolist() == [150] * 10
    assert train.images.shape == (1500, 3, 32, 32)


def test_the_stand_in_has_no_two_images_alike_in_train_and_test():
    train, test = synthetic_cifar10(train=500, test=500)
    images = torch.cat((train.images, test.images)).flatten(1)
    assert len(images.unique(dim=0)) == 1000


def test_the_mean_color_does_not_give_the_class_away():
    train, _ = synthetic_cifar10(train=4000, test=1)
    colors = train.images.double().mean((2, 3))
    means = torch.stack([colors[train.labels == label].mean(0) for label in range(10)])
    assert (means - colors.mean(0)).abs().max() < colors.std(0).min() / 4
