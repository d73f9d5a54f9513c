"""The figure LeNetLive: draw a digit, and see every feature map and the ten probabilities."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Enum, Float, Int, List

# A three, as a hand would draw it.
# fmt: off
EXAMPLE = [[32, 25, 41, 17, 52, 16, 62, 22, 66, 32, 62, 42, 48, 49,
            61, 53, 69, 63, 66, 76, 54, 84, 40, 83, 29, 75]]
# fmt: on
MAPS = {"C1": 6, "S2": 6, "C3": 16, "S4": 16}
SIDE = {"C1": 28, "S2": 14, "C3": 10, "S4": 5}


class LeNetLive(Figure):
    """The slides' LeNet, trained by `tools/train_lenet_live.py`, on what the reader draws.

    `strokes` holds one list a stroke, [x, y, x, y, …], on a paper of 100 × 100 with the origin in
    its upper left corner; `layer` and `unit` (map, row, column) are the unit whose receptive field
    is marked; `probabilities` are the ten results, empty until the figure is shown.
    Raises TraitError for a layer or a unit that the network does not have.

    >>> figure = LeNetLive(layer="S4", unit=[0, 2, 2])
    >>> len(figure.strokes), figure.probabilities
    (1, [])
    """

    data = ("lenet_weights",)
    parts = ("lenet_forward", "lenet_digits", "lenet_maps", "lenet_paper")

    strokes = List(
        List(Int(min=0, max=100), minlen=2, maxlen=1000).tag(multiple=2), EXAMPLE, maxlen=50
    ).tag(sync=True)
    layer = Enum(list(MAPS), "C3").tag(sync=True)
    unit = List(Int(min=0, max=27), [0, 4, 4], minlen=3, maxlen=3).tag(
        sync=True, below=(f"{MAPS}[layer]", f"{SIDE}[layer]", f"{SIDE}[layer]")
    )
    probabilities = List(Float(min=0, max=1), maxlen=10).tag(sync=True, result=True)
