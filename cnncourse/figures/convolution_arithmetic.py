"""The figure ConvolutionArithmetic: a window slides over padded input, with stride and dilation."""

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Int


class ConvolutionArithmetic(Figure):
    """Input, kernel and output with the cells that belong together, and the formula of the size.

    `input_size`, `kernel_size`, `padding`, `stride` and `dilation` are those of one axis;
    `dimensions` is 1 (a row) or 2 (a square grid); `transposed` shows the transposed
    convolution and how many products each entry of its output receives; `step` numbers the
    window (or, transposed, the input) row by row from 0.
    Raises TraitError for a value out of range, or sizes that leave no output.

    >>> figure = ConvolutionArithmetic(input_size=7, stride=2)
    >>> figure.output_size
    3
    >>> figure.kernel_size = 5
    >>> figure.output_size
    2
    """

    input_size = Int(6, min=1, max=10).tag(sync=True)
    # The kernel fits into the padded input.
    kernel_size = Int(3, min=1, max=5).tag(
        sync=True,
        most="kernel_size if transposed else (input_size + 2 * padding - 1) // dilation + 1",
    )
    # What a transposed convolution cuts off leaves something.
    padding = Int(0, min=0, max=4).tag(
        sync=True,
        most="((input_size - 1) * stride + dilation * (kernel_size - 1)) // 2 "
        "if transposed else padding",
    )
    stride = Int(1, min=1, max=4).tag(sync=True)
    dilation = Int(1, min=1, max=3).tag(sync=True)
    dimensions = Int(2, min=1, max=2).tag(sync=True)
    transposed = Bool(False).tag(sync=True)
    step = Int(0, min=0).tag(
        sync=True,
        below="(input_size if transposed else (input_size + 2 * padding - dilation * "
        "(kernel_size - 1) - 1) // stride + 1) ** dimensions",
    )

    @property
    def output_size(self) -> int:
        """The size of the output along one axis, which no one sets."""
        settings = self.kernel_size, self.padding, self.stride, self.dilation
        if not self.transposed:
            return arithmetic.output_size(self.input_size, *settings)
        extent = arithmetic.effective_kernel_size(self.kernel_size, self.dilation)
        return (self.input_size - 1) * self.stride - 2 * self.padding + extent
