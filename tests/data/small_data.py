"""Random images, and what lies in a folder of data."""

import torch

from cnncourse.data import Images


def some_images(n=7, channels=2, height=5, width=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(1, 256, (n, channels, height, width), generator=generator)
    return Images(images.to(torch.uint8), torch.arange(n) % 3, ("a", "b", "c"), "random")


def names(folder):
    return sorted(path.name for path in folder.iterdir())
