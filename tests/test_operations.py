"""Every operation against torch's own, its gradients against autograd and finite differences."""

import math

import pytest
import torch
import torch.nn.functional as F
from scipy import signal

from cnncourse import operations as ops

# (height, width), kernel, stride, padding, dilation: one-sided cases catch swapped axes.
GRID = [
    ((5, 5), (3, 3), 1, 0, 1),
    ((7, 4), (2, 3), 1, 0, 1),  # image and kernel not square
    ((6, 7), (4, 2), 1, 1, 1),  # even kernel
    ((5, 8), (1, 1), 1, 0, 1),  # a window of one pixel
    ((4, 3), (4, 3), 1, 0, 1),  # a single window
    ((8, 7), (3, 2), 2, 0, 1),  # the stride leaves pixels over
    ((6, 9), (2, 3), (3, 2), (1, 2), 1),  # all pairs differ
    ((7, 9), (3, 2), 1, 0, (2, 3)),
    ((6, 5), (2, 3), (1, 2), (2, 1), (3, 2)),
    ((3, 2), (5, 4), 1, (1, 2), 1),  # kernel larger than the image, smaller than the padded
]
POOL_GRID = [
    ((6, 4), 2, None),
    ((7, 5), 2, None),
    ((5, 7), (3, 2), None),
    ((6, 5), (2, 3), 1),
    ((7, 6), (3, 2), (2, 1)),
    ((7, 8), 2, 3),
    ((4, 3), (4, 3), None),
]
grid = pytest.mark.parametrize("size, kernel, stride, padding, dilation", GRID)
pool_grid = pytest.mark.parametrize("size, kernel, stride", POOL_GRID)
dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def both(name):
    return pytest.mark.parametrize("operation", [getattr(ops, name + "_loops"), getattr(ops, name)])


def numbers(*shape, device="cpu", dtype=torch.float64, seed=0):
    """Seeded numbers, not contiguous in memory."""
    generator = torch.Generator().manual_seed(seed + sum(shape))
    drawn = torch.randn(shape[::-1], generator=generator, dtype=torch.float64)
    return drawn.to(device, dtype).permute(*range(len(shape))[::-1])


def assert_close(actual, expected):
    rtol = 1e-4 if expected.dtype == torch.float32 else 1e-10
    torch.testing.assert_close(actual, expected, rtol=rtol, atol=rtol / 10)


def finite_differences(function, x, epsilon=1e-6):
    """Gradient of a scalar function, one number of x after the other."""
    gradient = torch.zeros(x.numel(), dtype=x.dtype, device=x.device)
    flat = x.flatten()
    for i in range(x.numel()):
        step = torch.zeros_like(flat)
        step[i] = epsilon
        above, below = (function((flat + s * step).reshape(x.shape)) for s in (1, -1))
        gradient[i] = (above - below) / (2 * epsilon)
    return gradient.reshape(x.shape)


# One image, one kernel


@both("correlate2d")
@grid
@dtypes
def test_correlation_is_torchs(operation, size, kernel, stride, padding, dilation, dtype, device):
    image, w = (numbers(*shape, device=device, dtype=dtype) for shape in (size, kernel))
    expected = F.conv2d(image[None, None], w[None, None], None, stride, padding, dilation)[0, 0]
    assert_close(operation(image, w, padding, stride, dilation), expected)


@both("convolve2d")
@pytest.mark.parametrize("size, kernel", [((5, 5), (3, 3)), ((7, 4), (2, 3)), ((6, 7), (4, 1))])
def test_convolution_is_scipys_and_flips_both_axes(operation, size, kernel, device):
    image, w = numbers(*size, device=device), numbers(*kernel, device=device)
    full = kernel[0] - 1, kernel[1] - 1
    for mode, padding in (("valid", 0), ("full", full)):
        expected = torch.tensor(signal.convolve2d(image.cpu(), w.cpu(), mode), device=device)
        assert_close(operation(image, w, padding), expected)


@both("convolve2d")
@grid
def test_convolution_is_correlation_with_the_flipped_kernel(
    operation, size, kernel, stride, padding, dilation, device
):
    image, w = numbers(*size, device=device), numbers(*kernel, device=device)
    flipped = w.flip(0, 1)[None, None]
    expected = F.conv2d(image[None, None], flipped, None, stride, padding, dilation)[0, 0]
    assert_close(operation(image, w, padding, stride, dilation), expected)


@pytest.mark.parametrize("size, kernel", [((5, 5), (3, 3)), ((7, 4), (2, 3)), ((4, 3), (4, 3))])
@dtypes
def test_matrix_times_flattened_image_is_the_feature_map(size, kernel, dtype, device):
    image, w = (numbers(*shape, device=device, dtype=dtype) for shape in (size, kernel))
    matrix = ops.correlation_matrix(w, *size)
    expected = F.conv2d(image[None, None], w[None, None])[0, 0]
    assert_close((matrix @ image.flatten()).reshape(expected.shape), expected)


def test_each_row_of_the_matrix_holds_the_kernel_once_and_zeros():
    matrix = ops.correlation_matrix(torch.arange(1.0, 7.0).reshape(2, 3), 4, 5)
    assert matrix.shape == (9, 20)
    assert all(sorted(row[row != 0].tolist()) == [1, 2, 3, 4, 5, 6] for row in matrix)


# Layers


@pytest.mark.parametrize("operation", [ops.conv2d_loops, ops.conv2d, ops.conv2d_im2col])
@pytest.mark.parametrize("batch, channels, filters", [(1, 3, 2), (2, 1, 3)])
@grid
@dtypes
def test_layer_is_torchs(
    operation, batch, channels, filters, size, kernel, stride, padding, dilation, dtype, device
):
    kind = dict(device=device, dtype=dtype)
    x = numbers(batch, channels, *size, **kind)
    weight, bias = numbers(filters, channels, *kernel, **kind), numbers(filters, **kind)
    for b in (None, bias):
        expected = F.conv2d(x, weight, b, stride, padding, dilation)
        assert_close(operation(x, weight, b, stride, padding, dilation), expected)


@pytest.mark.parametrize("cached, parts", [(0, [1] * 5), (3 * 96, [3, 2]), (10**6, [5])])
def test_convolution_through_im2col_joins_its_parts_in_order(monkeypatch, device, cached, parts):
    x, weight = numbers(5, 2, 4, 5, device=device), numbers(3, 2, 2, 2, device=device)
    im2col, seen = ops.im2col, []
    monkeypatch.setattr(ops, "_CACHED", cached)  # an image has 8 · 12 entries
    monkeypatch.setattr(ops, "im2col", lambda x, *rest: seen.append(len(x)) or im2col(x, *rest))
    assert_close(ops.conv2d_im2col(x, weight), F.conv2d(x, weight))
    assert seen == parts


@grid
def test_convolution_backward_is_autograds(size, kernel, stride, padding, dilation, device):
    x, weight = numbers(2, 3, *size, device=device), numbers(4, 3, *kernel, device=device)
    inputs = [t.clone().requires_grad_() for t in (x, weight, numbers(4, device=device))]
    out = F.conv2d(*inputs, stride, padding, dilation)
    grad = numbers(*out.shape, device=device, seed=1)
    expected = torch.autograd.grad(out, inputs, grad)
    actual = ops.conv2d_im2col_backward(grad, x, weight, stride, padding, dilation)
    for a, e in zip(actual, expected, strict=True):
        assert_close(a, e)


@pytest.mark.parametrize("arguments", [(1, 0, 1), ((2, 1), (1, 2), (1, 2))])
def test_convolution_backward_is_what_finite_differences_give(arguments, device):
    inputs = [numbers(*shape, device=device) for shape in ((1, 2, 5, 4), (2, 2, 2, 3), (2,))]
    grad = numbers(*ops.conv2d(*inputs, *arguments).shape, device=device, seed=1)
    actual = ops.conv2d_im2col_backward(grad, *inputs[:2], *arguments)
    for i in range(3):

        def loss(value, i=i):
            varied = [*inputs[:i], value, *inputs[i + 1 :]]
            return (ops.conv2d_im2col(*varied, *arguments) * grad).sum()

        torch.testing.assert_close(actual[i], finite_differences(loss, inputs[i]))


# Pooling


@both("pool2d")
@pytest.mark.parametrize(
    "mode, reference",
    [
        ("max", F.max_pool2d),
        ("average", F.avg_pool2d),
        ("l2", lambda x, kernel, stride: F.lp_pool2d(x, 2, kernel, stride)),
    ],
)
@pool_grid
@dtypes
def test_pooling_is_torchs(operation, mode, reference, size, kernel, stride, dtype, device):
    for batch, channels in ((1, 2), (2, 1)):
        x = numbers(batch, channels, *size, device=device, dtype=dtype)
        assert_close(operation(x, kernel, stride, mode), reference(x, kernel, stride))


@both("pool2d")
def test_max_of_negative_numbers_is_negative(operation):
    assert operation(torch.tensor([[[[-3.0, -2.0]]]]), (1, 2)).item() == -2


@pool_grid
@dtypes
def test_max_pooling_backward_is_autograds(size, kernel, stride, dtype, device):
    x = numbers(2, 3, *size, device=device, dtype=dtype)
    out = F.max_pool2d(x.requires_grad_(), kernel, stride)
    grad = numbers(*out.shape, device=device, dtype=dtype, seed=1)
    (expected,) = torch.autograd.grad(out, x, grad)
    assert_close(ops.max_pool2d_backward(grad, x.detach(), kernel, stride), expected)


@pytest.mark.parametrize("size, kernel, stride", [((5, 4), 2, None), ((5, 6), (3, 2), (1, 2))])
def test_max_pooling_backward_is_what_finite_differences_give(size, kernel, stride, device):
    x = numbers(1, 2, *size, device=device)
    grad = numbers(*ops.pool2d(x, kernel, stride).shape, device=device, seed=1)
    expected = finite_differences(lambda v: (ops.pool2d(v, kernel, stride) * grad).sum(), x)
    torch.testing.assert_close(ops.max_pool2d_backward(grad, x, kernel, stride), expected)


def test_ties_give_the_gradient_to_the_first_maximum_alone(device):
    x = torch.tensor([[[[1.0, 5, 0, 0], [5, 5, 0, 0]]]], device=device)
    grad = torch.tensor([[[[7.0, 2.0]]]], device=device)
    expected = torch.tensor([[[[0.0, 7, 2, 0], [0, 0, 0, 0]]]], device=device)
    assert torch.equal(ops.max_pool2d_backward(grad, x, 2), expected)


@dtypes
def test_global_average_pooling_is_torchs(dtype, device):
    x = numbers(2, 3, 4, 5, device=device, dtype=dtype)
    assert_close(ops.global_average_pool(x), F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0])


# Dropout


@both("dropout")
@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
@dtypes
def test_dropout_zeroes_with_probability_p_and_scales_the_rest(operation, p, dtype, device):
    x = numbers(40, 25, device=device, dtype=dtype)
    out = operation(x, p, generator=torch.Generator().manual_seed(0))
    kept = out != 0
    assert_close(out[kept], x[kept] / (1 - p))
    deviation = math.sqrt(p * (1 - p) / x.numel())
    assert abs((~kept).double().mean().item() - p) < 4 * deviation
    assert set(kept.sum(1).tolist()) != {0, 25}  # units are dropped, not rows


@pytest.mark.parametrize("shape", [(), (7,), (3, 5, 2, 4)])
def test_both_dropouts_drop_the_same_units(shape, device):
    x = torch.ones(shape, device=device)
    loops, vectorized = (
        drop(x, 0.5, generator=torch.Generator().manual_seed(2))
        for drop in (ops.dropout_loops, ops.dropout)
    )
    assert torch.equal(loops, vectorized)


@both("dropout")
def test_dropout_is_the_identity_in_evaluation_and_for_p_zero(operation, device):
    x = numbers(4, 5, device=device)
    assert torch.equal(operation(x, 0.5, training=False), x)
    assert torch.equal(operation(x, 0.0), x)


@both("dropout")
def test_dropout_draws_anew_each_time_and_follows_the_seed_without_a_generator(operation):
    x = torch.ones(100)
    torch.manual_seed(0)
    first, second = operation(x, 0.5), operation(x, 0.5)
    assert not torch.equal(first, second)
    torch.manual_seed(0)
    assert torch.equal(operation(x, 0.5), first)


# im2col and col2im


@both("im2col")
@grid
@dtypes
def test_im2col_is_torchs_unfold(operation, size, kernel, stride, padding, dilation, dtype, device):
    for batch, channels in ((1, 2), (2, 1)):
        x = numbers(batch, channels, *size, device=device, dtype=dtype)
        expected = F.unfold(x, kernel, dilation, padding, stride)
        assert torch.equal(operation(x, kernel, stride, padding, dilation), expected)


@both("col2im")
@grid
@dtypes
def test_col2im_is_torchs_fold(operation, size, kernel, stride, padding, dilation, dtype, device):
    for batch, channels in ((1, 2), (2, 1)):
        x = torch.zeros(batch, channels, *size)
        shape = F.unfold(x, kernel, dilation, padding, stride).shape
        columns = numbers(*shape, device=device, dtype=dtype)
        expected = F.fold(columns, size, kernel, dilation, padding, stride)
        assert_close(operation(columns, size, kernel, stride, padding, dilation), expected)


@both("im2col")
def test_columns_are_a_copy_even_where_a_view_would_do(operation):
    x = torch.zeros(1, 1, 2, 2)
    operation(x, 1).fill_(1)
    assert torch.equal(x, torch.zeros(1, 1, 2, 2))


# What holds for all

IMAGE, KERNEL, X, WEIGHT = numbers(5, 4), numbers(2, 3), numbers(2, 3, 5, 4), numbers(2, 3, 2, 3)
COLUMNS = ops.im2col(X, 2)
CALLS = {
    **{
        f"{name}{kind}": arguments
        for kind in ("", "_loops")
        for name, arguments in {
            "correlate2d": (IMAGE, KERNEL),
            "convolve2d": (IMAGE, KERNEL),
            "conv2d": (X, WEIGHT, numbers(2)),
            "pool2d": (X, 2),
            "dropout": (X, 0.5),
            "im2col": (X, 2),
            "col2im": (COLUMNS, (5, 4), 2),
        }.items()
    },
    "correlation_matrix": (KERNEL, 5, 4),
    "conv2d_im2col": (X, WEIGHT, numbers(2)),
    "conv2d_im2col_backward": (numbers(2, 2, 4, 2), X, WEIGHT),
    "max_pool2d_backward": (numbers(2, 3, 2, 2), X, 2),
    "global_average_pool": (X,),
}


@pytest.mark.parametrize("name", CALLS)
def test_no_operation_modifies_its_input(name):
    tensors = [a for a in CALLS[name] if isinstance(a, torch.Tensor)]
    before = [t.clone() for t in tensors]
    getattr(ops, name)(*CALLS[name])
    assert all(map(torch.equal, tensors, before))


@pytest.mark.parametrize(
    "name, arguments, message",
    [
        ("correlate2d", (X, KERNEL), r"image has shape \(2, 3, 5, 4\) but must be \(H, W\)"),
        ("convolve2d", (IMAGE, IMAGE[0]), r"kernel has shape \(4,\) but must be \(M, N\)"),
        (
            "correlate2d",
            (IMAGE.float(), KERNEL),
            "image is torch.float32 but kernel is torch.float64",
        ),
        ("correlate2d", (KERNEL, IMAGE), "a kernel of size 5 .* padded input has 2"),
        ("conv2d", (IMAGE, WEIGHT), r"x has shape \(5, 4\) but must be \(N, C, H, W\)"),
        ("conv2d", (X, KERNEL), r"weight has shape \(2, 3\) but must be \(F, C, M, N\)"),
        ("conv2d", (X, WEIGHT[:, :1]), "x has 3 channels but weight is for 1"),
        ("conv2d", (X, WEIGHT, numbers(3)), r"bias has shape \(3,\), but .* \(2,\)"),
        ("conv2d", (X, WEIGHT, None, 1, 0, (1, 2)), "covers 5 positions .* padded input has 4"),
        ("conv2d", (X, WEIGHT, None, 0), "stride must be at least 1, got 0"),
        ("pool2d", (IMAGE, 2), "x has shape"),
        ("pool2d", (X, 2, None, "mean"), "mode is 'mean': choose one of 'max', 'average', 'l2'"),
        ("pool2d", (X.long(), 2, None, "l2"), "x is torch.int64, where l2 pooling would round"),
        ("pool2d", (X, 5), "padded input has 4"),
        ("dropout", (X, 1.0), "p is 1.0, but must be 0 ≤ p < 1"),
        ("dropout", (X, -0.1), "p is -0.1"),
        ("dropout", (X, float("nan"), False), "p is nan"),
        ("im2col", (IMAGE, 2), "x has shape"),
        ("im2col", (X, (2, 5)), "a kernel of size 5 .* padded input has 4"),
        ("col2im", (COLUMNS[0], (5, 4), 2), "columns has shape"),
        ("col2im", (COLUMNS, (5, 5), 2), r"columns is 12 × 12 .* multiple of 2·2 rows and for 4·4"),
        ("col2im", (COLUMNS[:, :7], (5, 4), 2), "columns is 7 × 12"),
    ],
)
def test_wrong_arguments_are_named_in_both_versions(name, arguments, message):
    for operation in (getattr(ops, name), getattr(ops, name + "_loops")):
        with pytest.raises(ValueError, match=message):
            operation(*arguments)


@pytest.mark.parametrize(
    "function, arguments, message",
    [
        (ops.conv2d_im2col, (X, WEIGHT[:, :2]), "x has 3 channels but weight is for 2"),
        (ops.conv2d_im2col_backward, (X, X, WEIGHT), r"grad has shape .* \(2, 2, 4, 2\)"),
        (ops.max_pool2d_backward, (X, X, 2), r"grad has shape .* \(2, 3, 2, 2\)"),
        (ops.global_average_pool, (IMAGE,), "x has shape"),
        (ops.correlation_matrix, (X, 5, 4), "kernel has shape"),
        (ops.correlation_matrix, (KERNEL, 5, 2), "padded input has 2"),
        (ops.windows2d, (IMAGE, 5), "padded input has 4"),
    ],
)
def test_wrong_arguments_are_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
