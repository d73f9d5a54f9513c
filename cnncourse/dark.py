"""The pictures of the house style once more, drawn for dark pages.

The site shows them where a reader chose dark colors. A kernel that its build starts adds one to the
output of every figure (`offer`); in Jupyter, and in students' notebooks, nothing changes.
"""

import colorsys
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

ASKED = "CNNCOURSE_DARK"  # the environment variable by which the site's build asks for them
KEY = "image/vnd.cnncourse.dark+png"  # under which an output's metadata has one, in base64

PAPER = to_rgba("#14181e")  # the background of a dark page
INK = to_rgba("#e3e8ed")

# Zero is the middle, as dark as the paper; up to 0.81, the strongest cell of a grid, light numbers
# are read on it.
_BLUE = [(0.0, "#1b2128"), (0.62, "#245c98"), (1.0, "#7cc0ff")]
_RED = [(0.0, "#1b2128"), (0.62, "#983d27"), (1.0, "#ff9d7a")]
_SIGNED = [(0.5 - at / 2, c) for at, c in reversed(_BLUE)] + [(0.5 + at / 2, c) for at, c in _RED]
MAPS: dict[str, Colormap] = {
    name: LinearSegmentedColormap.from_list(f"{name} in the dark", colors)
    for name, colors in {"RdBu_r": _SIGNED[:3] + _SIGNED[4:], "Reds": _RED, "Blues": _BLUE}.items()
}
# What has a color: the class, and the names of its colors.
COLORED: list[tuple[type[Artist], tuple[str, ...]]] = [
    (Text, ("color",)),
    (Line2D, ("color", "markerfacecolor", "markeredgecolor")),
    (Patch, ("facecolor", "edgecolor")),
    (Collection, ("facecolor", "edgecolor")),
]


def luminance(color: Sequence[float]) -> float:
    """How bright a color is to the eye, 0 to 1, as WCAG has it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def turned(color: Any) -> tuple[float, float, float, float]:
    """A color for dark paper: the same hue, in the same contrast as it had with white.

    Grays take the hue of the paper, so that white becomes the paper itself.

    >>> turned("white") == PAPER
    True
    """
    *rgb, alpha = to_rgba(color)
    hue, _, saturation = colorsys.rgb_to_hls(*rgb)
    if max(rgb) - min(rgb) < 0.02:
        hue, _, saturation = colorsys.rgb_to_hls(*PAPER[:3])
    if min(rgb) == 1:
        return (*PAPER[:3], alpha)
    contrast = 1.05 / (luminance(rgb) + 0.05)
    wanted = min(contrast * (luminance(PAPER) + 0.05) - 0.05, luminance(INK))
    low, high = 0.0, 1.0
    for _ in range(20):  # brighter with every step of lightness
        middle = (low + high) / 2
        if luminance(colorsys.hls_to_rgb(hue, middle, saturation)) < wanted:
            low = middle
        else:
            high = middle
    return (*colorsys.hls_to_rgb(hue, high, saturation), alpha)


@contextmanager
def darkened(figure: Figure) -> Iterator[None]:
    """Within it the figure has its dark colors.

    Pictures in it keep theirs, unless MAPS has their scale; what is white on a picture stays so.
    """
    changes: list[tuple[Callable[[Any], object], Any, Any]] = []  # what sets it, old, new
    for artist in _all(figure):
        names = [name for kind, names in COLORED if isinstance(artist, kind) for name in names]
        for name in names:
            old = getattr(artist, f"get_{name}")()
            if (new := _new(old, over_picture=_over_picture(artist))) is not None:
                changes.append((getattr(artist, f"set_{name}"), old, new))
        if isinstance(artist, ScalarMappable) and artist.get_cmap().name in MAPS:
            old = artist.get_cmap()
            changes.append((artist.set_cmap, old, MAPS[old.name]))
    # All are read before one is set: a marker's color may follow that of its line.
    for setter, _, new in changes:
        setter(new)
    try:
        yield
    finally:
        for setter, old, _ in changes:
            setter(old)


def _all(figure: Figure) -> Iterator[Artist]:
    """Every artist of a figure, those too that matplotlib does not count as children of another."""
    for artist in figure.findobj():
        yield artist
        if isinstance(artist, Text) and (box := artist.get_bbox_patch()) is not None:
            yield box
        if isinstance(artist, Annotation) and artist.arrow_patch is not None:
            yield artist.arrow_patch


def _new(old: Any, over_picture: bool) -> Any:
    """What becomes of a color, or of an array of colors; None where there is none."""
    if isinstance(old, str) and old in ("none", "auto", "face"):
        return None
    colors = np.atleast_2d([to_rgba(old)] if np.ndim(old) < 2 else old)
    kept = [over_picture and min(color[:3]) > 0.8 for color in colors]
    new = [tuple(c) if keep else turned(c) for c, keep in zip(colors, kept, strict=True)]
    if not new:
        return None
    return new[0] if np.ndim(old) < 2 else new


def _over_picture(artist: Artist) -> bool:
    axes: Axes | None = getattr(artist, "axes", None)
    if axes is None or artist is axes.patch:
        return False
    return any(image.get_cmap().name not in MAPS for image in axes.images)


def png(figure: Figure) -> str:
    """The figure in its dark colors as a PNG in base64."""
    from IPython.core.pylabtools import print_figure

    with darkened(figure):
        found: str = print_figure(figure, fmt="png", base64=True)
    return found


def offer() -> None:
    """Where the site's build asks for it, have this kernel add a dark picture to each output."""
    if not os.environ.get(ASKED):
        return
    from IPython.core.formatters import BaseFormatter
    from IPython.core.getipython import get_ipython
    from traitlets import ObjectName, Unicode

    class Dark(BaseFormatter):
        """Leaves the picture in the metadata: MyST-NB warns of outputs that it does not know."""

        format_type = Unicode(KEY)
        print_method = ObjectName("_repr_dark_png_")
        _return_type = (type(None), str)

    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        shell.display_formatter.formatters[KEY] = Dark(parent=shell.display_formatter)
        # Printers that are listed by type are dropped when matplotlib chooses its backend.
        Figure._repr_dark_png_ = lambda figure: (None, png(figure))  # type: ignore[attr-defined]
