"""The picture that messengers and social networks show beside a link to the course."""

from pathlib import Path

from sphinx.locale import get_translation

_ = get_translation("cnncourse")

NAME = "card.png"
SIZE = (1200, 630)  # pixels, what all of them take
# Its image, a seven of 7 × 7 pixels: in steps of two, a window of 3 × 3 has 3 × 3 places.
SEVEN = {*((1, column) for column in range(1, 6)), (2, 5), (3, 4), (4, 3), (5, 3)}


def alternative(title: str) -> str:
    said = _("{title}: a 3 by 3 window slides over an image and fills a feature map")
    return str(said).format(title=title)


def draw(title: str, target: Path) -> None:
    """Draw the picture: the title, and a window that slides over an image."""
    from matplotlib import style

    # Whatever the style of plots is: here each thing has its place, and the whole its size.
    with style.context("default", after_reset=True):
        _draw(title, target)


def _draw(title: str, target: Path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    dots = 100
    size = SIZE[0] / dots, SIZE[1] / dots
    figure = Figure(figsize=size, dpi=dots, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, SIZE[0]), ylim=(SIZE[1], 0))
    axes.axis("off")
    words = "\n".join(title.split())
    axes.text(
        70, 315, words, fontsize=42, weight="bold", color="#1b1f27", va="center", linespacing=1.35
    )

    def cell(left: float, top: float, fill: str, edge: str = "#9aa3b2", width: float = 1) -> None:
        axes.add_patch(Rectangle((left, top), side, side, facecolor=fill, edgecolor=edge, lw=width))

    side = 48
    for row in range(7):
        for column in range(7):
            gray = "0.35" if (row, column) in SEVEN else "0.93"
            cell(600 + side * column, 147 + side * row, gray)
    axes.add_patch(
        Rectangle(
            (600 + 2 * side, 147),
            3 * side,
            3 * side,
            facecolor="#0b7a7555",
            edgecolor="#0b7a75",
            lw=5,
        )
    )
    for row in range(3):
        for column in range(3):
            cell(
                990 + side * column,
                243 + side * row,
                "#0b7a75" if (row, column) == (0, 1) else "#e6f4f3",
            )
    axes.annotate(
        "",
        (982, 267),
        (600 + 5 * side, 219),
        arrowprops={"arrowstyle": "->", "color": "#0b7a75", "lw": 3},
    )
    figure.savefig(target, metadata={"Software": None})
