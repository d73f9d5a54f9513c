"""The figure Im2col: every window becomes a column, and one matrix product fills the map."""

from traitlets import Int, TraitError, validate

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure

ROWS, COLUMNS = 4, 5


class Im2col(Figure):
    """A 4 × 5 image of one or two channels, its columns, and the product with a row of weights.

    `channels` 1 or 2, `kernel_size` 1 to 3, `padding` 0 or 1, `stride` and `dilation` 1 or 2; `step`
    numbers the window, which is the column, from 0.
    Raises TraitError for a value out of range, or a kernel that does not fit.

    >>> figure = Im2col(channels=2, kernel_size=2)
    >>> figure.columns_shape
    (8, 12)
    """

    channels = Int(1, min=1, max=2).tag(sync=True)
    kernel_size = Int(2, min=1, max=3).tag(sync=True)
    padding = Int(0, min=0, max=1).tag(sync=True)
    stride = Int(1, min=1, max=2).tag(sync=True)
    dilation = Int(1, min=1, max=2).tag(sync=True)
    step = Int(0, min=0).tag(sync=True)

    @property
    def columns_shape(self):
        """Rows and columns of the matrix, (C·K·K, L), which no one sets."""
        height, width = (
            arithmetic.output_size(size, self.kernel_size, self.padding, self.stride, self.dilation)
            for size in (ROWS, COLUMNS)
        )
        return self.channels * self.kernel_size**2, height * width

    @validate("kernel_size", "padding", "dilation")
    def _fits(self, proposal):
        state = {**self.state(), proposal["trait"].name: proposal["value"]}
        extent = arithmetic.effective_kernel_size(state["kernel_size"], state["dilation"])
        if extent > ROWS + 2 * state["padding"]:
            raise TraitError(
                f"the kernel covers {extent} rows and the padded image has "
                f"{ROWS + 2 * state['padding']}: use less dilation or more padding"
            )
        return proposal["value"]
