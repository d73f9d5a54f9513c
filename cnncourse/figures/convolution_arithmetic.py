"""The figure ConvolutionArithmetic: a window slides over padded input, with stride and dilation."""

from cnncourse import arithmetic
from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Enum, Int

# What the limits are made of. More axes or channels leave less room for each of them.
FLAT = "{1: 1, 2: 0, 3: 0}[dimensions]"
CAUSAL = "{'zeros': 0, 'circular': 0, 'causal': 1}[padding_mode]"
INPUT = (
    f"min({{1: 10, 2: 10, 3: 4}}[dimensions], 10 if {FLAT} else {{1: 10, 2: 6, 4: 4}}[channels])"
)
PADDING = f"min({{1: 4, 2: 4, 3: 1}}[dimensions], 4 if {FLAT} else {{1: 4, 2: 2, 4: 1}}[channels])"
# The largest grid that a transposed convolution fills, and that causal padding makes.
LARGEST = (
    f"min({{1: 24, 2: 20, 3: 7}}[dimensions], 24 if {FLAT} else {{1: 20, 2: 12, 4: 8}}[channels])"
)
FITS = "(input_size + 2 * padding - 1) // dilation + 1"
OUTPUT = "((input_size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1)"


class ConvolutionArithmetic(Figure):
    """Input, kernel and output with the cells that belong together, and the formula of the size.

    `input_size`, `kernel_size`, `padding`, `stride` and `dilation` are those of every axis;
    `dimensions` is their number: 1 (a row), 2 (a square grid) or 3 (a cube, slice by slice).
    `channels` is the number of input channels and of filters, divided into `groups`.
    `padding_mode` is "zeros", "circular" or "causal": then the first axis is time, padded with
    K' - 1 zeros at its beginning alone. `transposed` shows the transposed convolution, which knows
    no padding mode, and how many products each entry of its output receives. `step` numbers the
    window (or, transposed, the input) channel by channel and row by row from 0.
    Raises TraitError for a value out of range, or sizes that leave no output.

    >>> figure = ConvolutionArithmetic(input_size=7, stride=2)
    >>> figure.output_size, figure.module
    (3, 'nn.Conv2d(1, 1, 3, stride=2, bias=False)')
    >>> figure.kernel_size = 5
    >>> figure.output_size
    2
    >>> ConvolutionArithmetic(dimensions=1, padding_mode="causal", dilation=2).module
    'nn.Sequential(nn.ConstantPad1d((4, 0), 0.0), nn.Conv1d(1, 1, 3, dilation=2, bias=False))'
    """

    parts = ("convolution_layer",)

    input_size = Int(6, min=1, max=10).tag(
        sync=True, most=f"min({INPUT}, ({LARGEST} - 1) // stride + 1 if transposed else 10)"
    )
    # The kernel fits into the padded input; time that is padded causally always has room for it.
    kernel_size = Int(3, min=1, max=5).tag(
        sync=True,
        most=f"min({{1: 5, 2: 5, 3: 3}}[dimensions], "
        f"({LARGEST} - 1 - (input_size - 1) * stride) // dilation + 1 if transposed else min("
        f"({LARGEST} - input_size) // dilation + 1 if {CAUSAL} else 5, "
        f"5 if {FLAT} * {CAUSAL} else {FITS}))",
    )
    # What a transposed convolution cuts off leaves something; a circle is gone round once at most.
    padding = Int(0, min=0, max=4).tag(
        sync=True,
        most="((input_size - 1) * stride + dilation * (kernel_size - 1)) // 2 if transposed else "
        f"min({PADDING}, input_size + {{'zeros': 4, 'circular': 0, 'causal': 4}}[padding_mode])",
    )
    stride = Int(1, min=1, max=4).tag(sync=True)
    dilation = Int(1, min=1, max=3).tag(sync=True)
    dimensions = Int(2, min=1, max=3).tag(sync=True)
    transposed = Bool(False).tag(sync=True)
    padding_mode = Enum(["zeros", "circular", "causal"], "zeros").tag(sync=True)
    channels = Enum([1, 2, 4], 1).tag(sync=True, most="{1: 4, 2: 4, 3: 1}[dimensions]")
    groups = Enum([1, 2, 4], 1).tag(sync=True, most="channels")
    step = Int(0, min=0).tag(
        sync=True,
        below="channels * (input_size ** dimensions if transposed else "
        f"((input_size - 1) // stride + 1 if {CAUSAL} else {OUTPUT}) "
        f"* {OUTPUT} ** (dimensions - 1))",
    )

    @property
    def output_size(self) -> int:
        """The size of the output along its last axis, which no one sets."""
        return self.output_shape[-1]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The size of the output along each axis, which no one sets."""
        settings = self.kernel_size, self.padding, self.stride, self.dilation
        extent = arithmetic.effective_kernel_size(self.kernel_size, self.dilation)
        if self.transposed:
            size = (self.input_size - 1) * self.stride - 2 * self.padding + extent
            return (size,) * self.dimensions
        time = (self.input_size - 1) // self.stride + 1
        if self.padding_mode == "causal" and self.dimensions == 1:
            return (time,)
        size = arithmetic.output_size(self.input_size, *settings)
        first = time if self.padding_mode == "causal" else size
        return (first, *[size] * (self.dimensions - 1))

    @property
    def module(self) -> str:
        """PyTorch's module that computes what is shown, as the figure prints it."""
        causal = self.padding_mode == "causal" and not self.transposed
        circular = self.padding_mode == "circular" and self.padding and not self.transposed
        options = [
            *([f"stride={self.stride}"] if self.stride > 1 else []),
            *([f"padding={self.padding}"] if self.padding and not causal else []),
            *([f"dilation={self.dilation}"] if self.dilation > 1 else []),
            *([f"groups={self.groups}"] if self.groups > 1 else []),
            *(['padding_mode="circular"'] if circular else []),
            "bias=False",
        ]
        arguments = ", ".join(map(str, (self.channels, self.channels, self.kernel_size, *options)))
        layer = f"nn.Conv{'Transpose' * self.transposed}{self.dimensions}d({arguments})"
        if not causal:
            return layer
        before = self.dilation * (self.kernel_size - 1)
        pads = (*(2 * (self.dimensions - 1)) * (self.padding,), before, 0)
        return f"nn.Sequential(nn.ConstantPad{self.dimensions}d({pads}, 0.0), {layer})"
