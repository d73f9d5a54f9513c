"""What a network costs, against counts by hand."""

import pytest
import torch
from torch import nn

from cnncourse import arithmetic
from cnncourse.costs import Cost, cost
from cnncourse.models import LeNet

FLOAT = 4


def test_products_are_those_of_the_formula():
    layer = nn.Conv2d(3, 8, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
    expected = arithmetic.conv_multiplications(
        (1, 3, 9, 12), (8, 3, 3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)
    )
    assert cost(layer, (3, 9, 12)).products == expected
    depthwise = nn.Conv2d(6, 6, 3, padding=1, groups=6)
    assert cost(depthwise, (6, 5, 7)).products == 6 * 5 * 7 * 9
    assert cost(LeNet(32), (1, 32, 32)).products == 117_600 + 240_000 + 48_000 + 10_080 + 840


def test_attention_is_counted_with_its_two_products_of_tokens():
    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

        def forward(self, x):
            tokens = x.flatten(2).transpose(1, 2)
            return self.attention(tokens, tokens, tokens, need_weights=False)[0]

    tokens, width = 5 * 3, 8
    expected = 4 * tokens * width**2 + 2 * tokens**2 * width
    assert cost(Attention(), (8, 5, 3)).products == expected


def test_training_keeps_what_the_backward_pass_reads():
    image, maps = 3 * 6 * 5, 4 * 6 * 5
    convolution = nn.Conv2d(3, 4, 3, padding=1)
    assert cost(convolution, (3, 6, 5)).training == FLOAT * image
    # A ReLU keeps its result, once, although the next layer keeps it as well.
    two = nn.Sequential(convolution, nn.ReLU(), nn.Conv2d(4, 7, 1))
    assert cost(two, (3, 6, 5)).training == FLOAT * (image + maps)
    # Pooling keeps the place of each maximum too, in 8 bytes.
    pooled = nn.Sequential(convolution, nn.MaxPool2d(2))
    assert cost(pooled, (3, 6, 5)).training == FLOAT * (image + maps) + 8 * 4 * 3 * 2
    # The statistics of a batch are as many for two images as for three.
    normalized = nn.Sequential(convolution, nn.BatchNorm2d(4))
    assert cost(normalized, (3, 6, 5)).training == FLOAT * (image + maps)


def test_inference_holds_a_layers_input_and_output():
    layers = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 2, 1), nn.Conv2d(2, 2, 1))
    pixels = 7 * 4
    # The image itself stays, for the caller holds it.
    assert cost(layers, (3, 7, 4)).inference == FLOAT * pixels * (3 + 8 + 2)
    in_place = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(inplace=True))
    assert cost(in_place, (3, 7, 4)).inference == FLOAT * pixels * (3 + 8)


def test_parameters_count_nowhere_else_and_the_model_stays_as_it_was():
    dense = nn.Sequential(nn.Flatten(), nn.Linear(12, 1000), nn.Tanh()).double()
    assert cost(dense, (3, 2, 2)) == Cost(13_000, 12_000, 8 * (12 + 1000), 8 * (12 + 2 * 1000))
    model = nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4), nn.Dropout()).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    cost(model, (3, 5, 6))
    assert not any(layer.training for layer in model.modules())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_a_model_without_numbers_costs_the_same():
    with torch.device("meta"):
        empty = LeNet(32)
    assert cost(empty, (1, 32, 32)) == cost(LeNet(32), (1, 32, 32))


def test_an_image_that_does_not_fit_is_refused_by_the_layer():
    with pytest.raises(RuntimeError, match="channel"):
        cost(nn.Conv2d(3, 4, 3), (1, 8, 8))
