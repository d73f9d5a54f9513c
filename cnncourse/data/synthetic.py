"""A stand-in for CIFAR-10 where there is no network: drawn here, and labeled as what it is."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from cnncourse.language import tr

from .folder import CLASSES
from .images import SyntheticImages

NAME = "synthetic stand-in, not CIFAR-10"
SIZE = 32
CHUNK = 1000  # images drawn at once: keeps the work in the processor's cache


def synthetic_cifar10(
    train: int = 10_000, test: int = 2_000, seed: int = 0, test_seed: int = 0
) -> tuple[SyntheticImages, SyntheticImages]:
    """Drawn images of CIFAR-10's form as (train, test), for work without a network.

    uint8 (N, 3, 32, 32) under CIFAR-10's class names, the classes equally frequent. A class is one
    local structure (`TEXTURES`, `FIGURES`); its place, size, phase, contrast and colors are
    random, so that the mean color says nothing and a linear classifier little. Mirroring and
    shifting keep the class. Accuracies on these images say nothing about CIFAR-10.
    The same seed gives the same images, and the test images do not depend on how many are for
    training; test_seed draws others of them. Raises ValueError for fewer than one image.

    >>> train, test = synthetic_cifar10(train=20, test=10)
    >>> train
    SyntheticImages('synthetic stand-in, not CIFAR-10': 20 images, 3 × 32 × 32, 10 classes, on cpu)
    """
    if train < 1 or test < 1:
        raise ValueError(
            tr(
                "train and test must be at least 1 image, not {train} and {test}",
                train=train,
                test=test,
            )
        )
    return _draw(train, 2 * seed), _draw(test, (2 * (seed + test_seed) + 1) % 2**64)


def _draw(n: int, seed: int) -> SyntheticImages:
    generator = torch.Generator("cpu").manual_seed(seed)
    with torch.device("cpu"):  # whatever the default is: a seed gives the same images everywhere
        labels = (torch.arange(n) % len(CLASSES))[torch.randperm(n, generator=generator)]
        images = torch.cat([draw_images(chunk, generator) for chunk in labels.split(CHUNK)])
    return SyntheticImages(images, labels, CLASSES, NAME)


# The structure of a class as a function of u and v, a pixel's distance down and right of the
# figure's center, and of the period p, all in pixels. Values lie in -1..1.
def _stripes(x: Tensor, p: Tensor) -> Tensor:
    return torch.sin(2 * math.pi * x / p)


def _checks(x: Tensor, y: Tensor, p: Tensor) -> Tensor:
    return _stripes(x, 1.4 * p) * _stripes(y, 1.4 * p)


def _line(distance: Tensor, p: Tensor) -> Tensor:
    return 2 * torch.exp(-((2.5 * distance / p) ** 2)) - 1


def _radius(u: Tensor, v: Tensor) -> Tensor:
    return (u**2 + v**2).sqrt()


HALF = 2**-0.5  # (u + v) * HALF and (u - v) * HALF are the coordinates turned by 45 degrees
Structure = Callable[[Tensor, Tensor, Tensor], Tensor]
TEXTURES: tuple[Structure, ...] = (  # these start at a random phase
    lambda u, v, p: _stripes(u, p),  # horizontal stripes
    lambda u, v, p: _stripes(v, p),  # vertical stripes
    lambda u, v, p: _stripes((u + v) * HALF, p),  # slanted stripes
    lambda u, v, p: _checks(u, v, p),  # checkerboard
    lambda u, v, p: _checks((u + v) * HALF, (u - v) * HALF, p),  # checkerboard on its tip
)
FIGURES: tuple[Structure, ...] = (  # these have their center where u = v = 0
    lambda u, v, p: _stripes(_radius(u, v), p),  # rings
    lambda u, v, p: _line(_radius(u, v) - 6, p),  # circle
    lambda u, v, p: _line(torch.maximum(u.abs(), v.abs()) - 6, p),  # square
    lambda u, v, p: _line(torch.minimum(u.abs(), v.abs()), p),  # cross
    lambda u, v, p: _line(torch.minimum((u + v).abs(), (u - v).abs()) * HALF, p),  # slanted cross
)


def draw_images(labels: Tensor, generator: torch.Generator) -> Tensor:
    """One image, uint8 (3, 32, 32), for each label."""
    n = len(labels)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator)

    grid = torch.arange(SIZE, dtype=torch.float32)
    u = grid.view(1, SIZE, 1) - uniform(9, 23, 1, 1)
    v = grid.view(1, 1, SIZE) - uniform(9, 23, 1, 1)
    v = v * torch.where(uniform(0, 1, 1, 1) < 0.5, -1, 1)  # mirrored or not
    period = uniform(5, 8, 1, 1)
    phase = uniform(0, 8, 2, 1, 1)

    pattern = torch.empty(n, SIZE, SIZE)
    for label, structure in enumerate(TEXTURES + FIGURES):
        i = labels == label
        start = phase[i] if label < len(TEXTURES) else torch.zeros(2, 1, 1).expand_as(phase[i])
        pattern[i] = structure(u[i] + start[:, 0], v[i] + start[:, 1], period[i])

    # The pattern lies in a disk and goes from one random color to another, on blotches around a
    # third.
    light, dark, behind = (uniform(0, 255, 3, 1, 1) for _ in range(3))
    blotches = F.interpolate(
        50 * torch.randn(n, 3, 5, 5, generator=generator),
        size=(SIZE, SIZE),
        mode="bilinear",
        align_corners=False,
    )
    disk = torch.sigmoid((uniform(8, 12, 1, 1) - _radius(u, v)) * 1.5)[:, None]
    figure = torch.lerp(dark, light, (pattern[:, None] + 1) / 2)
    noise = 15 * torch.randn(n, 3, SIZE, SIZE, generator=generator)
    x = torch.lerp(behind + blotches, figure, disk) + noise
    return x.clamp_(0, 255).to(torch.uint8)
