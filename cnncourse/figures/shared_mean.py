"""The figure SharedMean: which entries of a batch share a mean and a variance."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Enum, Int

IMAGES, CHANNELS, ROWS, COLUMNS = 2, 4, 2, 3


class SharedMean(Figure):
    """Two images of four channels of 2 × 3 entries, and the axes over which a mean is taken.

    `n`, `c`, `h` and `w` say which axes of (N, C, H, W) are averaged over; `groups` divides the
    channels where they are. `step` numbers the entry whose companions are marked, as memory does:
    images, channels, rows, columns. Raises TraitError for a value out of range.

    >>> SharedMean(n=False, c=True).module, SharedMean(n=False, c=True).means
    ('nn.GroupNorm(1, 4)', 2)
    """

    n = Bool(True).tag(sync=True)
    c = Bool(False).tag(sync=True)
    h = Bool(True).tag(sync=True)
    w = Bool(True).tag(sync=True)
    groups = Enum([1, 2, 4], 1).tag(sync=True)
    step = Int(7, min=0, max=IMAGES * CHANNELS * ROWS * COLUMNS - 1).tag(sync=True)

    @property
    def means(self) -> int:
        """How many means there are."""
        return (
            (1 if self.n else IMAGES)
            * (self.groups if self.c else CHANNELS)
            * (1 if self.h else ROWS)
            * (1 if self.w else COLUMNS)
        )

    @property
    def module(self) -> str | None:
        """PyTorch's module that averages so, None where there is none."""
        if not (self.h and self.w):
            return None
        if self.c:
            return None if self.n else f"nn.GroupNorm({self.groups}, {CHANNELS})"
        return f"nn.{'BatchNorm2d' if self.n else 'InstanceNorm2d'}({CHANNELS})"
