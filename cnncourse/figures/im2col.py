"""The figure Im2col: every window becomes a column, and one matrix product fills the map."""

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Int

ROWS, COLUMNS = 4, 5
WINDOWS = "(({} + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1)"


class Im2col(Figure):
    """A 4 × 5 image of one or two channels, its columns, and the product with a row of weights.

    `channels`, `kernel_size`, `padding`, `stride` and `dilation` are those of the layer; `step`
    numbers the window, which is the column, from 0.
    Raises TraitError for a value out of range, or a kernel that does not fit.

    >>> figure = Im2col(channels=2, kernel_size=2)
    >>> figure.columns_shape
    (8, 12)
    """

    channels = Int(1, min=1, max=2).tag(sync=True)
    kernel_size = Int(2, min=1, max=3).tag(
        sync=True, most=f"({ROWS} + 2 * padding - 1) // dilation + 1"
    )
    padding = Int(0, min=0, max=1).tag(sync=True)
    stride = Int(1, min=1, max=2).tag(sync=True)
    dilation = Int(1, min=1, max=2).tag(sync=True)
    step = Int(0, min=0).tag(sync=True, below=f"{WINDOWS.format(ROWS)} * {WINDOWS.format(COLUMNS)}")

    @property
    def columns_shape(self) -> tuple[int, int]:
        """Rows and columns of the matrix, (C·K·K, L), which no one sets."""
        height, width = (
            arithmetic.output_size(size, self.kernel_size, self.padding, self.stride, self.dilation)
            for size in (ROWS, COLUMNS)
        )
        return self.channels * self.kernel_size**2, height * width
