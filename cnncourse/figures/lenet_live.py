"""The figure LeNetLive: draw a digit, and see every feature map and the ten probabilities."""

from traitlets import Enum, Float, Int, List

from cnncourse.figures.figure import Figure

# A three, as a hand would draw it.
EXAMPLE = [
    [
        32,
        25,
        41,
        17,
        52,
        16,
        62,
        22,
        66,
        32,
        62,
        42,
        48,
        49,
        61,
        53,
        69,
        63,
        66,
        76,
        54,
        84,
        40,
        83,
        29,
        75,
    ]
]
LAYERS = ["C1", "S2", "C3", "S4"]


class LeNetLive(Figure):
    """The slides' LeNet, trained by `tools/train_lenet_live.py`, on what the reader draws.

    `strokes` holds one list a stroke, [x, y, x, y, …], on a paper of 100 × 100 with the origin in
    its upper left corner; `layer` and `unit` (map, row, column) are the unit whose receptive field
    is marked; `probabilities` are the ten results, empty until the figure is shown.
    Raises TraitError for a layer without maps.

    >>> figure = LeNetLive(layer="S4", unit=[0, 2, 2])
    >>> len(figure.strokes), figure.probabilities
    (1, [])
    """

    data = ("lenet_weights",)

    strokes = List(List(Int()), EXAMPLE).tag(sync=True)
    layer = Enum(LAYERS, "C3").tag(sync=True)
    unit = List(Int(min=0), [0, 4, 4], minlen=3, maxlen=3).tag(sync=True)
    probabilities = List(Float()).tag(sync=True, result=True)
