"""Normalizations, written to be read: loops like the formula, then whole tensors.

Batches are (N, C, H, W). What distinguishes batch, layer, instance and group normalization is only
which entries share a mean and a variance; `standardize` takes the letters of those axes. As in
`cnncourse.operations`, `NAME_loops` spells out every index, `NAME` gives the same numbers at once,
nothing calls what it explains from `torch.nn`, and only the running statistics are modified.
Wrong shapes and dtypes raise ValueError.
"""

import torch
from torch import Tensor

from cnncourse import shapes
from cnncourse.windows import indices

AXES = "NCHW"
BATCH = (0, 2, 3)  # the axes over which batch normalization averages


def standardize_loops(x: Tensor, shared: str = "NHW", groups: int = 1, eps: float = 1e-5) -> Tensor:
    """Subtract the mean and divide by the deviation of all entries that differ in `shared` only.

    x (N, C, H, W) to the same shape: (x − μ) / √(v + eps), where μ and v are mean and variance
    (divided by the count) over the axes that the letters name. "NHW" is batch normalization, "CHW"
    layer, "HW" instance normalization; "CHW" with `groups` above 1 shares within as many groups of
    neighboring channels. Raises ValueError for other letters, or groups that do not divide C.
    Source: Y. Wu and K. He (2018), Group Normalization, section 3.

    >>> standardize_loops(torch.tensor([[[[9.0, 1.0, 3.0, 3.0]]]]), "HW", eps=0)
    tensor([[[[ 1.6667, -1.0000, -0.3333, -0.3333]]]])
    """
    channels = _channels_in_a_group(x, shared, groups)
    out = torch.empty_like(x)
    for n, c, j, k in indices(*x.shape):
        first = c - c % channels
        others = x[
            slice(None) if "N" in shared else slice(n, n + 1),
            slice(first, first + channels) if "C" in shared else slice(c, c + 1),
            slice(None) if "H" in shared else slice(j, j + 1),
            slice(None) if "W" in shared else slice(k, k + 1),
        ]
        mean = others.sum() / others.numel()
        variance = (others - mean).square().sum() / others.numel()
        out[n, c, j, k] = (x[n, c, j, k] - mean) / (variance + eps).sqrt()
    return out


def standardize(x: Tensor, shared: str = "NHW", groups: int = 1, eps: float = 1e-5) -> Tensor:
    """The same as `standardize_loops`, at once: channels become (groups, channels in a group).

    >>> standardize(torch.tensor([[[[9.0, 1.0, 3.0, 3.0]]]]), "HW", eps=0)
    tensor([[[[ 1.6667, -1.0000, -0.3333, -0.3333]]]])
    """
    channels = _channels_in_a_group(x, shared, groups)
    grouped = x.unflatten(1, (-1, channels))  # N, group, C within it, H, W
    dims = tuple({"N": 0, "C": 2, "H": 3, "W": 4}[axis] for axis in shared)
    mean = grouped.mean(dims, keepdim=True)
    variance = (grouped - mean).square().mean(dims, keepdim=True)
    normalized: Tensor = (grouped - mean) / (variance + eps).sqrt()
    return normalized.flatten(1, 2)


def batch_norm2d_loops(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Batch normalization: x (N, C, H, W) to the same shape, the other tensors (C,).

    y[n, c, j, k] = weight[c] · (x[n, c, j, k] − μ[c]) / √(v[c] + eps) + bias[c]. In training μ and
    v are mean and variance of channel c over the batch, and both running tensors move towards them
    in place: running ← (1 − momentum) · running + momentum · new, where the variance is divided by
    the count less one. In evaluation μ and v are the running ones, which stay as they are.
    Source: S. Ioffe and C. Szegedy (2015), Batch Normalization, algorithms 1 and 2; `momentum` and
    the running variance are torch's. Raises ValueError if a channel has a single value in training.

    >>> x = torch.tensor([[[[9.0, 1.0]]], [[[3.0, 3.0]]]])  # two images, one channel
    >>> mean, var = torch.zeros(1), torch.ones(1)
    >>> batch_norm2d_loops(x, torch.tensor([3.0]), torch.tensor([1.0]), mean, var, eps=0).flatten()
    tensor([ 6., -2.,  0.,  0.])
    >>> mean, var
    (tensor([0.4000]), tensor([2.1000]))
    """
    _require_batch(x, training, weight, bias, running_mean, running_var)
    count = x.numel() // max(1, x.shape[1])
    y = torch.empty_like(x)
    for c in range(x.shape[1]):
        mean, variance = running_mean[c].clone(), running_var[c].clone()
        if training:
            mean = x[:, c].sum() / count
            squares = (x[:, c] - mean).square().sum()
            variance = squares / count
            unbiased = squares.detach() / (count - 1)
            running_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean.detach()
            running_var[c] = (1 - momentum) * running_var[c] + momentum * unbiased
        for n, j, k in indices(len(x), *x.shape[2:]):
            y[n, c, j, k] = weight[c] * (x[n, c, j, k] - mean) / (variance + eps).sqrt() + bias[c]
    return y


def batch_norm2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """The same as `batch_norm2d_loops`, over all channels at once.

    >>> x = torch.tensor([[[[9.0, 1.0]]], [[[3.0, 3.0]]]])
    >>> known = torch.tensor([[3.0], [1.0], [4.0], [9.0]])
    >>> batch_norm2d(x, *known, training=False, eps=0).flatten()
    tensor([ 6., -2.,  0.,  0.])
    """
    _require_batch(x, training, weight, bias, running_mean, running_var)
    mean, variance = running_mean, running_var
    if training:
        mean, variance = x.mean(BATCH), x.var(BATCH, correction=0)
        with torch.no_grad():
            running_mean.lerp_(mean, momentum)
            running_var.lerp_(x.var(BATCH, correction=1), momentum)
    normalized = (x - _column(mean)) / _column(variance + eps).sqrt()
    return _column(weight) * normalized + _column(bias)


def batch_norm2d_backward(
    grad: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of batch normalization in training: (grad_x, grad_weight, grad_bias).

    `grad` (N, C, H, W) is the gradient of the output. With x̂ the normalized input and means over
    the batch: ∂x = weight / √(v + eps) · (∂y − mean(∂y) − x̂ · mean(∂y · x̂)), ∂weight = Σ ∂y · x̂,
    ∂bias = Σ ∂y. Source: S. Ioffe and C. Szegedy (2015), section 3, simplified.

    >>> x, grad = torch.tensor([[9.0, 1.0, 3.0, 3.0], [36.0, 0, 0, 0]]).reshape(2, 2, 1, 1, 2)
    >>> [g.flatten() for g in batch_norm2d_backward(grad, x, torch.tensor([3.0]), eps=0)]
    [tensor([ 2.,  6., -4., -4.]), tensor([60.]), tensor([36.])]
    """
    _require_batch(x, True, weight)
    shapes.require_shape("grad", grad, tuple(x.shape))
    shapes.require_same_type("grad", grad, "x", x)
    deviation = (x.var(BATCH, correction=0) + eps).sqrt()
    normalized = (x - _column(x.mean(BATCH))) / _column(deviation)
    along = (grad * normalized).mean(BATCH)
    grad_x = grad - _column(grad.mean(BATCH)) - normalized * _column(along)
    return (_column(weight / deviation) * grad_x, (grad * normalized).sum(BATCH), grad.sum(BATCH))


def _column(per_channel: Tensor) -> Tensor:
    """(C,) to (C, 1, 1), which stretches over images, rows and columns."""
    return per_channel[:, None, None]


def _channels_in_a_group(x: Tensor, shared: str, groups: int) -> int:
    shapes.require_axes("x", x, "N, C, H, W")
    shapes.require_float("x", x, "the mean")
    if not shared or set(shared) - set(AXES) or len(set(shared)) < len(shared):
        raise ValueError(
            f"shared is {shared!r}, but must be letters out of N, C, H and W, as 'NHW'"
        )
    if groups < 1 or x.shape[1] % groups:
        raise ValueError(
            f"groups is {groups}, which does not divide {x.shape[1]} channels: choose a divisor"
        )
    if groups > 1 and "C" not in shared:
        raise ValueError(
            f"groups is {groups}, but channels share nothing with shared={shared!r}: add 'C'"
        )
    return x.shape[1] // groups


def _require_batch(x: Tensor, training: bool, *per_channel: Tensor) -> None:
    shapes.require_axes("x", x, "N, C, H, W")
    shapes.require_float("x", x, "the mean")
    names = ("weight", "bias", "running_mean", "running_var")
    for name, tensor in zip(names, per_channel, strict=False):
        shapes.require_shape(name, tensor, (x.shape[1],))
        shapes.require_same_type(name, tensor, "x", x)
    if training and x.numel() <= x.shape[1]:
        raise ValueError(
            f"x has shape {tuple(x.shape)}, one value for each channel, which has no variance: "
            "train with more images or pixels, or pass training=False"
        )
