"""The figure DropoutNetwork: one mask after another, and their average."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Float, Int


class DropoutNetwork(Figure):
    """Six hidden units, an output that adds them up, and dropout between.

    `p` is the probability to drop a unit; `training` false shows the evaluation pass;
    `scaled` divides the survivors by 1 - p; `masks` counts the masks drawn so far: the last
    one is shown, and the outputs of all are averaged. Raises TraitError for a value out of range.

    >>> DropoutNetwork(p=0.2, masks=10)
    DropoutNetwork(p=0.2, training=True, scaled=True, masks=10)
    """

    p = Float(0.5, min=0, max=0.9).tag(sync=True, step=0.1)
    training = Bool(True).tag(sync=True)
    scaled = Bool(True).tag(sync=True)
    masks = Int(1, min=1, max=400).tag(sync=True)
