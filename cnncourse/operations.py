"""The operations of the book, written to be read: loops like the formula, then whole tensors.

Images are (H, W), batches (N, C, H, W), weights (F, C, M, N). Every spatial argument is an int or
a (height, width) pair; `padding` is zeros per side; sizes come from `cnncourse.arithmetic`, with
O = ⌊(I + 2P − K') / S⌋ + 1. `NAME_loops` spells out every index and is slow; `NAME` gives the
same numbers through views and matrix products, and autograd passes through it. Nothing modifies
its input or calls what it explains from `torch.nn`; wrong shapes and values raise ValueError.
"""

from itertools import product

import torch

from cnncourse.arithmetic import output_size, pair

# Padding and windows: what all the others are made of.


def pad2d(x, padding):
    """Surround the last two axes with zeros: (…, H, W) to (…, H + 2·P_h, W + 2·P_w).

    >>> pad2d(torch.ones(1, 2, dtype=torch.int64), (1, 0))
    tensor([[0, 0],
            [1, 1],
            [0, 0]])
    """
    top, left = pair(padding)
    if (top, left) == (0, 0):
        return x  # nothing to add, so nothing to copy
    height, width = x.shape[-2:]
    padded = x.new_zeros(*x.shape[:-2], height + 2 * top, width + 2 * left)
    padded[..., top : top + height, left : left + width] = x
    return padded


def windows2d(x, kernel_size, stride=1, dilation=1):
    """View every window that a kernel sees: (…, H, W) to (…, O_h, O_w, M, N), nothing copied.

    Entry [j, k, l, m] is x[j·S + l·D, k·S + m·D].

    >>> windows2d(torch.arange(6).reshape(2, 3), kernel_size=2)[0, 1]
    tensor([[1, 2],
            [4, 5]])
    """
    _sizes(x.shape[-2:], kernel_size, stride, 0, dilation)  # raises where the kernel does not fit
    (M, N), (S_h, S_w), (D_h, D_w) = map(pair, (kernel_size, stride, dilation))
    windows = x.unfold(-2, D_h * (M - 1) + 1, S_h).unfold(-2, D_w * (N - 1) + 1, S_w)
    return windows[..., ::D_h, ::D_w]


# One image, one kernel.


def correlate2d_loops(image, kernel, padding=0, stride=1, dilation=1):
    """Cross-correlate an image (H, W) with a kernel (M, N), to a feature map (O_h, O_w).

    a[j, k] = Σ_l Σ_m w[l, m] · z[j·S + l·D, k·S + m·D], z being the padded image.
    Source: the slide "Convoluzione", its indices set right. Raises ValueError if nothing fits.

    >>> correlate2d_loops(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[21., 32.]])
    """
    size = _correlation_size(image, kernel, padding, stride, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    z = pad2d(image, padding)
    a = image.new_zeros(size)
    for j, k in _indices(*size):
        for l, m in _indices(*kernel.shape):
            a[j, k] += kernel[l, m] * z[j * S_h + l * D_h, k * S_w + m * D_w]
    return a


def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    """The same as `correlate2d_loops`, as one product of all windows with the kernel.

    >>> correlate2d(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[21., 32.]])
    """
    _correlation_size(image, kernel, padding, stride, dilation)
    windows = windows2d(pad2d(image, padding), kernel.shape, stride, dilation)
    return torch.einsum("jklm,lm->jk", windows, kernel)


def convolve2d_loops(image, kernel, padding=0, stride=1, dilation=1):
    """Convolve an image (H, W) with a kernel (M, N): while one index grows, the other falls.

    a[j, k] = Σ_l Σ_m w[l, m] · z[j·S + (M − 1 − l)·D, k·S + (N − 1 − m)·D].
    Source: Goodfellow, Bengio and Courville (2016), equation 9.5, where the kernel lies inside.

    >>> convolve2d_loops(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[12., 23.]])
    """
    size = _correlation_size(image, kernel, padding, stride, dilation)
    (M, N), (S_h, S_w), (D_h, D_w) = kernel.shape, pair(stride), pair(dilation)
    z = pad2d(image, padding)
    a = image.new_zeros(size)
    for j, k in _indices(*size):
        for l, m in _indices(M, N):
            a[j, k] += kernel[l, m] * z[j * S_h + (M - 1 - l) * D_h, k * S_w + (N - 1 - m) * D_w]
    return a


def convolve2d(image, kernel, padding=0, stride=1, dilation=1):
    """The same as `convolve2d_loops`: a cross-correlation with the flipped kernel.

    >>> convolve2d(torch.tensor([[1., 2., 3.]]), torch.tensor([[1., 10.]]))
    tensor([[12., 23.]])
    """
    _require_axes("kernel", kernel, "M, N")
    return correlate2d(image, kernel.flip(0, 1), padding, stride, dilation)


def correlation_matrix(kernel, height, width):
    """The matrix (O_h·O_w, H·W) that times a flattened image gives the flattened feature map.

    Each row holds the kernel's M·N weights at the pixels of one window, and zeros elsewhere.
    Source: Dumoulin and Visin (2016), section 4.1.

    >>> correlation_matrix(torch.tensor([[1., 10.]]), height=1, width=3)
    tensor([[ 1., 10.,  0.],
            [ 0.,  1., 10.]])
    """
    _require_axes("kernel", kernel, "M, N")
    pixels = torch.arange(height * width, device=kernel.device).reshape(height, width)
    seen = windows2d(pixels, kernel.shape).flatten(2).flatten(0, 1)
    zeros = kernel.new_zeros(len(seen), height * width)
    return zeros.scatter(1, seen, kernel.flatten().expand(seen.shape))


# Layers: several images and channels.


def conv2d_loops(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """A convolutional layer: x (N, C, H, W), weight (F, C, M, N), bias (F,) to (N, F, O_h, O_w).

    a[n, f, j, k] = b[f] + Σ_c Σ_l Σ_m w[f, c, l, m] · z[n, c, j·S + l·D, k·S + m·D].
    Source: the slide "Volumetrics", with one bias per filter and as a cross-correlation.

    >>> x = torch.tensor([[[[1., 2., 3.]], [[4., 5., 6.]]]])  # one image, two channels
    >>> conv2d_loops(x, torch.ones(1, 2, 1, 2), bias=torch.tensor([100.]))
    tensor([[[[112., 116.]]]])
    """
    size = _convolution_size(x, weight, bias, stride, padding, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    z = pad2d(x, padding)
    a = x.new_zeros(len(x), len(weight), *size)
    for n, f, j, k in _indices(*a.shape):
        for c, l, m in _indices(*weight.shape[1:]):
            a[n, f, j, k] += weight[f, c, l, m] * z[n, c, j * S_h + l * D_h, k * S_w + m * D_w]
        if bias is not None:
            a[n, f, j, k] += bias[f]
    return a


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """The same as `conv2d_loops`, as one sum over channels and kernel positions.

    >>> conv2d(torch.ones(8, 3, 32, 32), torch.ones(6, 3, 5, 5)).shape
    torch.Size([8, 6, 28, 28])
    """
    _convolution_size(x, weight, bias, stride, padding, dilation)
    windows = windows2d(pad2d(x, padding), weight.shape[2:], stride, dilation)
    out = torch.einsum("ncjklm,fclm->nfjk", windows, weight)
    return out if bias is None else out + bias[:, None, None]


_POOLS = {  # each takes windows (…, M, N) to one number per window
    "max": lambda windows: windows.amax((-2, -1)),
    "average": lambda windows: windows.mean((-2, -1)),
    "l2": lambda windows: windows.square().sum((-2, -1)).sqrt(),
}


def pool2d_loops(x, kernel_size, stride=None, mode="max"):
    """Pool each channel by itself: (N, C, H, W) to (N, C, O_h, O_w); `stride` is the kernel size.

    Modes: "max", "average", and "l2", the square root of the sum of squares.
    Source: the slide "Pooling". Raises ValueError for another mode.

    >>> pool2d_loops(torch.tensor([[[[3., 0., 4., 0.]]]]), (1, 2), mode="average")
    tensor([[[[1.5000, 2.0000]]]])
    """
    size, stride = _pooling(x, kernel_size, stride, mode)
    (M, N), (S_h, S_w) = pair(kernel_size), pair(stride)
    out = x.new_empty(*x.shape[:2], *size)
    for n, c, j, k in _indices(*out.shape):
        window = x[n, c, j * S_h : j * S_h + M, k * S_w : k * S_w + N]
        out[n, c, j, k] = _POOLS[mode](window)
    return out


def pool2d(x, kernel_size, stride=None, mode="max"):
    """The same as `pool2d_loops`, over all windows at once.

    >>> pool2d(torch.tensor([[[[3., 4., 0.]]]]), (1, 2), stride=1, mode="l2")
    tensor([[[[5., 4.]]]])
    """
    _, stride = _pooling(x, kernel_size, stride, mode)
    return _POOLS[mode](windows2d(x, kernel_size, stride))


def max_pool2d_backward(grad, x, kernel_size, stride=None):
    """Gradient of max pooling: each output's gradient goes to its window's maximum, to the first.

    `grad` (N, C, O_h, O_w) is the gradient of the output, the result (N, C, H, W) that of `x`;
    a pixel that is the maximum of several windows gets the sum.

    >>> max_pool2d_backward(torch.tensor([[[[7.]]]]), torch.tensor([[[[1., 2., 2.]]]]), (1, 3))
    tensor([[[[0., 7., 0.]]]])
    """
    size, stride = _pooling(x, kernel_size, stride, "max")
    _require_shape("grad", grad, (*x.shape[:2], *size))
    pixels = torch.arange(x.shape[2:].numel(), device=x.device).reshape(x.shape[2:])
    seen = windows2d(pixels, kernel_size, stride).flatten(2).expand(*x.shape[:2], *size, -1)
    first = windows2d(x, kernel_size, stride).flatten(4).argmax(-1, keepdim=True)
    winners = seen.gather(-1, first).flatten(2)
    zeros = grad.new_zeros(x.shape).flatten(2)
    return zeros.scatter_add(2, winners, grad.flatten(2)).reshape(x.shape)


def global_average_pool(x):
    """Mean of each channel over all its pixels: (N, C, H, W) to (N, C), whatever the image size.

    Source: Lin, Chen and Yan (2014), section 3.2.

    >>> global_average_pool(torch.tensor([[[[1., 2., 6.]]]]))
    tensor([[3.]])
    """
    _require_axes("x", x, "N, C, H, W")
    return x.mean((2, 3))


def dropout_loops(x, p, training=True, generator=None):
    """Inverted dropout: set each unit to 0 with probability `p`, divide the others by 1 − p.

    The division keeps the expected value, so that in evaluation x passes unchanged. Any shape;
    the numbers are drawn on the CPU, so that every device drops the same units.
    Source: Srivastava et al. (2014), section 10.

    >>> dropout_loops(torch.ones(6), 0.5, generator=torch.Generator().manual_seed(0))
    tensor([0., 2., 0., 0., 0., 2.])
    """
    _require_probability(p)
    if not training:
        return x
    out = x / (1 - p)
    for index in _indices(*x.shape):
        if torch.rand((), generator=generator) < p:
            out[index] = 0
    return out


def dropout(x, p, training=True, generator=None):
    """The same as `dropout_loops`, drawing the same random numbers at once.

    >>> dropout(torch.ones(6), 0.5, generator=torch.Generator().manual_seed(0))
    tensor([0., 2., 0., 0., 0., 2.])
    """
    _require_probability(p)
    if not training:
        return x
    dropped = torch.rand(x.shape, generator=generator).to(x.device) < p
    return (x / (1 - p)).masked_fill(dropped, 0)


# Convolution as a matrix product.


def im2col_loops(x, kernel_size, stride=1, padding=0, dilation=1):
    """Write each window as a column: (N, C, H, W) to (N, C·M·N, O_h·O_w).

    Rows run over channels, then kernel rows, then kernel columns, as in `torch.nn.Unfold`.
    Source: Chellapilla, Puri and Simard (2006).

    >>> im2col_loops(torch.tensor([[[[1., 2., 3.]]]]), (1, 2))
    tensor([[[1., 2.],
             [2., 3.]]])
    """
    _require_axes("x", x, "N, C, H, W")
    O_h, O_w = _sizes(x.shape[2:], kernel_size, stride, padding, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    z = pad2d(x, padding)
    columns = x.new_empty(*x.shape[:2], *pair(kernel_size), O_h, O_w)
    for n, c, l, m, j, k in _indices(*columns.shape):
        columns[n, c, l, m, j, k] = z[n, c, j * S_h + l * D_h, k * S_w + m * D_w]
    return columns.flatten(4).flatten(1, 3)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """The same as `im2col_loops`: windows along the rows first, then along the columns.

    Two copies of long runs of memory take less time than one of many short runs.

    >>> im2col(torch.ones(8, 3, 32, 32), 5).shape
    torch.Size([8, 75, 784])
    """
    _require_axes("x", x, "N, C, H, W")
    (M, N), (S_h, S_w), (D_h, D_w) = map(pair, (kernel_size, stride, dilation))
    along = windows2d(pad2d(x, padding), (1, N), (1, S_w), (1, D_w)).flatten(4)  # n, c, h, k, m
    along = along.movedim(4, 2).contiguous()  # n, c, m, h, k
    down = windows2d(along, (M, 1), (S_h, 1), (D_h, 1)).flatten(5).movedim(5, 2)  # n, c, l, m, j, k
    return down.clone(memory_format=torch.contiguous_format).flatten(4).flatten(1, 3)


def col2im_loops(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    """Add each column back to the pixels it came from: (N, C·M·N, O_h·O_w) to (N, C, H, W).

    `output_size` is the (height, width) of the image without padding. Where windows overlap
    their entries add, so this is not the inverse of `im2col` but its transpose, as a matrix.

    >>> col2im_loops(torch.tensor([[[1., 2.], [2., 3.]]]), (1, 3), (1, 2))
    tensor([[[[1., 4., 3.]]]])
    """
    C, (O_h, O_w) = _columns_size(columns, output_size, kernel_size, stride, padding, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    taps = columns.reshape(len(columns), C, *pair(kernel_size), O_h, O_w)
    (height, width), (P_h, P_w) = pair(output_size), pair(padding)
    z = columns.new_zeros(len(columns), C, height + 2 * P_h, width + 2 * P_w)
    for n, c, l, m, j, k in _indices(*taps.shape):
        z[n, c, j * S_h + l * D_h, k * S_w + m * D_w] += taps[n, c, l, m, j, k]
    return z.narrow(2, P_h, height).narrow(3, P_w, width)


def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    """The same as `col2im_loops`, one kernel position at a time for all images and windows.

    The entries of one kernel position come from different pixels, so they can be added at once.

    >>> col2im(im2col(torch.ones(1, 1, 3, 3), 2), (3, 3), 2)  # in how many windows a pixel lies
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    C, (O_h, O_w) = _columns_size(columns, output_size, kernel_size, stride, padding, dilation)
    taps = columns.reshape(len(columns), C, *pair(kernel_size), O_h, O_w)
    (height, width), (P_h, P_w) = pair(output_size), pair(padding)
    z = columns.new_zeros(len(columns), C, height + 2 * P_h, width + 2 * P_w)
    windows = windows2d(z, kernel_size, stride, dilation)  # a view: adding to it adds to z
    for l, m in _indices(*pair(kernel_size)):
        windows[..., l, m] += taps[:, :, l, m]
    return z.narrow(2, P_h, height).narrow(3, P_w, width)


_CACHED = 1_250_000  # entries of columns at a time: 5 MB in float32


def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """`conv2d` as a matrix product: weight (F, C·M·N) times columns (N, C·M·N, O_h·O_w).

    The columns are up to M·N times as large as the images, so only as many images at a time as
    have their columns in a processor's cache: where memory has to be read again, it decides.

    >>> conv2d_im2col(torch.ones(8, 3, 32, 32), torch.ones(6, 3, 5, 5)).shape
    torch.Size([8, 6, 28, 28])
    """
    size = _convolution_size(x, weight, bias, stride, padding, dilation)
    window, rows = (weight.shape[2:], stride, padding, dilation), weight.flatten(1)
    images = max(1, _CACHED // max(1, rows.shape[1] * size[0] * size[1]))
    out = torch.cat(
        [
            torch.bmm(rows.expand(len(part), -1, -1), im2col(part, *window))
            for part in x.split(images)
        ]
    ).unflatten(2, size)
    return out if bias is None else out + bias[:, None, None]


def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    """Gradients of `conv2d_im2col` for its three inputs: (grad_x, grad_weight, grad_bias).

    `grad` (N, F, O_h, O_w) is the gradient of the output. With A = W·X for each image, X the
    columns: ∂W = Σ_n ∂A·Xᵀ, ∂X = Wᵀ·∂A, folded back by `col2im`, and ∂b = Σ ∂A.

    >>> x, weight = torch.ones(1, 1, 1, 3), torch.ones(1, 1, 1, 2)
    >>> conv2d_im2col_backward(torch.ones(1, 1, 1, 2), x, weight)
    (tensor([[[[1., 2., 1.]]]]), tensor([[[[2., 2.]]]]), tensor([2.]))
    """
    size = _convolution_size(x, weight, None, stride, padding, dilation)
    _require_shape("grad", grad, (len(x), len(weight), *size))
    window = weight.shape[2:], stride, padding, dilation
    grad_weight = torch.einsum("nfp,nqp->fq", grad.flatten(2), im2col(x, *window))
    grad_x = col2im(weight.flatten(1).T @ grad.flatten(2), x.shape[2:], *window)
    return grad_x, grad_weight.reshape(weight.shape), grad.sum((0, 2, 3))


# Indices, sizes and checks.


def _indices(*sizes):
    """All index tuples in order: nested `for` loops in one line."""
    return product(*map(range, sizes))


def _sizes(input_size, kernel_size, stride, padding, dilation):
    arguments = input_size, kernel_size, padding, stride, dilation
    return tuple(map(output_size, *map(pair, arguments)))


def _correlation_size(image, kernel, padding, stride, dilation):
    _require_axes("image", image, "H, W")
    _require_axes("kernel", kernel, "M, N")
    _require_same_type("image", image, "kernel", kernel)
    return _sizes(image.shape, kernel.shape, stride, padding, dilation)


def _convolution_size(x, weight, bias, stride, padding, dilation):
    _require_axes("x", x, "N, C, H, W")
    _require_axes("weight", weight, "F, C, M, N")
    _require_same_type("x", x, "weight", weight)
    if x.shape[1] != weight.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} channels but weight is for {weight.shape[1]}: make "
            f"the second sizes of {tuple(x.shape)} and {tuple(weight.shape)} agree"
        )
    if bias is not None:
        _require_shape("bias", bias, (len(weight),))
    return _sizes(x.shape[2:], weight.shape[2:], stride, padding, dilation)


def _pooling(x, kernel_size, stride, mode):
    stride = kernel_size if stride is None else stride
    _require_axes("x", x, "N, C, H, W")
    if mode not in _POOLS:
        raise ValueError(f"mode is {mode!r}: choose one of {', '.join(map(repr, _POOLS))}")
    if mode != "max" and not x.is_floating_point():
        raise ValueError(f"x is {x.dtype}, where {mode} pooling would round: convert by x.float()")
    return _sizes(x.shape[2:], kernel_size, stride, padding=0, dilation=1), stride


def _columns_size(columns, image_size, kernel_size, stride, padding, dilation):
    _require_axes("columns", columns, "N, C·M·N, L")
    M, N = pair(kernel_size)
    O_h, O_w = _sizes(image_size, kernel_size, stride, padding, dilation)
    _, rows, windows = columns.shape
    if rows % (M * N) or windows != O_h * O_w:
        raise ValueError(
            f"columns is {rows} × {windows} for each image, but the other arguments "
            f"ask for a multiple of {M}·{N} rows and for {O_h}·{O_w} columns: "
            "give the arguments that im2col was called with"
        )
    return rows // (M * N), (O_h, O_w)


def _require_axes(name, tensor, axes):
    if tensor.ndim != len(axes.split(",")):
        raise ValueError(
            f"{name} has shape {tuple(tensor.shape)} but must be ({axes}): "
            "add or remove axes by unsqueeze, squeeze or reshape"
        )


def _require_shape(name, tensor, shape):
    if tuple(tensor.shape) != tuple(shape):
        raise ValueError(
            f"{name} has shape {tuple(tensor.shape)}, but the other arguments ask for "
            f"{tuple(shape)}: check them too, above all stride, padding and dilation"
        )


def _require_same_type(name, tensor, other_name, other):
    if tensor.dtype != other.dtype:
        raise ValueError(
            f"{name} is {tensor.dtype} but {other_name} is {other.dtype}: "
            "convert one of them by .to(dtype)"
        )


def _require_probability(p):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be 0 ≤ p < 1: it is the probability to drop a unit")
