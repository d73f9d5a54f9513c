"""The figure Pooling: windows give one number each, and the image may move under them."""

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Enum, Int

ROWS, COLUMNS = 6, 8
WINDOWS = "(({} - kernel_size) // stride + 1)"


class Pooling(Figure):
    """A 6 × 8 image, its pooled map, and the entries that change when the image is shifted.

    Windows of `kernel_size`, `stride` apart, are pooled by `mode`; `right` and `down` shift the
    image by pixels; `step` numbers the window row by row from 0.
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
    step = Int(0, min=0).tag(sync=True, below=f"{WINDOWS.format(ROWS)} * {WINDOWS.format(COLUMNS)}")

    @property
    def output_shape(self) -> tuple[int, int]:
        """Rows and columns of the pooled map, which no one sets."""
        size = [
            arithmetic.output_size(size, self.kernel_size, stride=self.stride)
            for size in (ROWS, COLUMNS)
        ]
        return size[0], size[1]
