"""The figure VarianceThroughDepth: what a stack of blocks does to a signal and to a gradient."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Enum, Int


class VarianceThroughDepth(Figure):
    """Mean square of the entries after each block, and of the gradient on its way back.

    `init` draws the weights, `path` is the kind of block of two 3 × 3 convolutions, `normalized`
    puts batch normalization into it, `blocks` is the depth. The curves were traced by
    `tools/trace_depth.py`. Raises TraitError for a value out of range.

    >>> VarianceThroughDepth(path="plain", blocks=20).convolutions
    40
    """

    parts = ("depth_curves",)

    init = Enum(["torch", "glorot", "he"], "he").tag(sync=True)
    path = Enum(["plain", "residual", "preactivation"], "residual").tag(sync=True)
    normalized = Bool(False).tag(sync=True)
    blocks = Int(16, min=1, max=24).tag(sync=True)

    @property
    def convolutions(self) -> int:
        """How many convolutions lie on the path."""
        return 2 * self.blocks
