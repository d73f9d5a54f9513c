"""Labeled images in one tensor, and the folder that data sets are kept in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import torch
from torch import Tensor

from cnncourse.course import CourseError
from cnncourse.language import tr


class DataError(CourseError):
    """A data set is missing or damaged; the message names the path and the remedy."""


@dataclass(frozen=True, eq=False)
class Images:
    """Labeled images that are kept together as bytes.

    `images` is uint8 of shape (N, C, H, W) with values 0..255, `labels` is int64 of shape (N,),
    `classes` has the name of each label, and `name` says which data set this is.
    Indexing with a slice, a list or tensor of indices, or a mask of N truth values gives `Images`
    again. Raises ValueError if shapes, types or labels do not fit together.

    >>> images = Images(torch.zeros(4, 3, 8, 6, dtype=torch.uint8), torch.arange(4) % 2,
    ...                 ("cat", "dog"), "four black images")
    >>> len(images[1:]), images[1:].labels.tolist()
    (3, [1, 0, 1])
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...]
    name: str

    def __post_init__(self) -> None:
        if self.images.dtype != torch.uint8 or self.images.ndim != 4:
            raise ValueError(
                tr(
                    "images must be uint8 of shape (N, C, H, W), not {dtype} of shape {shape}",
                    dtype=self.images.dtype,
                    shape=tuple(self.images.shape),
                )
            )
        if self.labels.dtype != torch.int64 or self.labels.shape != self.images.shape[:1]:
            raise ValueError(
                tr(
                    "labels must be int64 of shape ({count},), one for each image, not "
                    "{dtype} of shape {shape}",
                    count=len(self.images),
                    dtype=self.labels.dtype,
                    shape=tuple(self.labels.shape),
                )
            )
        if len(self.labels):
            low, high = (int(value) for value in self.labels.aminmax())
            if low < 0 or high >= len(self.classes):
                raise ValueError(
                    tr(
                        "labels must lie in 0..{value}, the indices of `classes`, not in {low}.."
                        "{high}",
                        value=len(self.classes) - 1,
                        low=low,
                        high=high,
                    )
                )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: slice | Tensor | Sequence[int]) -> Self:
        rows = self._rows(index)
        return type(self)(self.images[rows], self.labels[rows], self.classes, self.name)

    def _rows(self, index: Any) -> slice | Tensor:
        """What torch takes for an index, checked: torch has errors, or other meanings, for some."""
        n = len(self)
        if isinstance(index, slice):
            if index.step is None or index.step > 0:
                return index  # gives a view
            index = list(range(n)[index])
        try:
            rows = torch.as_tensor(index, device=None if torch.is_tensor(index) else "cpu")
        except (TypeError, ValueError, RuntimeError):
            rows = None
        if rows is None or (rows.is_floating_point() and rows.numel()) or rows.is_complex():
            raise TypeError(
                tr(
                    "images[…] takes a slice, indices or a mask of truth values, got {index!r}",
                    index=index,
                )
            )
        if rows.dtype == torch.bool and rows.ndim and rows.shape != (n,):
            raise IndexError(
                tr(
                    "the mask has shape {shape}, but there are {n} images: it must be ({n},)",
                    shape=tuple(rows.shape),
                    n=n,
                )
            )
        if rows.dtype != torch.bool:
            rows = rows.long()  # as an index torch would take uint8 for a mask
            wrong = rows[(rows < -n) | (rows >= n)]
            if wrong.numel():
                raise IndexError(
                    tr("there is no image {int}: there are {n} images", int=int(wrong[0]), n=n)
                )
        if rows.ndim == 0:
            i = int(rows)
            raise TypeError(
                tr(
                    "images[{i}] would be one image without its batch dimension: write "
                    "images[{i}:{value}] or images.images[{i}]",
                    i=i,
                    value=i + 1 or "",
                )
            )
        if rows.ndim != 1:
            raise TypeError(
                tr(
                    "images[…] takes indices along one axis, got the shape {shape}: index "
                    "images.images and images.labels for parts of an image",
                    shape=tuple(rows.shape),
                )
            )
        return rows

    def __repr__(self) -> str:
        n, c, h, w = self.images.shape
        return tr(
            "{name}({name2!r}: {n:,} images, {c} × {h} × {w}, {count} classes, on {device})",
            name=type(self).__name__,
            name2=self.name,
            n=n,
            c=c,
            h=h,
            w=w,
            count=len(self.classes),
            device=self.images.device,
        )

    def to(self, device: torch.device | str) -> Self:
        """The same images on another device."""
        return type(self)(self.images.to(device), self.labels.to(device), self.classes, self.name)

    # The moments are taken from counts of the 256 values: exact on every device, and no float
    # copy of the images, which would be four times as large as they are. In float64 on the CPU:
    # not every device has it.
    @cached_property
    def _moments(self) -> tuple[Tensor, Tensor]:
        channels = self.images.transpose(0, 1).flatten(1)
        counts = torch.stack([channel.bincount(minlength=256) for channel in channels])
        counts = counts.cpu().double()
        values = torch.arange(256, dtype=torch.float64, device="cpu") / 255
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
