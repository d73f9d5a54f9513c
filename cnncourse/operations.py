"""The operations of the book, written to be read: loops like the formula, then whole tensors.

Images are (H, W), batches (N, C, H, W), weights (F, C, M, N). Every spatial argument is an int or
a (height, width) pair; `padding` is zeros per side; sizes come from `cnncourse.arithmetic`, with
O = ⌊(I + 2P − K') / S⌋ + 1. `NAME_loops` spells out every index and is slow; `NAME` gives the
same numbers through views and matrix products. Autograd passes through both, with torch's own
gradients. Nothing modifies its input or calls what it explains from `torch.nn`.

Shapes, dtypes and devices of results are torch's. As in torch all tensors of a call have one dtype,
the bias too; here another one, like a wrong shape or value, raises ValueError. In half precision
the loops round after every addition, where the others round once.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from cnncourse import shapes
from cnncourse.arithmetic import Size2d, pair
from cnncourse.windows import indices, pad2d, windows2d

# One image, one kernel.


def correlate2d_loops(
    image: Tensor, kernel: Tensor, padding: Size2d = 0, stride: Size2d = 1, dilation: Size2d = 1
) -> Tensor:
    """Cross-correlate an image (H, W) with a kernel (M, N), to a feature map (O_h, O_w).

    a[j, k] = Σ_l Σ_m w[l, m] · z[j·S + l·D, k·S + m·D], z being the padded image.
    Source: the slide "Convoluzione", its indices set right. Raises ValueError if nothing fits.

    >>> correlate2d_loops(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[21., 32.]])
    """
    size = shapes.correlation_size(image, kernel, padding, stride, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    z = pad2d(image, padding)
    a = image.new_zeros(size)
    for j, k in indices(*size):
        for l, m in indices(*kernel.shape):
            a[j, k] += kernel[l, m] * z[j * S_h + l * D_h, k * S_w + m * D_w]
    return a


def correlate2d(
    image: Tensor, kernel: Tensor, padding: Size2d = 0, stride: Size2d = 1, dilation: Size2d = 1
) -> Tensor:
    """The same as `correlate2d_loops`, as one product of all windows with the kernel.

    >>> correlate2d(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[21., 32.]])
    """
    shapes.correlation_size(image, kernel, padding, stride, dilation)
    windows = windows2d(pad2d(image, padding), kernel.shape, stride, dilation)
    return torch.einsum("jklm,lm->jk", windows, kernel)


def convolve2d_loops(
    image: Tensor, kernel: Tensor, padding: Size2d = 0, stride: Size2d = 1, dilation: Size2d = 1
) -> Tensor:
    """Convolve an image (H, W) with a kernel (M, N): while one index grows, the other falls.

    a[j, k] = Σ_l Σ_m w[l, m] · z[j·S + (M − 1 − l)·D, k·S + (N − 1 − m)·D].
    Source: Goodfellow, Bengio and Courville (2016), equation 9.5, where the kernel lies inside.

    >>> convolve2d_loops(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[12., 23.]])
    """
    size = shapes.correlation_size(image, kernel, padding, stride, dilation)
    (M, N), (S_h, S_w), (D_h, D_w) = kernel.shape, pair(stride), pair(dilation)
    z = pad2d(image, padding)
    a = image.new_zeros(size)
    for j, k in indices(*size):
        for l, m in indices(M, N):
            a[j, k] += kernel[l, m] * z[j * S_h + (M - 1 - l) * D_h, k * S_w + (N - 1 - m) * D_w]
    return a


def convolve2d(
    image: Tensor, kernel: Tensor, padding: Size2d = 0, stride: Size2d = 1, dilation: Size2d = 1
) -> Tensor:
    """The same as `convolve2d_loops`: a cross-correlation with the flipped kernel.

    >>> convolve2d(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[12., 23.]])
    """
    shapes.require_axes("kernel", kernel, "M, N")
    return correlate2d(image, kernel.flip(0, 1), padding, stride, dilation)


def correlation_matrix(kernel: Tensor, height: int, width: int) -> Tensor:
    """The matrix (O_h·O_w, H·W) that times a flattened image gives the flattened feature map.

    Each row holds the kernel's M·N weights at the pixels of one window, and zeros elsewhere.
    Source: Dumoulin and Visin (2016), section 4.1.

    >>> correlation_matrix(torch.tensor([[1., 10.]]), height=1, width=3)
    tensor([[ 1., 10.,  0.],
            [ 0.,  1., 10.]])
    """
    shapes.require_axes("kernel", kernel, "M, N")
    pixels = torch.arange(height * width, device=kernel.device).reshape(height, width)
    seen = windows2d(pixels, kernel.shape).flatten(2).flatten(0, 1)
    zeros = kernel.new_zeros(len(seen), height * width)
    return zeros.scatter(1, seen, kernel.flatten().expand(seen.shape))


# Layers: several images and channels.


def conv2d_loops(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> Tensor:
    """A convolutional layer: x (N, C, H, W), weight (F, C, M, N), bias (F,) to (N, F, O_h, O_w).

    a[n, f, j, k] = b[f] + Σ_c Σ_l Σ_m w[f, c, l, m] · z[n, c, j·S + l·D, k·S + m·D].
    Source: the slide "Volumetrics", with one bias per filter and as a cross-correlation.

    >>> x = torch.tensor([[[[1., 2., 3.]], [[4., 5., 6.]]]])  # one image, two channels
    >>> conv2d_loops(x, torch.ones(1, 2, 1, 2), bias=torch.tensor([100.]))
    tensor([[[[112., 116.]]]])
    """
    size = shapes.convolution_size(x, weight, bias, stride, padding, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    z = pad2d(x, padding)
    a = x.new_zeros(len(x), len(weight), *size)
    for n, f, j, k in indices(*a.shape):
        for c, l, m in indices(*weight.shape[1:]):
            a[n, f, j, k] += weight[f, c, l, m] * z[n, c, j * S_h + l * D_h, k * S_w + m * D_w]
        if bias is not None:
            a[n, f, j, k] += bias[f]
    return a


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> Tensor:
    """The same as `conv2d_loops`, as one sum over channels and kernel positions.

    >>> conv2d(torch.ones(8, 3, 32, 32), torch.ones(6, 3, 5, 5)).shape
    torch.Size([8, 6, 28, 28])
    """
    shapes.convolution_size(x, weight, bias, stride, padding, dilation)
    windows = windows2d(pad2d(x, padding), weight.shape[2:], stride, dilation)
    out = torch.einsum("ncjklm,fclm->nfjk", windows, weight)
    return out if bias is None else out + bias[:, None, None]


def _largest(windows: Tensor) -> Tensor:
    # amax would share the gradient of a tie among all maxima; this gives it to the first.
    return windows.flatten(-2).max(-1).values


def _length(windows: Tensor) -> Tensor:
    # At 0 the root has no derivative, and autograd's would be NaN. 0 is a subgradient there.
    squares = windows.square().sum((-2, -1))
    empty = squares == 0
    return squares.masked_fill(empty, 1).sqrt().masked_fill(empty, 0)


_POOLS: dict[str, Callable[[Tensor], Tensor]] = {  # windows (…, M, N) to one number per window
    "max": _largest,
    "average": lambda windows: windows.mean((-2, -1)),
    "l2": _length,
}


def _pool(mode: str, x: Tensor) -> Callable[[Tensor], Tensor]:
    if mode not in _POOLS:
        raise ValueError(f"mode is {mode!r}: choose one of {', '.join(map(repr, _POOLS))}")
    if mode != "max":
        shapes.require_float("x", x, f"{mode} pooling")
    return _POOLS[mode]


def pool2d_loops(
    x: Tensor, kernel_size: Size2d, stride: Size2d | None = None, mode: str = "max"
) -> Tensor:
    """Pool each channel by itself: (N, C, H, W) to (N, C, O_h, O_w); `stride` is the kernel size.

    Modes: "max", "average", and "l2", the square root of the sum of squares. Where a derivative
    does not exist autograd gives what torch gives: that of a tied maximum to the first one, and
    0 to a window of zeros under "l2".
    Source: the slide "Pooling". Raises ValueError for another mode.

    >>> pool2d_loops(torch.tensor([[[[3., 0., 4., 0.]]]]), (1, 2), mode="average")
    tensor([[[[1.5000, 2.0000]]]])
    """
    size, stride = shapes.pooling_size(x, kernel_size, stride)
    (M, N), (S_h, S_w), pool = pair(kernel_size), pair(stride), _pool(mode, x)
    out = x.new_empty(*x.shape[:2], *size)
    for n, c, j, k in indices(*out.shape):
        window = x[n, c, j * S_h : j * S_h + M, k * S_w : k * S_w + N]
        out[n, c, j, k] = pool(window)
    return out


def pool2d(
    x: Tensor, kernel_size: Size2d, stride: Size2d | None = None, mode: str = "max"
) -> Tensor:
    """The same as `pool2d_loops`, over all windows at once.

    >>> pool2d(torch.tensor([[[[3., 4., 0.]]]]), (1, 2), stride=1, mode="l2")
    tensor([[[[5., 4.]]]])
    """
    _, stride = shapes.pooling_size(x, kernel_size, stride)
    return _pool(mode, x)(windows2d(x, kernel_size, stride))


def max_pool2d_backward(
    grad: Tensor, x: Tensor, kernel_size: Size2d, stride: Size2d | None = None
) -> Tensor:
    """Gradient of max pooling: each output's gradient goes to its window's maximum, to the first.

    `grad` (N, C, O_h, O_w) is the gradient of the output, the result (N, C, H, W) that of `x`;
    a pixel that is the maximum of several windows gets the sum.

    >>> max_pool2d_backward(torch.tensor([[[[7.]]]]), torch.tensor([[[[1., 2., 2.]]]]), (1, 3))
    tensor([[[[0., 7., 0.]]]])
    """
    size, stride = shapes.pooling_size(x, kernel_size, stride)
    shapes.require_shape("grad", grad, (*x.shape[:2], *size))
    shapes.require_same_type("grad", grad, "x", x)
    pixels = torch.arange(x.shape[2:].numel(), device=x.device).reshape(x.shape[2:])
    seen = windows2d(pixels, kernel_size, stride).flatten(2).expand(*x.shape[:2], *size, -1)
    first = windows2d(x, kernel_size, stride).flatten(4).argmax(-1, keepdim=True)
    winners = seen.gather(-1, first).flatten(2)
    zeros = grad.new_zeros(x.shape).flatten(2)
    return zeros.scatter_add(2, winners, grad.flatten(2)).reshape(x.shape)


def global_average_pool(x: Tensor) -> Tensor:
    """Mean of each channel over all its pixels: (N, C, H, W) to (N, C), whatever the image size.

    Source: Lin, Chen and Yan (2014), section 3.2.

    >>> global_average_pool(torch.tensor([[[[1., 2., 6.]]]]))
    tensor([[3.]])
    """
    shapes.require_axes("x", x, "N, C, H, W")
    shapes.require_float("x", x, "the mean")
    return x.mean((2, 3))


def dropout_loops(
    x: Tensor, p: float, training: bool = True, generator: Generator | None = None
) -> Tensor:
    """Inverted dropout: set each unit to 0 with probability `p`, divide the others by 1 − p.

    The division keeps the expected value, so that in evaluation x passes unchanged. Any shape;
    the numbers are drawn on the CPU, so that every device drops the same units.
    Source: Srivastava et al. (2014), section 10.

    >>> dropout_loops(torch.ones(6), 0.5, generator=torch.Generator().manual_seed(0))
    tensor([0., 2., 0., 0., 0., 2.])
    """
    shapes.require_probability(p)
    shapes.require_float("x", x, "dropout")
    if not training:
        return x
    out = x / (1 - p)
    for index in indices(*x.shape):
        if _uniform((), generator) < p:
            out[index] = 0
    return out


def dropout(
    x: Tensor, p: float, training: bool = True, generator: Generator | None = None
) -> Tensor:
    """The same as `dropout_loops`, drawing the same random numbers at once.

    >>> dropout(torch.ones(6), 0.5, generator=torch.Generator().manual_seed(0))
    tensor([0., 2., 0., 0., 0., 2.])
    """
    shapes.require_probability(p)
    shapes.require_float("x", x, "dropout")
    if not training:
        return x
    dropped = _uniform(x.shape, generator).to(x.device) < p
    return (x / (1 - p)).masked_fill(dropped, 0)


def _uniform(shape: tuple[int, ...], generator: Generator | None) -> Tensor:
    # Whatever torch's defaults are, so that a seed gives the same numbers everywhere.
    return torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu")


# Convolution as a matrix product.


def im2col_loops(
    x: Tensor, kernel_size: Size2d, stride: Size2d = 1, padding: Size2d = 0, dilation: Size2d = 1
) -> Tensor:
    """Write each window as a column: (N, C, H, W) to (N, C·M·N, O_h·O_w).

    Rows run over channels, then kernel rows, then kernel columns, as in `torch.nn.Unfold`.
    Source: Chellapilla, Puri and Simard (2006).

    >>> im2col_loops(torch.tensor([[[[1., 2., 3.]]]]), (1, 2))
    tensor([[[1., 2.],
             [2., 3.]]])
    """
    shapes.require_axes("x", x, "N, C, H, W")
    O_h, O_w = shapes.sizes(x.shape[2:], kernel_size, stride, padding, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    z = pad2d(x, padding)
    columns = x.new_empty(*x.shape[:2], *pair(kernel_size), O_h, O_w)
    for n, c, l, m, j, k in indices(*columns.shape):
        columns[n, c, l, m, j, k] = z[n, c, j * S_h + l * D_h, k * S_w + m * D_w]
    return columns.flatten(4).flatten(1, 3)


_LONG_RUN = 16  # values: from here on one copy is faster than two, where a copy is


def im2col(
    x: Tensor, kernel_size: Size2d, stride: Size2d = 1, padding: Size2d = 0, dilation: Size2d = 1
) -> Tensor:
    """The same as `im2col_loops`: all windows in one copy, or in two where they are narrow.

    Memory is copied in runs of O_w values. Where these are short, windows along the rows are copied
    first, M times fewer values; then the second copy, along the columns, has runs of O_h·O_w.

    >>> im2col(torch.ones(8, 3, 32, 32), 5).shape
    torch.Size([8, 75, 784])
    """
    shapes.require_axes("x", x, "N, C, H, W")
    _, O_w = shapes.sizes(x.shape[2:], kernel_size, stride, padding, dilation)
    (M, N), (S_h, S_w), (D_h, D_w) = map(pair, (kernel_size, stride, dilation))
    z = pad2d(x, padding)
    if O_w >= _LONG_RUN:
        windows = windows2d(z, kernel_size, stride, dilation).permute(0, 1, 4, 5, 2, 3)
    else:
        along = windows2d(z, (1, N), (1, S_w), (1, D_w)).flatten(4)  # n, c, h, k, m
        along = along.movedim(4, 2).contiguous()  # n, c, m, h, k
        windows = windows2d(along, (M, 1), (S_h, 1), (D_h, 1)).flatten(5).movedim(5, 2)
    columns = windows.clone(memory_format=torch.contiguous_format)  # n, c, l, m, j, k
    return columns.flatten(4).flatten(1, 3)


def col2im_loops(
    columns: Tensor,
    output_size: Size2d,
    kernel_size: Size2d,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> Tensor:
    """Add each column back to the pixels it came from: (N, C·M·N, O_h·O_w) to (N, C, H, W).

    `output_size` is the (height, width) of the image without padding. Where windows overlap
    their entries add, so this is not the inverse of `im2col` but its transpose, as a matrix.

    >>> col2im_loops(torch.tensor([[[1., 2.], [2., 3.]]]), (1, 3), (1, 2))
    tensor([[[[1., 4., 3.]]]])
    """
    C, (O_h, O_w) = shapes.columns_size(
        columns, output_size, kernel_size, stride, padding, dilation
    )
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    taps = columns.reshape(len(columns), C, *pair(kernel_size), O_h, O_w)
    (height, width), (P_h, P_w) = pair(output_size), pair(padding)
    z = columns.new_zeros(len(columns), C, height + 2 * P_h, width + 2 * P_w)
    for n, c, l, m, j, k in indices(*taps.shape):
        z[n, c, j * S_h + l * D_h, k * S_w + m * D_w] += taps[n, c, l, m, j, k]
    return z.narrow(2, P_h, height).narrow(3, P_w, width)


def col2im(
    columns: Tensor,
    output_size: Size2d,
    kernel_size: Size2d,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> Tensor:
    """The same as `col2im_loops`, one kernel position at a time for all images and windows.

    The entries of one kernel position come from different pixels, so they can be added at once.

    >>> col2im(im2col(torch.ones(1, 1, 3, 3), 2), (3, 3), 2)  # in how many windows a pixel lies
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    C, (O_h, O_w) = shapes.columns_size(
        columns, output_size, kernel_size, stride, padding, dilation
    )
    taps = columns.reshape(len(columns), C, *pair(kernel_size), O_h, O_w)
    (height, width), (P_h, P_w) = pair(output_size), pair(padding)
    z = columns.new_zeros(len(columns), C, height + 2 * P_h, width + 2 * P_w)
    windows = windows2d(z, kernel_size, stride, dilation)  # a view: adding to it adds to z
    for l, m in indices(*pair(kernel_size)):
        windows[..., l, m] += taps[:, :, l, m]
    return z.narrow(2, P_h, height).narrow(3, P_w, width)


_CACHED = 1_250_000  # entries of columns at a time: 5 MB in float32


def conv2d_im2col(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> Tensor:
    """`conv2d` as a matrix product: weight (F, C·M·N) times columns (N, C·M·N, O_h·O_w).

    The columns are up to M·N times as large as the images, so only as many images at a time as
    have their columns in a processor's cache: where memory has to be read again, it decides.

    >>> conv2d_im2col(torch.ones(8, 3, 32, 32), torch.ones(6, 3, 5, 5)).shape
    torch.Size([8, 6, 28, 28])
    """
    size = shapes.convolution_size(x, weight, bias, stride, padding, dilation)
    window, rows = (weight.shape[2:], stride, padding, dilation), weight.flatten(1)
    images = max(1, _CACHED // max(1, rows.shape[1] * size[0] * size[1]))
    parts = [
        torch.bmm(rows.expand(len(part), -1, -1), im2col(part, *window))
        for part in torch.split(x, images)
    ]
    out = torch.cat(parts).reshape(len(x), len(weight), *size)
    return out if bias is None else out + bias[:, None, None]


def conv2d_im2col_backward(
    grad: Tensor,
    x: Tensor,
    weight: Tensor,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of `conv2d_im2col` for its three inputs: (grad_x, grad_weight, grad_bias).

    `grad` (N, F, O_h, O_w) is the gradient of the output. With A = W·X for each image, X the
    columns: ∂W = Σ_n ∂A·Xᵀ, ∂X = Wᵀ·∂A, folded back by `col2im`, and ∂b = Σ ∂A.

    >>> x, weight = torch.ones(1, 1, 1, 3), torch.ones(1, 1, 1, 2)
    >>> conv2d_im2col_backward(torch.ones(1, 1, 1, 2), x, weight)
    (tensor([[[[1., 2., 1.]]]]), tensor([[[[2., 2.]]]]), tensor([2.]))
    """
    size = shapes.convolution_size(x, weight, None, stride, padding, dilation)
    shapes.require_shape("grad", grad, (len(x), len(weight), *size))
    shapes.require_same_type("grad", grad, "x", x)
    window = weight.shape[2:], stride, padding, dilation
    grad_weight = torch.einsum("nfp,nqp->fq", grad.flatten(2), im2col(x, *window))
    grad_x = col2im(weight.flatten(1).T @ grad.flatten(2), x.shape[2:], *window)
    return grad_x, grad_weight.reshape(weight.shape), grad.sum((0, 2, 3))
