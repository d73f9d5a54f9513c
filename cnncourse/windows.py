"""Padding and windows: what all the operations are made of."""

from collections.abc import Iterator
from itertools import product

from torch import Tensor

from cnncourse import shapes
from cnncourse.arithmetic import Size2d, pair


def pad2d(x: Tensor, padding: Size2d) -> Tensor:
    """Surround the last two axes with zeros: (…, H, W) to (…, H + 2·P_h, W + 2·P_w).

    >>> import torch
    >>> pad2d(torch.ones(1, 2, dtype=torch.int64), (1, 0))
    tensor([[0, 0],
            [1, 1],
            [0, 0]])
    """
    top, left = pair(padding)
    if min(top, left) < 0:
        raise ValueError(f"padding must be at least 0, got {padding}: slice x to crop it")
    if not (top or left):
        return x  # nothing to add, so nothing to copy
    height, width = x.shape[-2:]
    padded = x.new_zeros(*x.shape[:-2], height + 2 * top, width + 2 * left)
    padded[..., top : top + height, left : left + width] = x
    return padded


def windows2d(x: Tensor, kernel_size: Size2d, stride: Size2d = 1, dilation: Size2d = 1) -> Tensor:
    """View every window that a kernel sees: (…, H, W) to (…, O_h, O_w, M, N), nothing copied.

    Entry [j, k, l, m] is x[j·S + l·D, k·S + m·D].

    >>> import torch
    >>> windows2d(torch.arange(6).reshape(2, 3), kernel_size=2)[0, 1]
    tensor([[1, 2],
            [4, 5]])
    """
    # Raises where the kernel does not fit.
    shapes.sizes(x.shape[-2:], kernel_size, stride, padding=0, dilation=dilation)
    (M, N), (S_h, S_w), (D_h, D_w) = map(pair, (kernel_size, stride, dilation))
    windows = x.unfold(-2, D_h * (M - 1) + 1, S_h).unfold(-2, D_w * (N - 1) + 1, S_w)
    return windows[..., ::D_h, ::D_w]


def indices(*sizes: int) -> Iterator[tuple[int, ...]]:
    """All index tuples in order: nested `for` loops in one line.

    >>> list(indices(2, 2))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return product(*map(range, sizes))
