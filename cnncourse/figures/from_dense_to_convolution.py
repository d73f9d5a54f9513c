"""The figure FromDenseToConvolution: the matrix of a layer, dense, then sparse, then shared."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Enum, Int


class FromDenseToConvolution(Figure):
    """The matrix between a row of pixels and its feature map, and the count of its weights.

    `stage` is how the layer is connected; `input_size` and `kernel_size` are in pixels; `unit`
    numbers the output that is looked at, from 0. Raises TraitError for a value out of range.

    >>> figure = FromDenseToConvolution(input_size=8, kernel_size=3)
    >>> [figure.weights(stage) for stage in ("dense", "local", "shared")]
    [48, 18, 3]
    """

    stage = Enum(["dense", "local", "shared"], "dense").tag(sync=True)
    input_size = Int(8, min=4, max=12).tag(sync=True)
    kernel_size = Int(3, min=1, max=4).tag(sync=True)
    unit = Int(0, min=0).tag(sync=True, below="input_size - kernel_size + 1")

    def weights(self, stage: str | None = None) -> int:
        """How many weights the layer has, without biases, at `stage` (the present one if None)."""
        outputs = self.input_size - self.kernel_size + 1
        return {
            "dense": self.input_size * outputs,
            "local": self.kernel_size * outputs,
            "shared": self.kernel_size,
        }[stage or self.stage]
