"""The figure ConvolutionArithmetic: a window slides over padded input, with stride and dilation."""

from traitlets import Bool, Int, TraitError, validate

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure


class ConvolutionArithmetic(Figure):
    """Input, kernel and output with the cells that belong together, and the formula of the size.

    `input_size` 1 to 10, `kernel_size` 1 to 5, `padding` 0 to 4, `stride` 1 to 4, `dilation` 1 to
    3; `dimensions` is 1 (a row) or 2 (a square grid); `transposed` shows the transposed
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
    kernel_size = Int(3, min=1, max=5).tag(sync=True)
    padding = Int(0, min=0, max=4).tag(sync=True)
    stride = Int(1, min=1, max=4).tag(sync=True)
    dilation = Int(1, min=1, max=3).tag(sync=True)
    dimensions = Int(2, min=1, max=2).tag(sync=True)
    transposed = Bool(False).tag(sync=True)
    step = Int(0, min=0).tag(sync=True)

    @property
    def output_size(self):
        """The size of the output along one axis, which no one sets."""
        settings = self.kernel_size, self.padding, self.stride, self.dilation
        if not self.transposed:
            return arithmetic.output_size(self.input_size, *settings)
        extent = arithmetic.effective_kernel_size(self.kernel_size, self.dilation)
        return (self.input_size - 1) * self.stride - 2 * self.padding + extent

    @validate("input_size", "kernel_size", "padding", "stride", "dilation", "transposed")
    def _leaves_an_output(self, proposal):
        state = {**self.state(), proposal["trait"].name: proposal["value"]}
        extent = arithmetic.effective_kernel_size(state["kernel_size"], state["dilation"])
        if state["transposed"]:
            size = (state["input_size"] - 1) * state["stride"] - 2 * state["padding"] + extent
        else:
            size = state["input_size"] + 2 * state["padding"] - extent + 1
        if size < 1:
            raise TraitError(
                f"with {state} the output has no entry: "
                + (
                    "use less padding"
                    if state["transposed"]
                    else f"the kernel covers {extent} positions; use a larger input or padding"
                )
            )
        return proposal["value"]
