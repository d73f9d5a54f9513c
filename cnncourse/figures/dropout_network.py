"""The figure DropoutNetwork: one mask after another, and their average."""

from traitlets import Bool, Float, Int

from cnncourse.figures.figure import Figure


class DropoutNetwork(Figure):
    """Six hidden units, an output that adds them up, and dropout between.

    `p` 0 to 0.9 is the probability to drop a unit; `training` false shows the evaluation pass;
    `scaled` divides the survivors by 1 - p; `masks` 1 to 400 counts the masks drawn so far: the last
    one is shown, and the outputs of all are averaged. Raises TraitError for a value out of range.

    >>> DropoutNetwork(p=0.2, masks=10)
    DropoutNetwork(p=0.2, training=True, scaled=True, masks=10)
    """

    p = Float(0.5, min=0, max=0.9).tag(sync=True)
    training = Bool(True).tag(sync=True)
    scaled = Bool(True).tag(sync=True)
    masks = Int(1, min=1, max=400).tag(sync=True)
