"""The figure KernelLab: a real image, nine weights, and the feature map that they make."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Enum, Float, Int, List


class KernelLab(Figure):
    """A 48 × 48 photograph (or the reader's own picture) and its 46 × 46 feature map.

    `kernel` is a list of nine weights, row by row; `flip` turns the kernel by 180° first, which
    makes a convolution of the cross-correlation; `row` and `column` are the place whose products
    are shown, from 0. `picture` is what the kernel looks at: the photograph, what `strokes` draw
    (one list a stroke, [x, y, x, y, …], in pixels from the upper left corner), or a picture of the
    reader's own, which stays in the page. Raises TraitError for another value.

    >>> KernelLab(kernel=[0, 0, 0, 0, 1, 0, 0, 0, 0]).picture
    'photo'
    """

    parts = ("kernel_lab_photo", "kernel_lab_pixels")

    kernel = List(Float(0, min=-9, max=9), [1, 0, -1, 2, 0, -2, 1, 0, -1], minlen=9, maxlen=9).tag(
        sync=True
    )
    flip = Bool(False).tag(sync=True)
    row = Int(20, min=0, max=45).tag(sync=True)
    column = Int(20, min=0, max=45).tag(sync=True)
    picture = Enum(["photo", "drawing", "own"], "photo").tag(sync=True)
    strokes = List(
        List(Int(min=0, max=47), minlen=2, maxlen=1000).tag(multiple=2), [], maxlen=50
    ).tag(sync=True)
