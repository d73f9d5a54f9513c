"""Batches made on the device that the images live on."""

from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from cnncourse.language import tr

from .images import Images

Moment = float | Sequence[float] | Tensor  # for all channels, or one for each


class Batches:
    """Normalized, augmented batches of images that stay on the device as bytes.

    Iterating yields (x, labels): x float32 (B, C, H, W), (images / 255 - mean) / std, and labels
    int64 (B,), both on `device` (by default where the images are). In memory the channels of a
    pixel are neighbors (torch.channels_last): on a CPU, a step of LeNet on color images takes a
    third less time. `shuffle` gives a new order at each iteration, `flip` mirrors each image with
    probability 1/2, `shift` moves each by up to so many pixels along both axes, zeros moving in.
    `mean` and `std` default to the data's own; give those of the training images for the test
    images. The sequence of iterations depends on `seed` alone: random numbers are drawn on the
    CPU, so every device sees the same. The last batch may be short. Raises ValueError for a
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
        # One pixel's channels beside each other, (N, H, W, C): then a row of an image is one run
        # of memory, and what is yielded is a view of the kind that convolutions like best.
        here = data if device is None else data.to(device)
        # Stacking the channels is one copy, as permute and contiguous are, in half the time.
        self.pixels, self.labels = torch.stack(here.images.unbind(1), dim=-1), here.labels
        self.batch_size, self.shuffle, self.flip, self.shift = batch_size, shuffle, flip, shift
        center = data.mean if mean is None else torch.as_tensor(mean, device="cpu")
        # A channel without any contrast has nothing to scale, and 0 / 0 would be nan.
        spread = data.std.masked_fill(data.std == 0, 1) if std is None else std
        spread = torch.as_tensor(spread, device="cpu")
        # (image / 255 - mean) / std = image * scale + offset
        # Written out for a row of pixels: loops over three channels alone would be short and slow.
        _, _, width, channels = self.pixels.shape
        self.scale, self.offset = (
            moment.expand(channels).repeat(width).float().to(self.pixels.device)
            for moment in (1 / (255 * spread), -center / spread)
        )
        self.generator = torch.Generator("cpu").manual_seed(seed)

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        # One iteration's random numbers are drawn and moved at once: the loop then waits for
        # nothing, and leaving it early does not change what later iterations draw.
        n, there = len(self.labels), self.labels.device
        flips = shifts = None
        order = torch.arange(n, device="cpu")
        if self.shuffle:
            order = torch.randperm(n, generator=self.generator, device="cpu")
        if self.flip:
            flips = torch.randint(2, (n,), generator=self.generator, device="cpu").to(there)
        if self.shift:
            low, high = -self.shift, self.shift + 1
            drawn = torch.randint(low, high, (n, 2), generator=self.generator, device="cpu")
            shifts = drawn.to(there)
        return self._batches(order.to(there), flips, shifts)

    def _batches(
        self, order: Tensor, flips: Tensor | None, shifts: Tensor | None
    ) -> Iterator[tuple[Tensor, Tensor]]:
        for start in range(0, len(order), self.batch_size):
            part = slice(start, start + self.batch_size)
            # index_select copies whole images; pixels[order] would go pixel by pixel.
            x = self.pixels.index_select(0, order[part])
            if flips is not None:
                x = flip_images(x, flips[part])
            if shifts is not None:
                x = shift_images(x, shifts[part], self.shift)
            x = x.float()
            x.flatten(2).mul_(self.scale).add_(self.offset)  # a view of x
            yield x.permute(0, 3, 1, 2), self.labels[order[part]]


def flip_images(pixels: Tensor, flips: Tensor) -> Tensor:
    """Images (N, H, W, C), those where `flips` (N,) is 1 mirrored left to right.

    >>> flip_images(torch.tensor([[[[1], [2]]], [[[1], [2]]]]), torch.tensor([0, 1])).tolist()
    [[[[1], [2]]], [[[2], [1]]]]
    """
    # All are mirrored, and whole images are chosen. Keeping the mirrored images of all the data
    # would save a hundredth of a step of LeNet, and take longer than that until the tenth epoch.
    n = len(pixels)
    both = torch.cat((pixels, pixels.flip(2)))
    return both.index_select(0, torch.arange(n, device=pixels.device) + n * flips)


def shift_images(pixels: Tensor, shifts: Tensor, limit: int) -> Tensor:
    """Images (N, H, W, C), each moved by its (down, right) of `shifts` (N, 2), zeros moving in.

    No shift may be larger than `limit` pixels.

    >>> shift_images(torch.tensor([[[[1], [2], [3]]]]), torch.tensor([[0, 1]]), limit=1).tolist()
    [[[[0], [1], [2]]]]
    """
    n, height, width, channels = pixels.shape
    padded = F.pad(pixels, (0, 0, limit, limit, limit, limit))
    _, padded_height, padded_width, _ = padded.shape
    # A row of a shifted image is a run of values somewhere in the padded ones. Copying whole rows
    # is several times faster than indexing pixels.
    top, left = (limit - shifts).view(n, 2, 1).unbind(1)
    device = pixels.device
    image = torch.arange(n, device=device).view(n, 1)
    row = image * padded_height + top + torch.arange(height, device=device)
    runs = padded.flatten().unfold(0, width * channels, channels)  # from each pixel on
    return runs.index_select(0, (row * padded_width + left).flatten()).view_as(pixels)
