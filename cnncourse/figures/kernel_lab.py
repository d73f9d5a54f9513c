"""The figure KernelLab: a real image, nine weights, and the feature map that they make."""

from traitlets import Bool, Float, Int, List, TraitError, validate

from cnncourse.figures.figure import Figure


class KernelLab(Figure):
    """A 48 × 48 photograph (or the reader's own picture) and its 46 × 46 feature map.

    `kernel` is a list of nine weights from -9 to 9, row by row; `flip` turns the kernel by 180° first,
    which makes a convolution of the cross-correlation; `row` and `column` (0 to 45) are the place whose
    products are shown. Raises TraitError for another value. The picture itself stays in the page.

    >>> KernelLab(kernel=[0, 0, 0, 0, 1, 0, 0, 0, 0]).flip
    False
    """

    kernel = List(Float(), [1, 0, -1, 2, 0, -2, 1, 0, -1]).tag(sync=True)
    flip = Bool(False).tag(sync=True)
    row = Int(20, min=0, max=45).tag(sync=True)
    column = Int(20, min=0, max=45).tag(sync=True)

    @validate("kernel")
    def _nine_weights(self, proposal):
        weights = proposal["value"]
        if len(weights) != 9 or not all(-9 <= weight <= 9 for weight in weights):
            raise TraitError(f"kernel takes nine numbers from -9 to 9, row by row; got {weights}")
        return weights
