"""The figure Pooling: windows give one number each, and the image may move under them."""

from traitlets import Enum, Int

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure

ROWS, COLUMNS = 6, 8


class Pooling(Figure):
    """A 6 × 8 image, its pooled map, and the entries that change when the image is shifted.

    `mode` "max", "average" or "l2"; `kernel_size` 1 to 4, `stride` 1 to 4; `right` and `down` shift
    the image by -2 to 2 pixels; `step` numbers the window row by row from 0.
    Raises TraitError for a value out of range.

    >>> figure = Pooling(kernel_size=3)
    >>> figure.stride = 1
    >>> figure.output_shape
    (4, 6)
    """

    mode = Enum(["max", "average", "l2"], "max").tag(sync=True)
    kernel_size = Int(2, min=1, max=4).tag(sync=True)
    stride = Int(2, min=1, max=4).tag(sync=True)
    right = Int(0, min=-2, max=2).tag(sync=True)
    down = Int(0, min=-2, max=2).tag(sync=True)
    step = Int(0, min=0).tag(sync=True)

    @property
    def output_shape(self):
        """Rows and columns of the pooled map, which no one sets."""
        return tuple(
            arithmetic.output_size(size, self.kernel_size, stride=self.stride)
            for size in (ROWS, COLUMNS)
        )
