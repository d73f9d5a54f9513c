"""Every row on PyTorch and SciPy in book/notation.md, as a computation."""

import pytest
import torch
from scipy.signal import convolve2d, correlate2d
from torch import nn
from torch.nn import functional as F

IMAGE = torch.arange(42.0, dtype=torch.float64).reshape(6, 7).sin()
KERNEL = torch.tensor([[1.0, 2, 3], [4, 5, 7]], dtype=torch.float64)


def torchs(image, kernel, **options):
    return F.conv2d(image[None, None], kernel[None, None], **options)[0, 0]


def test_pytorch_and_correlate2d_do_not_flip_and_convolve2d_does():
    torch.testing.assert_close(
        torchs(IMAGE, KERNEL), torch.from_numpy(correlate2d(IMAGE, KERNEL, mode="valid"))
    )
    torch.testing.assert_close(
        torchs(IMAGE, KERNEL.flip(0, 1)), torch.from_numpy(convolve2d(IMAGE, KERNEL, mode="valid"))
    )


@pytest.mark.parametrize("dilation", [1, 2])
def test_full_is_a_padding_of_the_effective_kernel_minus_one(dilation):
    spread = torch.zeros(dilation + 1, 2 * dilation + 1, dtype=torch.float64)
    spread[::dilation, ::dilation] = KERNEL
    padding = (spread.shape[0] - 1, spread.shape[1] - 1)
    torch.testing.assert_close(
        torchs(IMAGE, KERNEL, padding=padding, dilation=dilation),
        torch.from_numpy(correlate2d(IMAGE, spread, mode="full")),
    )


def test_same_keeps_the_size_and_pytorch_allows_it_at_stride_1_only():
    square = torch.ones(3, 3, dtype=torch.float64)
    same = torchs(IMAGE, square, padding="same")
    torch.testing.assert_close(same, torch.from_numpy(correlate2d(IMAGE, square, mode="same")))
    assert same.shape == IMAGE.shape
    with pytest.raises((RuntimeError, ValueError), match="strided"):
        torchs(IMAGE, square, padding="same", stride=2)


def test_the_axes_of_a_weight_are_filter_channel_row_column():
    assert nn.Conv2d(3, 8, (2, 5)).weight.shape == (8, 3, 2, 5)


def test_p_is_the_probability_to_drop_and_the_survivors_are_scaled_in_training():
    torch.manual_seed(0)
    dropout = nn.Dropout(0.2)
    dropped = dropout(torch.ones(100_000))
    assert 0.19 < (dropped == 0).double().mean() < 0.21
    assert set(dropped.unique().tolist()) == {0.0, 1.25}
    assert torch.equal(dropout.eval()(torch.ones(5)), torch.ones(5))


def test_weight_decay_is_half_the_sum_of_squares():
    weight = torch.tensor([3.0, -2.0], requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=1.0, weight_decay=0.1)
    (0 * weight).sum().backward()
    optimizer.step()
    penalty = torch.tensor([3.0, -2.0], requires_grad=True)
    (0.1 / 2 * penalty.square().sum()).backward()
    torch.testing.assert_close(weight.detach(), torch.tensor([3.0, -2.0]) - penalty.grad)


def test_glorots_bound_is_the_root_of_six_over_the_sum_of_the_fans():
    weight = nn.init.xavier_uniform_(torch.empty(400, 200))
    bound = (6 / 600) ** 0.5
    assert 0.99 * bound < weight.abs().max() <= bound
