"""The figure GradCam: which places of a drawn digit speak for it, in LeNet's maps."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.lenet_live import EXAMPLE
from cnncourse.figures.traits import Bool, Enum, Float, Int, List


class GradCam(Figure):
    """Grad-CAM of the network of LeNetLive, on what the reader draws.

    `strokes` is as in LeNetLive. `digit` is the one whose score is explained, "answer" the one that
    the network reads; `layer` is whose maps are weighted; `signed` leaves out the last ReLU, so
    that what speaks against the digit shows, too. `probabilities` are the ten results and `alpha`
    the weights of the maps, empty until the figure is shown. Raises TraitError for another digit or
    layer.
    Source: R. R. Selvaraju et al. (2017), Grad-CAM, equations 1 and 2.

    >>> figure = GradCam(digit="8", layer="C1")
    >>> figure.signed, figure.alpha
    (False, [])
    """

    data = ("lenet_weights",)
    parts = ("lenet_forward", "lenet_backward", "lenet_digits", "lenet_maps", "lenet_paper")

    strokes = List(
        List(Int(min=0, max=100), minlen=2, maxlen=1000).tag(multiple=2), EXAMPLE, maxlen=50
    ).tag(sync=True)
    digit = Enum(["answer", *"0123456789"], "answer").tag(sync=True)
    layer = Enum(["C1", "C3"], "C3").tag(sync=True)
    signed = Bool(False).tag(sync=True)
    probabilities = List(Float(min=0, max=1), maxlen=10).tag(sync=True, result=True)
    alpha = List(Float(min=-1e9, max=1e9), maxlen=16).tag(sync=True, result=True)
