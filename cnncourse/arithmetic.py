"""Sizes, receptive fields, parameter and multiplication counts: integers only, no torch.

Notation as in the book: I input size, K kernel size, P padding per side, S stride, D dilation,
O output size. A spatial argument of the counting functions is an int or a (height, width) pair.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import prod

__all__ = [
    "Size2d",
    "pair",
    "effective_kernel_size",
    "output_size",
    "same_padding",
    "full_padding",
    "receptive_field",
    "dense_parameters",
    "conv_parameters",
    "conv_multiplications",
]


Size2d = int | Sequence[int]  # for both axes, or (height, width)


def pair(value: Size2d) -> tuple[int, int]:
    """Return an int or a pair as a (height, width) pair of ints.

    Raises TypeError for anything else, a float or a longer tuple included.

    >>> pair(3), pair((3, 5))
    ((3, 3), (3, 5))
    """
    values = (value, value) if type(value) is int else value
    if not isinstance(values, (tuple, list)) or [type(v) for v in values] != [int, int]:
        raise TypeError(f"expected an int or a pair of ints (height, width), got {value!r}")
    height, width = values
    return height, width


def effective_kernel_size(kernel_size: int, dilation: int = 1) -> int:
    """Extent K' = D(K − 1) + 1 of a kernel whose taps lie `dilation` apart, in input positions.

    Raises ValueError unless both are at least 1. Source: Dumoulin and Visin (2016), section 5.1.

    >>> effective_kernel_size(3), effective_kernel_size(3, dilation=2)
    (3, 5)
    """
    _require("kernel_size", kernel_size, 1)
    _require("dilation", dilation, 1)
    return dilation * (kernel_size - 1) + 1


def output_size(
    input_size: int, kernel_size: int, padding: int = 0, stride: int = 1, dilation: int = 1
) -> int:
    """Number of window positions along one axis: O = ⌊(I + 2P − K') / S⌋ + 1.

    All arguments are ints for one axis; `padding` is added on each side.
    Raises ValueError where an argument is out of range or the kernel does not fit.
    Source: `torch.nn.Conv2d`; the slide takes the ceiling instead, one too many whenever S does
    not divide.

    >>> output_size(32, 5)
    28
    >>> output_size(7, 3, padding=1, stride=2), output_size(8, 3, stride=2)
    (4, 3)
    """
    _require("input_size", input_size, 1)
    _require("padding", padding, 0)
    _require("stride", stride, 1)
    extent = effective_kernel_size(kernel_size, dilation)
    padded = input_size + 2 * padding
    if extent > padded:
        raise ValueError(
            f"a kernel of size {kernel_size} with dilation {dilation} covers {extent} positions "
            f"but the padded input has {padded} ({input_size} + 2·{padding}): "
            "use a smaller kernel or dilation, or more padding"
        )
    return (padded - extent) // stride + 1


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Padding per side that keeps the size at stride 1: P = (K' − 1) / 2.

    Raises ValueError where K' is even: no symmetric padding keeps the size then.

    >>> same_padding(5), same_padding(3, dilation=2), same_padding(2, dilation=2)
    (2, 2, 1)
    """
    extent = effective_kernel_size(kernel_size, dilation)
    if extent % 2 == 0:
        raise ValueError(
            f"a kernel of size {kernel_size} with dilation {dilation} covers {extent} positions, "
            "an even number, so no padding that is equal on both sides keeps the size: "
            "use an odd kernel or an even dilation"
        )
    return (extent - 1) // 2


def full_padding(kernel_size: int, dilation: int = 1) -> int:
    """Padding per side with which every overlap of kernel and input counts: P = K' − 1.

    >>> full_padding(3), output_size(5, 3, padding=full_padding(3))
    (2, 7)
    """
    return effective_kernel_size(kernel_size, dilation) - 1


def receptive_field(layers: Iterable[tuple[int, int, int]]) -> int:
    """Number of input positions, along one axis, that one unit of the last layer can see.

    `layers` holds (kernel_size, stride, dilation) triples, first layer first; the empty list
    gives 1. Each layer adds K' − 1 steps, each as long as the product of the strides before it.
    Raises ValueError for a value below 1. Source: Araujo, Norris and Sim (2019), equation 2.

    >>> receptive_field([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)])  # LeNet's features
    16
    """
    field, step = 1, 1
    for kernel_size, stride, dilation in layers:
        _require("stride", stride, 1)
        field += (effective_kernel_size(kernel_size, dilation) - 1) * step
        step *= stride
    return field


def dense_parameters(sizes: Iterable[int], bias: bool = True) -> int:
    """Number of parameters of a fully connected network: Σ n_h n_{h+1}, plus Σ n_{h+1} biases.

    `sizes` holds the number of units of each layer, the input's first.
    Raises ValueError for fewer than two layers or a size below 1.

    >>> dense_parameters((4, 5, 4, 5, 1), bias=False), dense_parameters((4, 5, 4, 5, 1))
    (65, 80)
    """
    sizes = tuple(sizes)
    if len(sizes) < 2:
        raise ValueError(f"a network needs an input and an output size, got sizes={sizes}")
    for size in sizes:
        _require("every size", size, 1)
    return sum(n * m + (m if bias else 0) for n, m in pairwise(sizes))


def conv_parameters(
    in_channels: int, out_channels: int, kernel_size: Size2d, bias: bool = True
) -> int:
    """Number of parameters of a convolutional layer: F·C·M·N weights and one bias per filter.

    `kernel_size` is an int or a (height, width) pair.

    >>> conv_parameters(1, 6, 5), conv_parameters(3, 6, 5), conv_parameters(3, 6, 5, bias=False)
    (156, 456, 450)
    """
    _require("in_channels", in_channels, 1)
    _require("out_channels", out_channels, 1)
    for size in pair(kernel_size):
        _require("kernel_size", size, 1)
    return out_channels * (in_channels * prod(pair(kernel_size)) + (1 if bias else 0))


def conv_multiplications(
    x_shape: Sequence[int],
    weight_shape: Sequence[int],
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> int:
    """Number of multiplications of one convolution: every output entry takes C·M·N of them.

    `x_shape` is (N, C, H, W), `weight_shape` is (F, C, M, N'). The zeros of the padding are
    multiplied too, as libraries do. Raises ValueError where shapes do not fit.

    >>> conv_multiplications((1, 3, 32, 32), (6, 3, 5, 5))
    352800
    """
    if len(x_shape) != 4 or len(weight_shape) != 4:
        raise ValueError(
            "expected shapes (N, C, H, W) and (F, C, M, N'), "
            f"got {tuple(x_shape)} and {tuple(weight_shape)}"
        )
    batch, channels, *sizes = x_shape
    filters, weight_channels, *kernel = weight_shape
    if channels != weight_channels:
        raise ValueError(
            f"the input has {channels} channels but the weight is for {weight_channels}: "
            "the second numbers of both shapes must agree"
        )
    outputs = map(output_size, sizes, kernel, pair(padding), pair(stride), pair(dilation))
    return batch * filters * prod(outputs) * channels * prod(kernel)


def _require(name: str, value: int, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
