"""The figure NetworkBuilder: a network put together block by block, its prices and its code."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Enum, List

BLOCKS = (
    *("conv", "pool", "widen", "narrow"),
    *("residual", "bottleneck", "dense", "separable", "inverted"),
)


class NetworkBuilder(Figure):
    """A 3 × 3 convolution, then `blocks`, then the mean of each map and ten scores.

    The network reads images of 3 × `image` × `image`; its first convolution makes `width` maps. A
    block keeps their number, but for "widen" and "narrow", which double and halve it by 1 × 1, and
    "dense", which adds `width`. `bars` is the price that is drawn. A pooling that finds a single
    pixel ends the network, and the figure says so. Raises TraitError for a value out of range.

    >>> NetworkBuilder(blocks=["pool", "residual"]).convolutions
    3
    """

    parts = ("network_costs", "network_code")

    image = Enum([32, 64, 224], 32).tag(sync=True)
    width = Enum([8, 16, 32, 64], 16).tag(sync=True)
    blocks = List(Enum(BLOCKS, "conv"), ["conv", "pool", "widen", "conv"], maxlen=12).tag(sync=True)
    bars = Enum(["parameters", "products", "memory"], "memory").tag(sync=True)

    @property
    def convolutions(self) -> int:
        """How many convolutions the blocks and the stem have."""
        each = {"pool": 0, "bottleneck": 3, "inverted": 3, "residual": 2, "dense": 2}
        return 1 + sum(each.get(kind, 2 if kind == "separable" else 1) for kind in self.blocks)
