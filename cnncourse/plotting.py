"""Pictures in one house style: opaque light paper, so that they read in notebooks and in print.

Gray images run from black to white over their own type's range. Signed values (kernels, feature
maps, small matrices) use a diverging scale on which zero is always the pale middle, negative blue,
positive red; both ends keep their lightness apart for readers who do not tell the hues.
On dark pages of the site each is shown as `cnncourse.dark` draws it again.
Every function draws, returns the matplotlib axes and leaves `plt.show()` to the caller.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from cnncourse import dark

__all__ = [
    "INK",
    "ACCENT",
    "SECOND",
    "use_style",
    "show_images",
    "show_grid",
    "show_kernels",
    "show_feature_maps",
    "show_confusion",
    "show_history",
]

INK = "#22313f"  # text and lines
ACCENT = "#b5432a"  # what the reader should look at
SECOND = "#2f6690"  # what it is compared with
SIGNED = "RdBu_r"  # diverging: blue below zero, red above


def use_style() -> None:
    """Set matplotlib's defaults to the house style; call once in a notebook's first cell."""
    plt.rcParams.update(
        {
            "figure.facecolor": "white",
            "axes.facecolor": "white",
            "savefig.facecolor": "white",
            "figure.dpi": 110,
            "savefig.dpi": 160,
            "savefig.bbox": "tight",
            "figure.constrained_layout.use": True,
            "font.size": 10.5,
            "axes.titlesize": 10.5,
            "axes.titleweight": "regular",
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "grid.color": "#d9dfe4",
            "lines.linewidth": 1.8,
            "axes.prop_cycle": cycler(color=[SECOND, ACCENT, "#4f7942", "#7b5ea7", "#8a6d1f"]),
            "image.interpolation": "nearest",
            "image.cmap": "gray",
            "legend.frameon": False,
        }
    )
    dark.offer()


def show_images(
    images: Tensor | ArrayLike,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    size: float = 1.3,
    cmap: str = "gray",
) -> NDArray[Any]:
    """Show images in rows: (N, H, W), (N, 1, H, W) gray or (N, 3, H, W) color.

    uint8 is shown over 0 to 255 and float over 0 to 1, so that two calls compare.
    `titles` holds one string an image. Returns the array of N axes.
    """
    images = _as_images(images)
    top = 255 if images.dtype == torch.uint8 else 1
    axes = _row_of_axes(len(images), columns, size, titles)
    for ax, image in zip(axes, images, strict=True):
        if image.ndim == 3:  # matplotlib wants channels last
            image = image.permute(1, 2, 0)
            image = image if top == 255 else image.clamp(0, 1)
        ax.imshow(image.numpy(), cmap=cmap, vmin=0, vmax=top)
    return axes


def show_grid(
    matrix: Tensor | ArrayLike,
    title: str | None = None,
    ax: Axes | None = None,
    highlight: Iterable[tuple[int, int]] | None = None,
    fmt: str = "{:g}",
    limit: float | None = None,
) -> Axes:
    """Draw a small matrix (H, W) with its numbers written in the cells.

    `highlight` holds (row, column) cells to outline. `limit` is the value of full color, by
    default the largest magnitude. Returns the axes.
    """
    matrix = torch.as_tensor(matrix).detach().cpu().double()
    height, width = matrix.shape
    if ax is None:
        _, ax = plt.subplots(figsize=(0.48 * width + 0.2, 0.48 * height + (0.5 if title else 0.2)))
    limit = limit or float(matrix.abs().max()) or 1
    ax.imshow(matrix.numpy(), cmap=SIGNED, vmin=-1.6 * limit, vmax=1.6 * limit)
    for row in range(height):
        for column in range(width):
            text = fmt.format(matrix[row, column].item())
            ax.text(column, row, text, ha="center", va="center", fontsize=10)
    for row, column in highlight or ():
        ax.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5),
                1,
                1,
                fill=False,
                edgecolor=ACCENT,
                linewidth=2.4,
                zorder=3,
            )
        )
    ax.set_xticks([i - 0.5 for i in range(1, width)], [])
    ax.set_yticks([i - 0.5 for i in range(1, height)], [])
    ax.grid(color="white", linewidth=1.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if title:
        ax.set_title(title)
    return ax


def show_kernels(
    weights: Tensor,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    size: float = 1.1,
) -> NDArray[Any]:
    """Show kernels (F, H, W) or (F, 1, H, W), or every slice of (F, C, H, W), around zero.

    With several channels a row is a filter and a column is a channel. All share one scale.
    Returns the array of axes.
    """
    weights = weights.detach().cpu().float()
    if weights.ndim == 4:
        columns = columns or (weights.shape[1] if weights.shape[1] > 1 else None)
        weights = weights.flatten(0, 1)
    return _show_signed(weights, titles, columns, size, shared_scale=True)


def show_feature_maps(
    maps: Tensor,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    size: float = 1.3,
    shared_scale: bool = True,
) -> NDArray[Any]:
    """Show the feature maps (C, H, W) of one image around zero.

    With `shared_scale=False` each map uses its own range. Returns the array of axes.
    """
    return _show_signed(maps.detach().cpu().float(), titles, columns, size, shared_scale)


def show_confusion(matrix: Tensor | ArrayLike, classes: Sequence[object]) -> Axes:
    """Show a confusion matrix of counts: row = true class, column = predicted class.

    Colors leave the diagonal out, so that the mistakes are what is seen. Returns the axes.
    """
    matrix = torch.as_tensor(matrix).cpu()
    mistakes = matrix.clone().float()
    mistakes.fill_diagonal_(0)
    count = len(classes)
    _, ax = plt.subplots(figsize=(0.42 * count + 1.2, 0.42 * count + 1.0))
    ax.imshow(mistakes.numpy(), cmap="Reds", vmin=0, vmax=max(5.0, 2 * float(mistakes.max())))
    for row in range(count):
        for column in range(count):
            value = int(matrix[row, column])
            if value:
                ax.text(
                    column,
                    row,
                    str(value),
                    ha="center",
                    va="center",
                    color=INK,
                    fontweight="bold" if row == column else "regular",
                )
    names = [str(name) for name in classes]
    slanted: dict[str, Any] = {"rotation": 45, "ha": "right"} if max(map(len, names)) > 3 else {}
    ax.set_xticks(range(count), names, **slanted)
    ax.set_yticks(range(count), names)
    ax.tick_params(length=0)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true")
    ax.spines[:].set_visible(False)
    return ax


def show_history(
    train_loss: Sequence[float],
    train_accuracy: Sequence[float],
    validation_loss: Sequence[float] = (),
    validation_accuracy: Sequence[float] = (),
) -> NDArray[Any]:
    """Plot the loss and accuracy of each epoch, training against validation.

    Arguments are sequences with one number an epoch; accuracies are fractions. Returns two axes.
    """
    axes: NDArray[Any]
    _, axes = plt.subplots(1, 2, figsize=(7.4, 2.7))
    for ax, name, train, validation in [
        (axes[0], "loss", train_loss, validation_loss),
        (axes[1], "accuracy", train_accuracy, validation_accuracy),
    ]:
        epochs = range(1, len(train) + 1)
        ax.plot(epochs, train, marker="o", markersize=3.5, label="training")
        if len(validation):
            ax.plot(epochs, validation, marker="s", markersize=3.5, label="validation")
        ax.set_xlabel("epoch")
        ax.set_title(name, loc="left")
        ax.grid(axis="y")
        ax.xaxis.get_major_locator().set_params(integer=True)
    axes[0].set_ylim(bottom=0)
    axes[0].legend()
    return axes


def _as_images(images: Tensor | ArrayLike) -> Tensor:
    images = torch.as_tensor(images).detach().cpu()
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.ndim == 3 or (images.ndim == 4 and images.shape[1] == 3):
        return images
    raise ValueError(
        f"expected images of shape (N, H, W), (N, 1, H, W) or (N, 3, H, W), "
        f"got {tuple(images.shape)}: add a first axis for a single image"
    )


def _show_signed(
    planes: Tensor,
    titles: Sequence[str] | None,
    columns: int | None,
    size: float,
    shared_scale: bool,
) -> NDArray[Any]:
    if planes.ndim != 3:
        raise ValueError(f"expected a stack of shape (C, H, W), got {tuple(planes.shape)}")
    axes = _row_of_axes(len(planes), columns, size, titles)
    for ax, plane in zip(axes, planes, strict=True):
        limit = float((planes if shared_scale else plane).abs().max()) or 1
        ax.imshow(plane.numpy(), cmap=SIGNED, vmin=-limit, vmax=limit)
    return axes


def _row_of_axes(
    count: int, columns: int | None, size: float, titles: Sequence[str] | None
) -> NDArray[Any]:
    columns = columns or min(count, 8)
    rows = math.ceil(count / columns)
    lines = max((title.count("\n") + 1 for title in titles or () if title), default=0)
    height = rows * (size + 0.2 * lines)
    _, axes = plt.subplots(rows, columns, squeeze=False, figsize=(columns * size, height))
    shown: NDArray[Any] = axes.flatten()
    for ax in shown:
        ax.set_axis_off()
    for ax, title in zip(shown, titles or (), strict=False):  # some axes may stay empty
        ax.set_title(title, fontsize=9)
    used: NDArray[Any] = shown[:count]
    return used
