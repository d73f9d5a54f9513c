import pytest
import torch
from torch import nn

from cnncourse.data import Batches, digits
from cnncourse.models import (
    RBF,
    LeNet,
    LeNet5,
    LogPosterior,
    ResidualBlock,
    Subsampling,
    deep_network,
    digit_prototypes,
    parameter_count,
    summary,
)
from cnncourse.training import evaluate, fit, seed_everything


@pytest.mark.parametrize(
    "input_size, in_channels, num_classes, parameters",
    [
        (32, 1, 10, 61_706),
        (32, 3, 10, 62_006),
        (28, 1, 10, 44_426),  # maps of 4 × 4 enter the linear layers
        (33, 2, 7, 61_601),  # an odd size loses its last row and column
        (16, 1, 10, 15_626),  # the smallest: maps of 1 × 1
    ],
)
def test_lenet_has_the_slides_parameters_and_log_probabilities(
    input_size, in_channels, num_classes, parameters
):
    model = LeNet(input_size, in_channels, num_classes)
    out = model(torch.rand(3, in_channels, input_size, input_size))
    assert parameter_count(model) == parameters
    assert out.shape == (3, num_classes)
    torch.testing.assert_close(out.exp().sum(1), torch.ones(3))


def test_lenet_is_the_slides_network_layer_by_layer():
    layers = [*LeNet(32).features, *LeNet(32).fc]
    assert [type(layer) for layer in layers] == [
        nn.Conv2d,
        nn.Tanh,
        nn.AvgPool2d,
        nn.Conv2d,
        nn.Tanh,
        nn.MaxPool2d,
        nn.Linear,
        nn.Tanh,
        nn.Linear,
        nn.Tanh,
        nn.Linear,
    ]
    counts = [parameter_count(layer) for layer in layers if parameter_count(layer)]
    assert counts == [156, 2416, 48120, 10164, 850]


@pytest.mark.parametrize("input_size", [15, 5, 0])
def test_lenet_refuses_an_input_that_leaves_nothing_to_pool(input_size):
    with pytest.raises(ValueError, match=f"input_size is {input_size}.*at least 16"):
        LeNet(input_size)


def test_lenet5_has_the_papers_parameters_in_every_layer():
    model = LeNet5()
    counts = {
        name: parameter_count(getattr(model, name))
        for name in ("C1", "S2", "C3", "S4", "C5", "F6", "output")
    }
    assert counts == {
        "C1": 156,
        "S2": 12,
        "C3": 1516,
        "S4": 32,
        "C5": 48120,
        "F6": 10164,
        "output": 0,
    }
    assert parameter_count(model) == 60_000


# Typed from table I of the paper by columns, where the library has it by rows.
C3_INPUTS = [
    "012",
    "123",
    "234",
    "345",
    "045",
    "015",
    "0123",
    "1234",
    "2345",
    "0345",
    "0145",
    "0125",
    "0134",
    "1245",
    "0235",
    "012345",
]


@pytest.mark.parametrize("k", range(6))
def test_c3_sees_a_map_of_s2_exactly_where_the_table_says(k):
    layer = LeNet5().C3
    x = torch.rand(2, 6, 14, 14)
    changed = x.clone()
    changed[:, k] += 1
    differs = (layer(changed) != layer(x)).flatten(2).any(2).all(0)
    assert differs.tolist() == [str(k) in inputs for inputs in C3_INPUTS]


def test_c3_trains_every_kernel_it_has():
    layer = LeNet5().C3
    layer(torch.rand(1, 6, 14, 14)).sum().backward()
    assert (layer.weight.grad != 0).all() and layer.weight.shape == (60, 5, 5)


def test_subsampling_sums_each_window_and_drops_an_odd_edge():
    layer = Subsampling(2)
    with torch.no_grad():
        layer.coefficient.copy_(torch.tensor([2.0, -1.0]).view(2, 1, 1))
        layer.bias.copy_(torch.tensor([0.5, 0.0]).view(2, 1, 1))
    x = torch.arange(2 * 3 * 4.0).view(1, 2, 3, 4)
    assert layer(x).tolist() == [[[[20.5, 36.5]], [[-58.0, -66.0]]]]


def test_rbf_gives_squared_distances():
    prototypes = digit_prototypes()
    distances = RBF(prototypes)(prototypes)
    assert (distances.diagonal() == 0).all()
    # Each pixel that differs counts (1 - -1)² = 4.
    different = (prototypes[3] != prototypes[8]).sum()
    assert distances[3, 8] == 4 * different
    torch.testing.assert_close(RBF(prototypes)(torch.zeros(1, 84)), torch.full((1, 10), 84.0))


def test_no_two_digits_have_nearly_the_same_prototype():
    prototypes = digit_prototypes()
    assert prototypes.shape == (10, 84) and set(prototypes.unique().tolist()) == {-1.0, 1.0}
    distances = RBF(prototypes)(prototypes) + 1000 * torch.eye(10)
    assert distances.min() >= 4 * 10  # ten pixels


def test_lenet5_squashes_every_layer_but_the_output():
    # Weights this large saturate every unit, so each entry of F6 is ± 1.7159; only a sum of nearly
    # 0 would not, which the seed excludes.
    torch.manual_seed(0)
    model = LeNet5()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1e8)
    states = []
    model.squash.register_forward_hook(lambda layer, inputs, output: states.append(output))
    model(torch.rand(1, 1, 32, 32))
    assert [tuple(state.shape[1:]) for state in states] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
        (120, 1, 1),
        (84,),
    ]
    torch.testing.assert_close(states[-1].abs(), torch.full((1, 84), 1.7159))


def test_lenet5_starts_from_the_papers_distribution():
    model = LeNet5()
    fan_in_of_c3 = {0: 75, 6: 100, 15: 150}
    for column, fan_in in fan_in_of_c3.items():
        largest = model.C3.dense_weight()[column].abs().max()
        assert 0.8 * 2.4 / fan_in < largest <= 2.4 / fan_in
    assert 0.9 * 2.4 / 400 < model.C5.weight.abs().max() <= 2.4 / 400
    assert model.S4.coefficient.abs().max() <= 0.6


@pytest.mark.parametrize("shape", [(1, 1, 28, 28), (1, 3, 32, 32), (1, 32, 32), (2, 1, 36, 36)])
def test_lenet5_refuses_another_shape(shape):
    with pytest.raises(ValueError, match=r"reads .N, 1, 32, 32."):
        LeNet5()(torch.zeros(shape))


def test_the_map_criterion_is_equation_9():
    distances, labels = torch.tensor([[3.0, 1.0, 200.0], [4.0, 2.5, 0.0]]), torch.tensor([0, 2])
    expected = (
        distances[[0, 1], labels]
        + (torch.exp(torch.tensor(-2.0)) + torch.exp(-distances).sum(1)).log()
    ).mean()
    actual = nn.functional.nll_loss(LogPosterior(j=2.0)(distances), labels)
    torch.testing.assert_close(actual, expected)


def test_lenet5_learns_digits_by_equation_8():
    train, test = digits()
    seed_everything(0)
    model = LeNet5()
    optimizer = torch.optim.Adam(model.parameters(), 0.002)
    batches = Batches(train, 32, shuffle=True, mean=0.5, std=0.5)
    for _ in range(2):
        for x, labels in batches:
            optimizer.zero_grad()
            LeNet5.loss(model(x), labels).backward()
            optimizer.step()
    ((x, labels),) = Batches(test, len(test), mean=0.5, std=0.5)
    assert (model(x).argmin(1) == labels).float().mean() > 0.8


def test_lenet5_learns_digits_by_equation_9_like_any_other_network():
    train, test = digits()
    seed_everything(0)
    model = nn.Sequential(LeNet5(), LogPosterior())
    fit(model, train, epochs=2, batch_size=32, progress=False)
    assert evaluate(model, test).accuracy > 0.8


def test_summary_leaves_no_hook_and_no_changed_mode_behind():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(32, 4))
    mean = model[1].running_mean.clone()
    table = summary(model, (1, 6, 6))
    assert table.splitlines()[1].split() == ["0", "Conv2d", "2", "×", "4", "×", "4", "20"]
    assert table.splitlines()[-1].split() == ["total", "156"]
    assert torch.equal(model[1].running_mean, mean) and model.training
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize(
    "model, rows",
    [
        (nn.Sequential(nn.Flatten(), nn.Tanh()), ["0 Flatten 36 0", "1 Tanh 36 0", "total 0"]),
        (
            nn.Sequential(nn.BatchNorm2d(1, affine=False)).double(),
            ["0 BatchNorm2d 1 × 6 × 6 0", "total 0"],
        ),
        (nn.Sequential(nn.Conv2d(1, 2, 3)).bfloat16(), ["0 Conv2d 2 × 4 × 4 20", "total 20"]),
        (
            nn.Sequential(nn.Flatten(2), nn.LSTM(36, 4)),
            ["0 Flatten 1 × 36 0", "1 LSTM tuple 672", "total 672"],
        ),
    ],
    ids=["nothing to train", "buffers alone", "half precision", "several tensors"],
)
def test_summary_takes_any_network(model, rows):
    table = [" ".join(line.split()) for line in summary(model, (1, 6, 6)).splitlines()]
    assert table == ["layer kind output parameters", *rows]


# Residual blocks


@pytest.mark.parametrize("channels, stride", [((3, 3), 1), ((3, 5), 1), ((4, 6), 2), ((4, 4), 2)])
def test_residual_block_is_torchvisions(channels, stride):
    from torchvision.models.resnet import BasicBlock

    project = None
    if channels[0] != channels[1] or stride > 1:
        project = nn.Sequential(
            nn.Conv2d(*channels, 1, stride, bias=False), nn.BatchNorm2d(channels[1])
        )
    theirs, ours = BasicBlock(*channels, stride, project), ResidualBlock(*channels, stride)
    assert parameter_count(ours) == parameter_count(theirs)
    ours.load_state_dict(
        dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)), strict=True
    )
    x = torch.randn(2, channels[0], 7, 10)
    torch.testing.assert_close(ours(x), theirs(x))


def test_preactivation_leaves_the_path_free_and_the_original_form_does_not():
    x = torch.randn(2, 4, 5, 6)
    for preactivation in (True, False):
        block = ResidualBlock(4, 4, preactivation=preactivation)
        for layer in block.residual:
            if isinstance(layer, nn.Conv2d):
                nn.init.zeros_(layer.weight)
        assert torch.equal(block(x), x if preactivation else x.relu())


@pytest.mark.parametrize("options", [{}, {"preactivation": True}, {"norm": None}], ids=str)
def test_a_plain_block_has_the_same_parameters_and_no_shortcut(options):
    x = torch.randn(2, 4, 6, 5)
    residual, plain = (ResidualBlock(4, 4, residual=r, **options) for r in (True, False))
    plain.load_state_dict(residual.state_dict())
    expected = residual.residual(x)
    torch.testing.assert_close(plain(x), residual.last(expected))
    torch.testing.assert_close(residual(x), residual.last(expected + x))
    norms = sum(isinstance(layer, nn.BatchNorm2d) for layer in residual.modules())
    assert norms == (0 if options.get("norm", 1) is None else 2)


@pytest.mark.parametrize("preactivation", [True, False])
def test_deep_network_has_its_depth_and_gives_log_probabilities(preactivation):
    for depth in (1, 5, 9):
        model = deep_network(depth, 6, in_channels=3, preactivation=preactivation)
        assert sum(isinstance(layer, nn.Conv2d) for layer in model.modules()) == depth
        out = model(torch.rand(3, 3, 8, 11))
        torch.testing.assert_close(out.exp().sum(1), torch.ones(3))
    with pytest.raises(ValueError, match="depth is 4, but must be odd"):
        deep_network(4)
