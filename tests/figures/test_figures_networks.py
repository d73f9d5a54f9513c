"""What NetworkBuilder says of a network is what torch finds for the code that it prints."""

import random

import pytest
import torch
from torch import nn

from cnncourse import arithmetic, figures
from cnncourse.costs import cost
from cnncourse.figures.network_builder import BLOCKS

DRAWN = random.Random(0)
NETWORKS = [
    *((32, 16, [kind]) for kind in BLOCKS),
    (64, 8, []),
    (224, 8, ["pool", "inverted", "pool", "widen", "bottleneck", "dense", "dense"]),
    (32, 8, ["narrow"] * 4 + ["bottleneck", "inverted", "widen"]),  # one map alone
    *((32, 8, DRAWN.choices(BLOCKS, k=6)) for _ in range(12)),
]


def found(javascript, image, width, blocks):
    """Costs and code, and the model that the code makes."""
    (costs,) = javascript([("networkCosts", image, width, blocks)])
    (code,) = javascript([("networkCode", costs["rows"], width)])
    names = {}
    exec(compile(code, "NetworkBuilder", "exec"), names)
    return costs, names["model"]


@pytest.mark.parametrize("image, width, blocks", NETWORKS, ids=lambda value: str(value))
def test_prices_are_those_of_the_printed_code(javascript, image, width, blocks):
    costs, model = found(javascript, image, width, blocks)
    torchs = cost(model, (3, image, image))
    for ours, theirs in (("parameters", "parameters"), ("products", "products")):
        assert costs[ours] == getattr(torchs, theirs), ours
    assert costs["memory"] == torchs.training
    assert costs["memory"] == sum(row["memory"] for row in costs["rows"])


def test_maps_and_what_a_unit_sees_are_torchs(javascript):
    blocks = ["pool", "residual", "widen", "pool", "separable", "dense"]
    costs, model = found(javascript, 64, 8, blocks)  # larger than what a unit sees
    rows = costs["rows"]
    last = rows[-2]
    # A mean sees what a maximum sees, and lets the gradient through to all of it.
    layers = [nn.AvgPool2d(2) if isinstance(m, nn.MaxPool2d) else m for m in model.children()]
    body = nn.Sequential(*layers[:-4]).eval()
    for layer in body.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.constant_(layer.weight, 0.01)
    x = torch.ones(1, 3, 64, 64, requires_grad=True)
    out = body(x)
    assert out.shape[1:] == (last["channels"], last["side"], last["side"])
    middle = last["side"] // 2
    (seen,) = torch.autograd.grad(out[0, :, middle, middle].sum(), x)
    assert int((seen[0, 0].abs().sum(0) > 0).sum()) == last["field"]
    path = [(3, 1, 1), (2, 2, 1), (3, 1, 1), (3, 1, 1), (1, 1, 1), (2, 2, 1), (3, 1, 1)]
    assert last["field"] == arithmetic.receptive_field([*path, (3, 1, 1)])
    assert figures.NetworkBuilder(blocks=blocks).convolutions == sum(
        isinstance(layer, nn.Conv2d) for layer in model.modules()
    )


def test_a_pooling_of_one_pixel_ends_the_network(javascript):
    costs, model = found(javascript, 32, 8, ["pool"] * 6 + ["conv"])
    assert costs["ended"] == 5 and costs["rows"][-2]["side"] == 1
    assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
    costs, _ = found(javascript, 32, 8, ["pool"] * 5 + ["conv"])
    assert costs["ended"] == -1
