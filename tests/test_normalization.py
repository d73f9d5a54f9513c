"""Normalizations against torch's: forward, backward, running statistics, every layout."""

from itertools import product

import pytest
import torch
import torch.nn.functional as F

from cnncourse.normalization import (
    batch_norm2d,
    batch_norm2d_backward,
    batch_norm2d_loops,
    standardize,
    standardize_loops,
)

SHAPES = [(2, 3, 2, 4), (3, 4, 3, 1), (1, 2, 2, 3), (4, 1, 1, 1), (2, 6, 1, 2)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
both = pytest.mark.parametrize("function", [standardize, standardize_loops])
both_batch = pytest.mark.parametrize("function", [batch_norm2d, batch_norm2d_loops])


def numbers(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype) * 3 + 1


def per_channel(channels, dtype=torch.float64):
    """Weight, bias, running mean and running variance: no two alike, the last above 0."""
    values = numbers(4, channels, seed=5, dtype=dtype)
    values[3] = values[3].abs() + 0.5
    return tuple(value.clone() for value in values)  # no two in one storage


# Which entries share


@both
@each_shape
@pytest.mark.parametrize("eps", [1e-5, 0.3])
def test_axes_give_torchs_four_normalizations(function, shape, eps):
    x = numbers(*shape)
    _, C, H, W = shape
    if x.numel() > C:
        torch.testing.assert_close(
            function(x, "NHW", eps=eps), F.batch_norm(x, None, None, training=True, eps=eps)
        )
    if H * W > 1:
        torch.testing.assert_close(function(x, "HW", eps=eps), F.instance_norm(x, eps=eps))
    torch.testing.assert_close(function(x, "CHW", eps=eps), F.layer_norm(x, shape[1:], eps=eps))
    for groups in (g for g in range(1, C + 1) if C % g == 0 and C // g * H * W > 1):
        torch.testing.assert_close(
            function(x, "CHW", groups, eps), F.group_norm(x, groups, eps=eps)
        )


@each_shape
def test_every_choice_of_axes_is_the_loops(shape):
    x = numbers(*shape)
    for letters in ("N", "C", "W", "NC", "HC", "NW", "WHCN"):
        torch.testing.assert_close(standardize(x, letters), standardize_loops(x, letters))
    halves = [g for g in (2, 3) if shape[1] % g == 0]
    for groups, letters in product(halves, ("C", "NC", "NCHW")):
        args = x, letters, groups
        torch.testing.assert_close(standardize(*args), standardize_loops(*args))


@both
@pytest.mark.parametrize(
    "shared, groups, message",
    [
        ("", 1, "shared is ''"),
        ("NX", 1, "letters out of N, C, H and W"),
        ("NN", 1, "shared is 'NN'"),
        ("CHW", 4, "groups is 4, which does not divide 6"),
        ("CHW", 0, "groups is 0"),
        ("HW", 2, "add 'C'"),
    ],
)
def test_axes_and_groups_that_mean_nothing_are_refused(function, shared, groups, message):
    with pytest.raises(ValueError, match=message):
        function(torch.zeros(2, 6, 3, 4), shared, groups)


# Batch normalization


@both_batch
@each_shape
@pytest.mark.parametrize("momentum, eps", [(0.1, 1e-5), (0.3, 0.2), (1.0, 1e-5)])
def test_batch_norm_is_torchs_in_both_modes_and_so_are_the_running_statistics(
    function, shape, momentum, eps
):
    x = numbers(*shape)
    weight, bias, mean, var = per_channel(shape[1])
    for training in (True, False):
        ours, torchs = (mean.clone(), var.clone()), (mean.clone(), var.clone())
        before = x.clone()
        out = function(x, weight, bias, *ours, training, momentum, eps)
        expected = F.batch_norm(x, *torchs, weight, bias, training, momentum, eps)
        torch.testing.assert_close(out, expected)
        torch.testing.assert_close(ours, torchs)
        assert torch.equal(x, before)


@each_shape
@pytest.mark.parametrize("eps", [1e-5, 0.2])
def test_backward_is_autograds(shape, eps):
    x = numbers(*shape).requires_grad_()
    weight, bias = (p.clone().requires_grad_() for p in per_channel(shape[1])[:2])
    grad = numbers(*shape, seed=9)
    out = F.batch_norm(x, None, None, weight, bias, training=True, eps=eps)
    expected = torch.autograd.grad(out, (x, weight, bias), grad)
    actual = batch_norm2d_backward(grad, x.detach(), weight.detach(), eps)
    torch.testing.assert_close(actual, expected)


@both_batch
def test_autograd_passes_through_and_leaves_the_running_statistics_out(function):
    x = numbers(2, 3, 2, 2).requires_grad_()
    weight, bias, mean, var = per_channel(3)
    function(x, weight, bias, mean, var).square().sum().backward()
    expected = numbers(2, 3, 2, 2).requires_grad_()
    F.batch_norm(expected, None, None, weight, bias, training=True).square().sum().backward()
    torch.testing.assert_close(x.grad, expected.grad)
    assert not mean.requires_grad and not var.requires_grad


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_any_layout_and_dtype(dtype):
    x = numbers(3, 4, 5, 2, dtype=dtype)
    layouts = [x.contiguous(memory_format=torch.channels_last), x.transpose(2, 3)[..., ::2]]
    for view in layouts:
        parameters = per_channel(4, dtype)
        out = batch_norm2d(view, *parameters)
        again = F.batch_norm(view, *per_channel(4, dtype)[2:], *parameters[:2], training=True)
        torch.testing.assert_close(out, again)


@both_batch
def test_a_channel_of_one_value_is_refused_in_training_alone(function):
    x, parameters = torch.ones(1, 3, 1, 1), per_channel(3, torch.float32)
    with pytest.raises(ValueError, match=r"\(1, 3, 1, 1\), one value for each channel"):
        function(x, *parameters)
    assert function(x, *parameters, training=False).shape == x.shape


def test_arguments_that_do_not_fit_are_named():
    x, (weight, bias, mean, var) = numbers(2, 3, 2, 2), per_channel(3)
    with pytest.raises(ValueError, match=r"running_var has shape \(2,\)"):
        batch_norm2d(x, weight, bias, mean, var[:2])
    with pytest.raises(ValueError, match=r"bias is torch\.float32 but x is torch\.float64"):
        batch_norm2d(x, weight, bias.float(), mean, var)
    with pytest.raises(ValueError, match=r"x has shape \(3, 2, 2\)"):
        batch_norm2d(x[0], weight, bias, mean, var)
    with pytest.raises(ValueError, match=r"x is torch\.int64"):
        batch_norm2d(x.long(), weight, bias, mean, var)
    with pytest.raises(ValueError, match="grad has shape"):
        batch_norm2d_backward(x[:1], x, weight)
