"""The figure Equivariance: shift the image, and see which layers follow."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Enum, Int


class Equivariance(Figure):
    """An 8 × 8 image on a ring, a convolution's map of it, and a dense layer's.

    `right` and `down` shift the image, by `padding` and `stride` the convolution is computed.
    Entries that differ from the shifted map are marked. Raises TraitError for a value out of range.

    >>> Equivariance(padding="zeros", right=2)
    Equivariance(right=2, down=0, padding='zeros', stride=1)
    """

    right = Int(0, min=-4, max=4).tag(sync=True)
    down = Int(0, min=-4, max=4).tag(sync=True)
    padding = Enum(["circular", "zeros"], "circular").tag(sync=True)
    stride = Int(1, min=1, max=2).tag(sync=True)
