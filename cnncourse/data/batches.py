"""Batches made on the device that the images live on."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from cnncourse import memory
from cnncourse.language import tr

from .images import Images

Moment = float | Sequence[float] | Tensor  # for all channels, or one for each
# Images that are put in order, or chosen, at a time. Between two steps of a training the caches
# hold other things, and a call takes twice as long as after another one of its kind.
TOGETHER = 1024


class Batches:
    """Normalized, augmented batches of images that stay on the device as bytes.

    Iterating yields (x, labels): x float32 (B, C, H, W), (images / 255 - mean) / std, and labels
    int64 (B,), both on `device` (by default where the images are). In memory the channels of a
    pixel are neighbors (torch.channels_last): on a CPU, a step of LeNet on color images takes a
    third less time. `shuffle` gives a new order at each iteration, `flip` mirrors each image with
    probability 1/2, `shift` moves each by up to so many pixels along both axes, zeros moving in.
    `mean` and `std` default to the data's own; give those of the training images for the test
    images. The sequence of iterations depends on `seed` alone: random numbers are drawn on the
    CPU, so every device sees the same. The last batch may be short. Held are the bytes of the
    images, with a border as wide as `shift`, and twice with `flip`. Raises ValueError for a
    batch_size < 1 or a negative shift.

    >>> data = Images(torch.zeros(5, 1, 4, 4, dtype=torch.uint8), torch.arange(5), tuple("abcde"),
    ...               "five black images")
    >>> [tuple(x.shape) for x, labels in Batches(data, batch_size=2)]
    [(2, 1, 4, 4), (2, 1, 4, 4), (1, 1, 4, 4)]
    """

    def __init__(
        self,
        data: Images,
        batch_size: int = 128,
        shuffle: bool = False,
        flip: bool = False,
        shift: int = 0,
        mean: Moment | None = None,
        std: Moment | None = None,
        device: torch.device | str | None = None,
        seed: int = 0,
    ) -> None:
        if batch_size < 1:
            raise ValueError(
                tr("batch_size must be at least 1, not {batch_size}", batch_size=batch_size)
            )
        if shift < 0:
            raise ValueError(tr("shift must be at least 0 pixels, not {shift}", shift=shift))
        here = data if device is None else data.to(device)
        self.pixels, self.labels = laid_out(here.images, shift, flip), here.labels
        self.batch_size, self.shuffle, self.flip, self.shift = batch_size, shuffle, flip, shift
        center = data.mean if mean is None else torch.as_tensor(mean, device="cpu")
        # A channel without any contrast has nothing to scale, and 0 / 0 would be nan.
        spread = data.std.masked_fill(data.std == 0, 1) if std is None else std
        spread = torch.as_tensor(spread, device="cpu")
        # (image / 255 - mean) / std = image * scale + offset
        # Written out for an image: loops over three channels alone would be short and slow.
        _, channels, height, width = data.images.shape
        self.size = height, width
        self.scale, self.offset = (
            moment.expand(channels).repeat(height * width).float().to(self.labels.device)
            for moment in (1 / (255 * spread), -center / spread)
        )
        self.generator = torch.Generator("cpu").manual_seed(seed)

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        # One iteration's random numbers are drawn and moved at once: the loop then waits for
        # nothing, and leaving it early does not change what later iterations draw.
        n, there = len(self.labels), self.labels.device
        order = torch.arange(n, device="cpu")
        if self.shuffle:
            order = torch.randperm(n, generator=self.generator, device="cpu")
        images, corners = order, torch.zeros(n, 2, dtype=torch.long, device="cpu")
        if self.flip:
            images = order + n * torch.randint(2, (n,), generator=self.generator, device="cpu")
        if self.shift:
            low, high = -self.shift, self.shift + 1
            shifts = torch.randint(low, high, (n, 2), generator=self.generator, device="cpu")
            corners = self.shift - shifts
        return self._batches(order.to(there), images.to(there), corners.to(there))

    def _batches(
        self, order: Tensor, images: Tensor, corners: Tensor
    ) -> Iterator[tuple[Tensor, Tensor]]:
        many = self.batch_size * max(1, TOGETHER // self.batch_size)
        for start in range(0, len(order), many):
            part = slice(start, start + many)
            pixels = cut_out(self.pixels, images[part], corners[part], self.size)
            labels = self.labels[order[part]].split(self.batch_size)
            for some, theirs in zip(pixels.split(self.batch_size), labels, strict=True):
                yield self._normalized(some), theirs  # not kept here: see training.fit

    def _normalized(self, pixels: Tensor) -> Tensor:
        x = pixels.float()
        x.flatten(1).mul_(self.scale).add_(self.offset)  # a view of x
        return x.permute(0, 3, 1, 2)


def laid_out(images: Tensor, border: int, mirrored: bool) -> Tensor:
    """Images (N, C, H, W) as (N, H + 2·border, W + 2·border, C), in a border of zeros.

    With `mirrored`, all of them follow once more, left and right exchanged: 2·N images. Mirroring
    an image takes as long as all else that makes it part of a batch, so it is done once.

    >>> laid_out(torch.tensor([[[[1, 2]]]]), border=1, mirrored=True)[:, 1, :, 0].tolist()
    [[0, 1, 2, 0], [0, 2, 1, 0]]
    """
    # One pixel's channels beside each other: then a row of an image is one run of memory, and what
    # is yielded is a view of the kind that convolutions like best.
    n, channels, height, width = images.shape
    size = height + 2 * border, width + 2 * border
    pixels = images.new_empty(1 + mirrored, n, *size, channels)
    if pixels.is_cpu:
        memory.prefer_huge_pages(pixels.data_ptr(), pixels.nbytes)
    pixels.zero_()
    inside = pixels[:, :, border : border + height, border : border + width]
    for start in range(0, n, TOGETHER):
        part = slice(start, start + TOGETHER)
        # Stacking the channels is one copy, as permute and contiguous are, in half the time.
        these = torch.stack(images[part].unbind(1), dim=-1)
        inside[0, part] = these
        if mirrored:
            inside[1, part] = these.flip(2)
    return pixels.flatten(0, 1)


def cut_out(pixels: Tensor, images: Tensor, corners: Tensor, size: tuple[int, int]) -> Tensor:
    """Parts of images (N, H, W, C): of each of `images` (B,), from its (top, left) of `corners`.

    The result is (B, height, width, C), `size` being (height, width).

    >>> pixels = torch.arange(8).view(2, 2, 2, 1)
    >>> cut_out(pixels, torch.tensor([1, 0]), torch.tensor([[0, 1], [1, 0]]), (1, 1)).flatten()
    tensor([5, 2])
    """
    # A row of the result is a run of values somewhere in the images. Copying whole rows is several
    # times faster than indexing pixels.
    _, full_height, full_width, channels = pixels.shape
    height, width = size
    top, left = corners.unsqueeze(2).unbind(1)
    rows = images[:, None] * full_height + top + torch.arange(height, device=pixels.device)
    runs = pixels.flatten().unfold(0, width * channels, channels)  # from each pixel on
    found = runs.index_select(0, (rows * full_width + left).flatten())
    return found.view(len(images), height, width, channels)
