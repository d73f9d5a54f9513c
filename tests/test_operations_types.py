"""What every operation promises: torch's gradients, dtypes, devices, and any layout in memory."""

import pytest
import torch
import torch.nn.functional as F

from cnncourse import operations as ops
from cnncourse import windows


def numbers(*shape, dtype=torch.float64):
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


def seeded(p):
    return p, True, torch.Generator().manual_seed(0)


def both(name, *rest):
    return [(name, *rest), (name + "_loops", *rest)]


GEOMETRY = {"stride": (1, 2), "padding": (1, 0), "dilation": (2, 1)}
# Name; shapes of the float arguments; a function that gives the others; torch's own, if it has one.
OPERATIONS = [
    ("pad2d", [(2, 3)], lambda: ((1, 2),), lambda x, p: F.pad(x, (2, 2, 1, 1))),
    ("windows2d", [(2, 4, 5)], lambda: ((2, 3), (1, 2), (2, 1)), None),
    *both("correlate2d", [(4, 5), (2, 3)], lambda: (1, (1, 2)), None),
    *both("convolve2d", [(4, 5), (2, 3)], lambda: (1, (1, 2)), None),
    ("correlation_matrix", [(2, 3)], lambda: (3, 4), None),
    *both("conv2d", [(1, 2, 4, 3), (2, 2, 2, 2), (2,)], lambda: tuple(GEOMETRY.values()), F.conv2d),
    ("conv2d_im2col", [(2, 2, 4, 3), (2, 2, 2, 3), (2,)], lambda: (2, 1), F.conv2d),
    (
        "conv2d_im2col_backward",
        [(2, 2, 3, 1), (2, 2, 4, 3), (2, 2, 2, 3)],
        lambda: (),
        lambda grad, x, weight: (
            torch.nn.grad.conv2d_input(x.shape, weight, grad),
            torch.nn.grad.conv2d_weight(x, weight.shape, grad),
            grad.sum((0, 2, 3)),
        ),
    ),
    *both("pool2d", [(2, 2, 4, 5)], lambda: ((2, 3), (1, 2)), F.max_pool2d),
    *both(
        "pool2d",
        [(2, 2, 4, 5)],
        lambda: (2, 2, "average"),
        lambda x, k, s, mode: F.avg_pool2d(x, k),
    ),
    *both(
        "pool2d",
        [(2, 2, 4, 5)],
        lambda: (2, 1, "l2"),
        lambda x, k, s, mode: F.lp_pool2d(x, 2, k, s),
    ),
    ("max_pool2d_backward", [(2, 2, 2, 2), (2, 2, 4, 5)], lambda: (2,), None),
    ("global_average_pool", [(2, 3, 2, 4)], lambda: (), lambda x: x.mean((2, 3))),
    *both("dropout", [(3, 4)], lambda: seeded(0.4), None),
    *both("im2col", [(2, 2, 4, 3)], lambda: (2,), F.unfold),
    *both("col2im", [(2, 8, 6)], lambda: ((4, 3), 2), F.fold),
]
operations = pytest.mark.parametrize(
    "name, shapes, others, reference",
    OPERATIONS,
    ids=[f"{name}-{number}" for number, (name, *_) in enumerate(OPERATIONS)],
)


def outputs(value):
    return value if isinstance(value, tuple) else (value,)


def test_the_table_has_every_operation():
    public = {
        name
        for name, value in vars(ops).items()
        if getattr(value, "__module__", None) in (ops.__name__, windows.__name__)
        and not name.startswith("_")
    }
    assert public - {"indices"} == {name for name, *_ in OPERATIONS}


@operations
def test_gradients_are_those_of_finite_differences(name, shapes, others, reference):
    inputs = [numbers(*shape).requires_grad_() for shape in shapes]

    def function(*tensors):
        return getattr(ops, name)(*tensors, *others())

    assert torch.autograd.gradcheck(function, inputs)
    if not name.endswith("_loops"):  # whose second derivatives take half a minute
        assert torch.autograd.gradgradcheck(function, inputs)


@operations
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_results_have_the_dtype_of_the_inputs(name, shapes, others, reference, dtype):
    inputs = [numbers(*shape, dtype=dtype) for shape in shapes]
    found = outputs(getattr(ops, name)(*inputs, *others()))
    assert {value.dtype for value in found} == {dtype}
    if reference is not None:
        # Half precision loses what each of a few additions rounds off.
        loose = {"rtol": 0.05, "atol": 0.05} if dtype.itemsize == 2 else {}
        for ours, theirs in zip(found, outputs(reference(*inputs, *others())), strict=True):
            torch.testing.assert_close(ours, theirs, **loose)


def layouts(tensor):
    yield tensor.transpose(0, -1).contiguous().transpose(0, -1)
    yield torch.stack([tensor, tensor], dim=-1)[..., 0]
    if tensor.ndim == 4:
        yield tensor.contiguous(memory_format=torch.channels_last)


@operations
def test_the_layout_in_memory_changes_nothing(name, shapes, others, reference):
    inputs = [numbers(*shape) for shape in shapes]
    expected = outputs(getattr(ops, name)(*inputs, *others()))
    for position, tensor in enumerate(inputs):
        for laid_out in layouts(tensor):
            varied = [*inputs[:position], laid_out, *inputs[position + 1 :]]
            actual = outputs(getattr(ops, name)(*varied, *others()))
            for a, b in zip(actual, expected, strict=True):
                torch.testing.assert_close(a, b)


@pytest.mark.parametrize(
    "name, shapes, others, reference",
    [row for row in OPERATIONS if row[3] and len(row[1][0]) > 2],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_images_give_no_results_of_torchs_shape(name, shapes, others, reference):
    if name == "conv2d_im2col_backward":
        shapes = [(0, *shapes[0][1:]), (0, *shapes[1][1:]), shapes[2]]
    else:
        shapes = [(0, *shapes[0][1:]), *shapes[1:]]
    inputs = [numbers(*shape) for shape in shapes]
    found = outputs(getattr(ops, name)(*inputs, *others()))
    for ours, theirs in zip(found, outputs(reference(*inputs, *others())), strict=True):
        assert ours.shape == theirs.shape


@operations
def test_tensors_of_different_dtypes_are_refused_as_torch_does(name, shapes, others, reference):
    for position in range(len(shapes) if len(shapes) > 1 else 0):
        inputs = [numbers(*shape) for shape in shapes]
        inputs[position] = inputs[position].float()
        with pytest.raises(ValueError, match=r"is torch\.float.*\.to\(dtype\)"):
            getattr(ops, name)(*inputs, *others())


# Where a derivative does not exist


@pytest.mark.parametrize("pool", [ops.pool2d, ops.pool2d_loops])
def test_pooling_of_a_window_of_zeros_has_torchs_gradient(pool):
    x = torch.tensor([[[[0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0]]]], requires_grad=True)
    for mode, reference in (
        ("l2", lambda x: F.lp_pool2d(x, 2, 2)),
        ("max", lambda x: F.max_pool2d(x, 2)),
    ):
        (gradient,) = torch.autograd.grad(pool(x, 2, mode=mode).sum(), x)
        (expected,) = torch.autograd.grad(reference(x).sum(), x)
        torch.testing.assert_close(gradient, expected)
    assert pool(x, 2, mode="l2").tolist() == [[[[0, 5]]]]


@pytest.mark.parametrize("pool", [ops.pool2d, ops.pool2d_loops])
def test_autograd_gives_a_tie_to_the_first_maximum_as_the_backward_function_does(pool):
    x = torch.tensor([[[[1.0, 5, 0, 0], [5, 5, 0, 0]]]], requires_grad=True)
    grad = torch.tensor([[[[7.0, 2.0]]]])
    (found,) = torch.autograd.grad(pool(x, 2), x, grad)
    assert torch.equal(found, ops.max_pool2d_backward(grad, x.detach(), 2))


@pytest.mark.parametrize("mode", ["max", "average", "l2"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_reaches_the_output_of_its_windows_alone(mode, value):
    x = torch.ones(1, 1, 2, 4)
    x[..., 0, 0] = value
    expected = {"max": F.max_pool2d, "average": F.avg_pool2d}.get(mode)
    first = value if mode != "l2" else abs(value)
    expected = expected(x, 2) if expected else torch.tensor([[[[first, 2.0]]]])
    torch.testing.assert_close(ops.pool2d(x, 2, mode=mode), expected, equal_nan=True)


# Integers, and torch's defaults


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: ops.pool2d(x, 2, mode="average"),
        lambda x: ops.pool2d_loops(x, 2, mode="l2"),
        ops.global_average_pool,
        lambda x: ops.dropout(x, 0.5),
        lambda x: ops.dropout_loops(x, 0.5, training=False),
    ],
)
def test_whole_numbers_are_refused_where_the_result_would_not_be_whole(operation):
    with pytest.raises(ValueError, match=r"x is torch.int64, where .* convert by x.float\(\)"):
        operation(torch.ones(1, 1, 2, 2, dtype=torch.int64))


def test_whole_numbers_stay_whole_where_they_can():
    x, weight = torch.arange(12).reshape(1, 1, 3, 4), torch.tensor([[[[1, -2]]]])
    expected = F.conv2d(x.double(), weight.double()).long()
    for operation in (ops.conv2d, ops.conv2d_loops, ops.conv2d_im2col):
        assert torch.equal(operation(x, weight), expected)
    assert torch.equal(ops.pool2d(x, (1, 2)), torch.tensor([[[[1, 3], [5, 7], [9, 11]]]]))


@pytest.mark.parametrize("drop", [ops.dropout, ops.dropout_loops])
def test_dropout_draws_the_same_numbers_whatever_torchs_defaults_are(drop):
    x = torch.ones(4, 5)
    expected = drop(x, *seeded(0.5))
    before = torch.get_default_dtype()
    try:
        torch.set_default_dtype(torch.float64)
        with torch.device("meta"):  # as "cuda" would be, where there is one
            assert torch.equal(drop(x, *seeded(0.5)), expected)
    finally:
        torch.set_default_dtype(before)


@pytest.mark.parametrize("padding", [-1, (0, -2)])
def test_negative_padding_is_refused(padding):
    with pytest.raises(ValueError, match="padding must be at least 0"):
        ops.pad2d(torch.ones(3, 3), padding)


def test_a_sum_over_no_channels_is_the_bias_alone():
    x, weight, bias = torch.ones(2, 0, 3, 4), torch.ones(3, 0, 2, 2), torch.arange(3.0)
    for operation in (ops.conv2d, ops.conv2d_loops, ops.conv2d_im2col):
        found = operation(x, weight, bias)
        assert torch.equal(found, bias.reshape(3, 1, 1).expand(2, 3, 2, 3))


@pytest.mark.parametrize("drop", [ops.dropout, ops.dropout_loops])
def test_nothing_is_dropped_with_probability_zero_whatever_is_drawn(monkeypatch, drop):
    monkeypatch.setattr(ops, "_uniform", lambda shape, generator: torch.zeros(shape))
    assert torch.equal(drop(torch.ones(3), 0.0), torch.ones(3))
    assert torch.equal(drop(torch.ones(3), 0.5), torch.zeros(3))
