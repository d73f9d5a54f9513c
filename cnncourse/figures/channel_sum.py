"""The figure ChannelSum: three channels, a kernel for each, one sum, one bias."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Int


class ChannelSum(Figure):
    """One entry of a feature map over several channels, and the counts of the layer.

    `channels` of 4 × 5 numbers meet `filters` with square kernels of `kernel_size`, after
    `padding`; `filter` is the filter whose kernels are shown, from 0; `step` numbers the place of
    the window row by row from 0. Raises TraitError for a value out of range.

    >>> figure = ChannelSum(filters=2)
    >>> figure.filter = 1
    >>> figure
    ChannelSum(channels=3, filters=2, kernel_size=3, padding=0, filter=1, step=0)
    """

    channels = Int(3, min=1, max=3).tag(sync=True)
    filters = Int(1, min=1, max=2).tag(sync=True)
    kernel_size = Int(3, min=1, max=3).tag(sync=True)
    padding = Int(0, min=0, max=1).tag(sync=True)
    filter = Int(0, min=0).tag(sync=True, below="filters")
    step = Int(0, min=0).tag(
        sync=True, below="(5 + 2 * padding - kernel_size) * (6 + 2 * padding - kernel_size)"
    )
