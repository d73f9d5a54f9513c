"""Labeled images in one tensor, and the folder that data sets are kept in."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from cnncourse.course import CourseError


class DataError(CourseError):
    """A data set is missing or damaged; the message names the path and the remedy."""


@dataclass(frozen=True, eq=False)
class Images:
    """Labeled images that are kept together as bytes.

    `images` is uint8 of shape (N, C, H, W) with values 0..255, `labels` is int64 of shape (N,),
    `classes` has the name of each label, and `name` says which data set this is.
    Indexing with a slice, an index tensor or a mask gives `Images` again.
    Raises ValueError if shapes, types or labels do not fit together.

    >>> images = Images(torch.zeros(4, 3, 8, 6, dtype=torch.uint8), torch.arange(4) % 2,
    ...                 ("cat", "dog"), "four black images")
    >>> len(images[1:]), images[1:].labels.tolist()
    (3, [1, 0, 1])
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...]
    name: str

    def __post_init__(self):
        if self.images.dtype != torch.uint8 or self.images.ndim != 4:
            raise ValueError(
                "images must be uint8 of shape (N, C, H, W), not "
                f"{self.images.dtype} of shape {tuple(self.images.shape)}"
            )
        if self.labels.dtype != torch.int64 or self.labels.shape != self.images.shape[:1]:
            raise ValueError(
                f"labels must be int64 of shape ({len(self.images)},), one for each "
                f"image, not {self.labels.dtype} of shape {tuple(self.labels.shape)}"
            )
        if len(self.labels):
            low, high = (int(value) for value in self.labels.aminmax())
            if low < 0 or high >= len(self.classes):
                raise ValueError(
                    f"labels must lie in 0..{len(self.classes) - 1}, the indices of "
                    f"`classes`, not in {low}..{high}"
                )

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        if isinstance(index, int):
            raise TypeError(
                f"images[{index}] would be one image without its batch dimension: "
                f"write images[{index}:{index + 1}] or images.images[{index}]"
            )
        return type(self)(self.images[index], self.labels[index], self.classes, self.name)

    def __repr__(self):
        n, c, h, w = self.images.shape
        return (
            f"{type(self).__name__}({self.name!r}: {n:,} images, {c} × {h} × {w}, "
            f"{len(self.classes)} classes, on {self.images.device})"
        )

    def to(self, device) -> "Images":
        """The same images on another device."""
        return type(self)(self.images.to(device), self.labels.to(device), self.classes, self.name)

    # The moments are taken from counts of the 256 values: exact on every device, and no float
    # copy of the images, which would be four times as large as they are.
    @cached_property
    def _moments(self):
        channels = self.images.transpose(0, 1).flatten(1)
        counts = torch.stack([channel.bincount(minlength=256) for channel in channels])
        counts = counts.double().cpu()
        values = torch.arange(256, dtype=torch.float64) / 255
        mean = (counts * values).sum(1) / counts.sum(1)
        variance = (counts * (values - mean[:, None]) ** 2).sum(1) / counts.sum(1)
        return mean.float(), variance.sqrt().float()

    @property
    def mean(self) -> Tensor:
        """Mean of images / 255 for each channel: float32 (C,), on the CPU."""
        return self._moments[0]

    @property
    def std(self) -> Tensor:
        """Standard deviation of images / 255 for each channel: float32 (C,), on the CPU."""
        return self._moments[1]


class SyntheticImages(Images):
    """Images drawn by this library to stand in for a data set that is not there."""
