"""The formulas against torch and against counting by brute force."""

import itertools

import pytest
import torch

from cnncourse import arithmetic

GRID = list(itertools.product(range(1, 12), range(1, 6), range(4), range(1, 5), range(1, 4)))


def windows_that_fit(size, kernel, padding, stride, dilation):
    """Count the start positions by sliding a window; knows no formula."""
    last_tap = dilation * (kernel - 1)
    return sum(
        1 for start in range(0, size + 2 * padding, stride) if start + last_tap < size + 2 * padding
    )


def test_output_size_counts_the_windows_that_fit_over_the_full_grid():
    for case in GRID:
        expected = windows_that_fit(*case)
        if expected:
            assert arithmetic.output_size(*case) == expected, case
        else:
            with pytest.raises(ValueError, match="padded input has"):
                arithmetic.output_size(*case)


def test_output_size_is_torchs_wherever_torch_gives_one():
    for size, kernel, padding, stride, dilation in GRID:
        if windows_that_fit(size, kernel, padding, stride, dilation):
            x, weight = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
            actual = torch.nn.functional.conv1d(x, weight, None, stride, padding, dilation)
            assert (
                arithmetic.output_size(size, kernel, padding, stride, dilation) == actual.shape[-1]
            )


@pytest.mark.parametrize("arguments", [(0, 1), (5, 0), (5, 3, -1), (5, 3, 0, 0), (5, 3, 0, 1, 0)])
def test_output_size_refuses_values_out_of_range(arguments):
    with pytest.raises(ValueError, match="at least"):
        arithmetic.output_size(*arguments)


@pytest.mark.parametrize("value", [2.0, True, "3", None])
def test_output_size_refuses_what_is_not_an_int(value):
    with pytest.raises(TypeError, match="must be an int"):
        arithmetic.output_size(8, value)


@pytest.mark.parametrize("kernel, dilation", list(itertools.product(range(1, 8), range(1, 5))))
def test_same_padding_keeps_every_size_or_says_that_none_can(kernel, dilation):
    if (dilation * (kernel - 1)) % 2:
        with pytest.raises(ValueError, match="even"):
            arithmetic.same_padding(kernel, dilation)
    else:
        padding = arithmetic.same_padding(kernel, dilation)
        for size in range(1, 20):
            assert arithmetic.output_size(size, kernel, padding, 1, dilation) == size


@pytest.mark.parametrize("kernel, dilation", [(1, 1), (3, 1), (2, 3), (4, 2)])
def test_full_padding_leaves_one_position_more_for_every_extra_tap(kernel, dilation):
    padding = arithmetic.full_padding(kernel, dilation)
    assert arithmetic.output_size(6, kernel, padding, 1, dilation) == 6 + dilation * (kernel - 1)


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [(3, 1, 1)],
        [(3, 2, 1), (3, 1, 1)],
        [(2, 2, 1), (3, 1, 2), (2, 3, 1)],
        [(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)],
        [(4, 3, 2), (3, 2, 2), (2, 1, 3)],
    ],
)
def test_receptive_field_is_what_the_gradient_reaches(layers):
    x = torch.zeros(1, 1, 200, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers:
        y = torch.nn.functional.conv1d(y, torch.ones(1, 1, kernel), None, stride, 0, dilation)
    y[0, 0, 0].backward()
    reached = x.grad[0, 0].nonzero()
    assert arithmetic.receptive_field(layers) == int(reached.max() - reached.min()) + 1


@pytest.mark.parametrize("sizes", [(4, 5, 4, 5, 1), (3, 2), (1, 1, 1)])
@pytest.mark.parametrize("bias", [True, False])
def test_dense_parameters_counts_what_torch_allocates(sizes, bias):
    layers = [torch.nn.Linear(n, m, bias=bias) for n, m in itertools.pairwise(sizes)]
    allocated = sum(p.numel() for layer in layers for p in layer.parameters())
    assert arithmetic.dense_parameters(sizes, bias) == allocated


@pytest.mark.parametrize("sizes", [(), (3,)])
def test_dense_parameters_needs_two_layers(sizes):
    with pytest.raises(ValueError, match="input and an output"):
        arithmetic.dense_parameters(sizes)


@pytest.mark.parametrize("channels, filters, kernel", [(1, 6, 5), (3, 2, (3, 1)), (2, 1, (2, 4))])
@pytest.mark.parametrize("bias", [True, False])
def test_conv_parameters_counts_what_torch_allocates(channels, filters, kernel, bias):
    layer = torch.nn.Conv2d(channels, filters, kernel, bias=bias)
    allocated = sum(p.numel() for p in layer.parameters())
    assert arithmetic.conv_parameters(channels, filters, kernel, bias) == allocated


@pytest.mark.parametrize(
    "x_shape, weight_shape, options",
    [
        ((2, 3, 7, 9), (4, 3, 2, 3), {}),
        ((1, 1, 8, 5), (1, 1, 3, 2), {"stride": (2, 1), "padding": (0, 3), "dilation": (2, 1)}),
        ((3, 2, 6, 6), (5, 2, 3, 3), {"stride": 3, "padding": 2}),
    ],
)
def test_conv_multiplications_counts_every_product_of_the_output(x_shape, weight_shape, options):
    output = torch.nn.functional.conv2d(torch.zeros(x_shape), torch.zeros(weight_shape), **options)
    products_per_entry = torch.zeros(weight_shape)[0].numel()
    expected = output.numel() * products_per_entry
    assert arithmetic.conv_multiplications(x_shape, weight_shape, **options) == expected


def test_conv_multiplications_names_channels_that_do_not_agree():
    with pytest.raises(ValueError, match="3 channels but the weight is for 2"):
        arithmetic.conv_multiplications((1, 3, 8, 8), (4, 2, 3, 3))


@pytest.mark.parametrize("value", [1.0, (1, 2, 3), (1, 2.0), "35", True, None])
def test_pair_refuses_what_is_neither_an_int_nor_a_pair(value):
    with pytest.raises(TypeError, match="pair of ints"):
        arithmetic.pair(value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: arithmetic.receptive_field([(3, 1, 1), (3, 0, 1)]),
        lambda: arithmetic.receptive_field([(3, 1, 0)]),
        lambda: arithmetic.dense_parameters((4, 0, 1)),
        lambda: arithmetic.conv_parameters(0, 2, 3),
        lambda: arithmetic.conv_parameters(2, 0, 3),
        lambda: arithmetic.conv_parameters(2, 2, (3, 0)),
        lambda: arithmetic.conv_multiplications((1, 1, 8, 8), (1, 1, 3, 0)),
        lambda: arithmetic.conv_multiplications((1, 1, 8, 8), (1, 1, 3, 3), stride=(1, 0)),
    ],
)
def test_no_count_is_made_of_sizes_below_one(call):
    with pytest.raises(ValueError, match="must be at least 1, got 0"):
        call()


@pytest.mark.parametrize(
    "x_shape, weight_shape", [((3, 8, 8), (4, 3, 3, 3)), ((1, 3, 8, 8), (3, 3, 3)), ((8,), (3,))]
)
def test_conv_multiplications_names_shapes_with_other_axes(x_shape, weight_shape):
    with pytest.raises(ValueError, match=r"expected shapes \(N, C, H, W\) and \(F, C, M, N'\)"):
        arithmetic.conv_multiplications(x_shape, weight_shape)


def test_sizes_of_one_are_the_smallest_that_count():
    assert arithmetic.dense_parameters((1, 1)) == 2
    assert arithmetic.conv_parameters(1, 1, 1) == 2
    assert arithmetic.conv_multiplications((1, 1, 1, 1), (1, 1, 1, 1)) == 1
    assert arithmetic.receptive_field([(1, 1, 1)]) == 1
