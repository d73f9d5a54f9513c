"""What the operations ask of their arguments, and the sizes that follow from them.

Every function raises ValueError for arguments that do not fit, naming the value, what was expected
and what to do.
"""

from torch import Tensor

from cnncourse.arithmetic import Size2d, output_size, pair
from cnncourse.language import tr


def sizes(
    input_size: Size2d, kernel_size: Size2d, stride: Size2d, padding: Size2d, dilation: Size2d
) -> tuple[int, int]:
    """How many windows there are along each axis."""
    arguments = input_size, kernel_size, padding, stride, dilation
    height, width = map(output_size, *map(pair, arguments))
    return height, width


def correlation_size(
    image: Tensor, kernel: Tensor, padding: Size2d, stride: Size2d, dilation: Size2d
) -> tuple[int, int]:
    require_axes("image", image, "H, W")
    require_axes("kernel", kernel, "M, N")
    require_same_type("image", image, "kernel", kernel)
    return sizes(image.shape, kernel.shape, stride, padding, dilation)


def convolution_size(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Size2d,
    padding: Size2d,
    dilation: Size2d,
) -> tuple[int, int]:
    require_axes("x", x, "N, C, H, W")
    require_axes("weight", weight, "F, C, M, N")
    require_same_type("x", x, "weight", weight)
    if x.shape[1] != weight.shape[1]:
        raise ValueError(
            tr(
                "x has {value} channels but weight is for {value2}: make the second sizes "
                "of {shape} and {shape2} agree",
                value=x.shape[1],
                value2=weight.shape[1],
                shape=tuple(x.shape),
                shape2=tuple(weight.shape),
            )
        )
    if bias is not None:
        require_shape("bias", bias, (len(weight),))
        require_same_type("bias", bias, "x", x)
    return sizes(x.shape[2:], weight.shape[2:], stride, padding, dilation)


def pooling_size(
    x: Tensor, kernel_size: Size2d, stride: Size2d | None
) -> tuple[tuple[int, int], Size2d]:
    """The output's size, and the stride: the kernel's size where none is given."""
    stride = kernel_size if stride is None else stride
    require_axes("x", x, "N, C, H, W")
    return sizes(x.shape[2:], kernel_size, stride, padding=0, dilation=1), stride


def columns_size(
    columns: Tensor,
    image_size: Size2d,
    kernel_size: Size2d,
    stride: Size2d,
    padding: Size2d,
    dilation: Size2d,
) -> tuple[int, tuple[int, int]]:
    """The number of channels, and how many windows there are along each axis."""
    require_axes("columns", columns, "N, C·M·N, L")
    M, N = pair(kernel_size)
    O_h, O_w = sizes(image_size, kernel_size, stride, padding, dilation)
    _, rows, windows = columns.shape
    if rows % (M * N) or windows != O_h * O_w:
        raise ValueError(
            tr(
                "columns is {rows} × {windows} for each image, but the other arguments "
                "ask for a multiple of {m}·{n} rows and for {o_h}·{o_w} columns: give the "
                "arguments that im2col was called with",
                rows=rows,
                windows=windows,
                m=M,
                n=N,
                o_h=O_h,
                o_w=O_w,
            )
        )
    return rows // (M * N), (O_h, O_w)


def require_axes(name: str, tensor: Tensor, axes: str) -> None:
    if tensor.ndim != len(axes.split(",")):
        raise ValueError(
            tr(
                "{name} has shape {shape} but must be ({axes}): add or remove axes by "
                "unsqueeze, squeeze or reshape",
                name=name,
                shape=tuple(tensor.shape),
                axes=axes,
            )
        )


def require_shape(name: str, tensor: Tensor, shape: tuple[int, ...]) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(
            tr(
                "{name} has shape {shape}, but the other arguments ask for {shape2}: "
                "check them too, above all stride, padding and dilation",
                name=name,
                shape=tuple(tensor.shape),
                shape2=shape,
            )
        )


def require_same_type(name: str, tensor: Tensor, other_name: str, other: Tensor) -> None:
    if tensor.dtype != other.dtype:
        raise ValueError(
            tr(
                "{name} is {dtype} but {other_name} is {dtype2}: convert one of them by .to(dtype)",
                name=name,
                dtype=tensor.dtype,
                other_name=other_name,
                dtype2=other.dtype,
            )
        )


def require_float(name: str, tensor: Tensor, operation: str) -> None:
    if not tensor.is_floating_point():
        raise ValueError(
            tr(
                "{name} is {dtype}, where {operation} would round: convert by {name}.float()",
                name=name,
                dtype=tensor.dtype,
                operation=operation,
            )
        )


def require_probability(p: float) -> None:
    if not 0 <= p < 1:
        raise ValueError(
            tr("p is {p}, but must be 0 ≤ p < 1: it is the probability to drop a unit", p=p)
        )
