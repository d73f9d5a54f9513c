"""The figures' mathematics, run in Node, gives torch's numbers."""

import contextlib
import json
import random
import re
import runpy
from itertools import combinations, product
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from stored_lenet import stored_weights
from torch import nn
from traitlets import TraitError

from cnncourse import arithmetic, figures, models, normalization, operations, training
from cnncourse.data import digits
from cnncourse.figures import assemble


def integers(*shape, seed=0):
    """Random whole numbers as float64, so that equal means equal."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-4, 5, shape, generator=generator).double()


def assert_equal(actual, expected):
    """Same shapes and numbers, case by case."""
    assert len(actual) == len(expected) > 0
    for ours, torchs in zip(actual, expected, strict=True):
        assert ours.shape == torchs.shape
        assert torch.allclose(ours, torchs.double(), rtol=1e-12, atol=1e-9)


# Input size, kernel size, padding, stride, dilation: all that the figure can show.
GRID = [
    (I, K, P, S, D)
    for I, K, P, S, D in product(range(1, 11), range(1, 6), range(5), range(1, 5), range(1, 4))
]


def test_output_size_is_torchs_and_below_one_where_torch_refuses(javascript):
    sizes = javascript([("outputSize", *case) for case in GRID])
    for (I, K, P, S, D), size in zip(GRID, sizes, strict=True):
        if D * (K - 1) + 1 > I + 2 * P:
            assert size < 1
        else:
            torchs = F.conv1d(
                torch.zeros(1, 1, I), torch.zeros(1, 1, K), padding=P, stride=S, dilation=D
            )
            assert size == torchs.shape[2], (I, K, P, S, D)


def test_transposed_size_is_torchs(javascript):
    cases = [case for case in GRID if transposed_size(*case) > 0]
    sizes = javascript([("transposedSize", *case) for case in cases])
    for (I, K, P, S, D), size in zip(cases, sizes, strict=True):
        torchs = F.conv_transpose1d(
            torch.zeros(1, 1, I), torch.zeros(1, 1, K), padding=P, stride=S, dilation=D
        )
        assert size == torchs.shape[2], (I, K, P, S, D)


def transposed_size(I, K, P, S, D):
    return (I - 1) * S - 2 * P + D * (K - 1) + 1


def test_coverage_is_the_gradient_of_a_kernel_of_ones(javascript):
    cases = [(I, K, S, D) for I, K, P, S, D in GRID if P == 0 and D * (K - 1) < I]
    counts = javascript([("coverage", *case) for case in cases])
    for (I, K, S, D), ours in zip(cases, counts, strict=True):
        x = torch.zeros(1, 1, I, requires_grad=True)
        F.conv1d(x, torch.ones(1, 1, K), stride=S, dilation=D).sum().backward()
        assert ours == x.grad[0, 0].tolist(), (I, K, S, D)


def arithmetic_states():
    """States of ConvolutionArithmetic of every kind, most of them with all that it can show."""
    rng, found = random.Random(1), []
    description = figures.ConvolutionArithmetic.description
    while len(found) < 400:
        state = {
            trait: rng.choice(of["enum"])
            if "enum" in of
            else rng.randint(of["minimum"], of["maximum"])
            for trait, of in description.items()
            if trait not in ("step", "transposed")
        }
        state |= dict(transposed=rng.random() < 0.3, step=0)
        with contextlib.suppress(TraitError):
            found.append(figures.ConvolutionArithmetic(**state))
    return found


def test_line_of_pytorch_computes_what_the_figure_shows(javascript):
    shown = arithmetic_states()
    assert {(f.dimensions, f.padding_mode) for f in shown} == {
        *product((1, 2, 3), ("zeros", "circular", "causal"))
    }
    assert {f.groups for f in shown} == {1, 2, 4} and any(f.transposed for f in shown)
    states = [figure.state() for figure in shown]
    lines = javascript([("torchLine", state) for state in states])
    numbers = javascript([("arithmeticNumbers", state) for state in states])
    for figure, line, found in zip(shown, lines, numbers, strict=True):
        layer = eval(line, {"nn": nn}).double()
        x, weight = (found[name].squeeze() for name in ("x", "w"))
        (given,) = layer.parameters()
        shape = (figure.channels, *(figure.dimensions * [figure.input_size]))
        x, weight = x.reshape(1, *shape), weight.reshape(given.shape)
        if figure.transposed:  # the figure counts the products
            x, weight = torch.ones_like(x), torch.ones_like(weight)
        with torch.no_grad():
            given.copy_(weight)
            out = layer(x)[0]
        assert figure.module == line
        assert out.shape[1:] == figure.output_shape
        assert torch.equal(out, found["out"].reshape(out.shape)), line


# Images and kernels that are not square, even kernels, and settings that differ by axis.
SHAPES = [((1, 5, 7), (1, 1, 3, 3)), ((3, 6, 5), (4, 3, 2, 3)), ((2, 8, 6), (1, 2, 1, 4))]
SETTINGS = [
    dict(padding=P, stride=S, dilation=D)
    for P, S, D in product((0, 2, (1, 0)), (1, 3, (2, 1)), (1, 2, (1, 2)))
]


def fits(x, weight, padding, stride, dilation):
    axes = zip(x[1:], weight[2:], pair(padding), pair(dilation), strict=True)
    return all(d * (k - 1) < i + 2 * p for i, k, p, d in axes)


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def test_convolution_over_channels_filters_and_settings(javascript):
    cases = [
        (x, weight, settings)
        for (x, weight), settings in product(SHAPES, SETTINGS)
        if fits(x, weight, **settings)
    ]
    calls, expected = [], []
    for seed, (x, weight, settings) in enumerate(cases):
        x, weight = integers(*x, seed=seed), integers(*weight, seed=seed + 100)
        bias = integers(len(weight), seed=seed + 200)
        calls.append(("conv2d", x, weight, bias.tolist(), settings))
        expected.append(F.conv2d(x[None], weight, bias, **settings)[0])
    assert_equal(javascript(calls), expected)


def test_every_state_of_the_arithmetic_figure_has_torchs_numbers(javascript):
    cases = [case for case in GRID if case[2] + case[0] + case[2] > case[4] * (case[1] - 1)]
    calls, expected = [], []
    for I, K, P, S, D in cases:
        x, weight = integers(1, I, I + 1), integers(1, 1, K, K)
        calls.append(("conv2d", x, weight, None, dict(padding=P, stride=S, dilation=D)))
        expected.append(F.conv2d(x[None], weight, padding=P, stride=S, dilation=D)[0])
    assert_equal(javascript(calls), expected)


def test_transposed_convolution(javascript):
    calls, expected = [], []
    for ((C, H, W), (filters, _, M, N)), settings in product(SHAPES, SETTINGS):
        x, weight = integers(C, H, W), integers(C, filters, M, N)
        torchs = F.conv_transpose2d(x[None], weight, **settings)[0]
        calls.append(("convTranspose2d", x, weight, settings))
        expected.append(torchs)
    assert_equal(javascript(calls), expected)


def test_pooling_of_every_mode_size_and_stride(javascript):
    calls, expected = [], []
    for mode, size, stride, (H, W) in product(
        ("max", "average", "l2"), (1, 2, 3), (1, 2, 3), ((5, 8), (6, 3))
    ):
        x = integers(2, H, W, seed=len(calls))
        calls.append(("pool2d", x, size, dict(mode=mode, stride=stride)))
        torchs = {
            "max": F.max_pool2d(x, size, stride),
            "average": F.avg_pool2d(x, size, stride),
            "l2": (F.avg_pool2d(x**2, size, stride) * size**2).sqrt(),
        }
        expected.append(torchs[mode])
    assert_equal(javascript(calls), expected)


def test_counts_of_a_layer(javascript):
    cases = list(product((1, 3), (1, 2), (1, 3), (2, 3), (0, 1)))  # C, F, M, N, P
    calls, expected = [], []
    for C, filters, M, N, P in cases:
        layer = torch.nn.Conv2d(C, filters, (M, N), padding=P)
        rows, columns = layer(torch.zeros(1, C, 4, 5)).shape[2:]
        calls += [
            ("convParameters", C, filters, M, N),
            ("convMultiplications", C, filters, M, N, rows, columns),
        ]
        expected += [
            models.parameter_count(layer),
            arithmetic.conv_multiplications((1, C, 4, 5), (filters, C, M, N), padding=P),
        ]
    assert javascript(calls) == expected


def test_receptive_fields_are_those_of_the_library(javascript):
    stacks = [[], [(5, 1)], [(5, 1), (2, 2)], [(3, 2), (3, 2), (3, 3)], [(2, 3), (4, 1), (1, 2)]]
    fields = javascript([("receptiveField", stack) for stack in stacks])
    for stack, field in zip(stacks, fields, strict=True):
        assert field["size"] == arithmetic.receptive_field([(k, s, 1) for k, s in stack])
        assert field["step"] == torch.tensor([s for _, s in stack] + [1]).prod()


# LeNetLive


def test_weights_read_as_many_digits_as_the_page_says():
    weights, model = stored_weights()
    _, test = digits()
    right = int((training.predict(model, test) == test.labels).sum())
    # Another processor's sums can differ in the last bit, and a digit on the edge with them.
    assert weights["of"] == len(test) and abs(right - weights["right"]) <= 1
    assert right >= 0.975 * len(test)


def test_weights_are_light_and_say_where_they_come_from():
    text = assemble.read("lenet_weights")
    assert len(text) <= 170_000
    script = stored_weights()[0]["made"].removeprefix("python ")
    assert (assemble.STATIC.parents[2] / script).is_file()


def test_lenet_on_a_hundred_digits(javascript):
    weights, model = stored_weights()
    x = training.normalize(digits()[1].images[:100])
    stages = javascript([("lenet", image, "LENET_WEIGHTS") for image in x])
    with torch.no_grad():
        features = [F.conv2d(x, *list(model.features[0].parameters())).tanh()]
        features.append(model.features[2](features[-1]))
        features.append(model.features[3:5](features[-1]))
        features.append(model.features[5](features[-1]))
        probabilities = model(x).exp()
    names = "C1", "S2", "C3", "S4", "output"
    for name, expected in zip(names, [*features, probabilities], strict=True):
        ours = torch.stack([stage[name] for stage in stages])
        assert ours.shape == expected.shape
        assert torch.allclose(ours, expected.double(), atol=1e-4, rtol=0), name
    answers = "".join(str(stage["output"].argmax().item()) for stage in stages)
    assert answers == weights["unrounded"][:100], "rounding the weights changed an answer"


# GradCam


@pytest.mark.parametrize("layer, depth", [("C1", 2), ("C3", 5)])
def test_grad_cam_is_torchs_for_every_digit(javascript, layer, depth):
    """The gradient of each score by the maps of a layer, their weights and their sum."""
    _, model = stored_weights()
    model = model.double()
    images = training.normalize(digits()[1].images[:10]).double()
    stages = javascript([("lenet", image, "LENET_WEIGHTS") for image in images])
    calls = [("lenetBackward", stage, "LENET_WEIGHTS", k) for k, stage in enumerate(stages)]
    gradients = [found[layer] for found in javascript(calls)]
    cams = javascript(
        [("gradCam", stage[layer], g) for stage, g in zip(stages, gradients, strict=True)]
    )
    for k, (image, ours, cam) in enumerate(zip(images, gradients, cams, strict=True)):
        maps = model.features[:depth](image[None]).detach().requires_grad_()
        score = model.fc(model.features[depth:](maps).flatten(1))[0, k]
        (theirs,) = torch.autograd.grad(score, maps)
        assert torch.allclose(ours, theirs[0], atol=1e-9), k
        alpha = theirs.mean((2, 3), keepdim=True)
        assert torch.allclose(cam["alpha"], alpha.flatten(), atol=1e-9)
        assert torch.allclose(cam["weighted"], (alpha * maps)[0], atol=1e-9)
        assert torch.allclose(cam["sum"], (alpha * maps).sum(1), atol=1e-9)


def test_a_map_is_spread_from_the_centers_of_what_its_units_see(javascript):
    field = {"size": 14, "step": 2}  # unit r of C3 sees the rows from 2 r on, around 2 r + 6.5
    ramp = torch.arange(10.0)[None, :, None] - 2 * torch.arange(10.0)[None, None, :]
    (out,) = javascript([("spread", ramp, field, 32)])
    exact = (torch.arange(32.0).double() - 6.5) / 2
    place = exact.clamp(0, 9)
    inside = (exact - place).abs() <= 0.5
    assert inside.sum() == 20, "a step for each of ten units"
    expected = (place[:, None] - 2 * place[None, :]) * inside[:, None] * inside[None, :]
    assert torch.allclose(out[0], expected)
    (same,) = javascript([("spread", ramp[:, :3, :5], {"size": 1, "step": 1}, 5)])
    assert torch.equal(same[0, :3], ramp[0, :3, :5].double()) and not same[0, 3:].any()


def test_pen_is_read_like_a_scan(javascript):
    """A scan enlarged as the training data are, number for number."""
    _, test = digits()
    for image in test.images[:20]:
        scan = (image[:, 5:28:3, 5:28:3].double() * 16 / 255).round()
        (ours,) = javascript([("digitImage", scan)])
        assert torch.allclose(ours, training.normalize(image).double(), atol=1e-6)


def test_scan_does_not_depend_on_place_and_size(javascript):
    stroke = [
        32,
        25,
        41,
        17,
        52,
        16,
        62,
        22,
        66,
        32,
        62,
        42,
        48,
        49,
        61,
        53,
        69,
        63,
        66,
        76,
        54,
        84,
    ]
    small = [10 + value / 4 for value in stroke]
    large, tiny, dot, nothing = javascript(
        [("scan", [stroke]), ("scan", [small]), ("scan", [[50, 50]]), ("scan", [])]
    )
    assert torch.equal(large, tiny)
    assert large.max() == 16 and large[0, 0].any() and large[0, 7].any(), "fills the height"
    assert dot.sum() > 0 and nothing.sum() == 0


def test_images_move_and_are_padded_as_torch_does(javascript):
    x = integers(2, 5, 7)
    moves = list(product((-3, 0, 2), (-1, 0, 4)))
    assert_equal(
        javascript([("roll2d", x, down, right) for down, right in moves]),
        [x.roll((down, right), dims=(1, 2)) for down, right in moves],
    )
    assert_equal(
        javascript([("shift2d", x, down, right) for down, right in moves]),
        [F.pad(x, (right, -right, down, -down)) for down, right in moves],
    )
    assert_equal(
        javascript([("wrap2d", x, P) for P in (1, 2)]),
        [F.pad(x[None], (P, P, P, P), mode="circular")[0] for P in (1, 2)],
    )


def test_columns_are_torchs_unfold_and_their_product_is_the_convolution(javascript):
    cases = [
        (C, K, P, S, D)
        for C, K, P, S, D in product((1, 2), (1, 2, 3), (0, 1), (1, 2), (1, 2))
        if D * (K - 1) + 1 <= 4 + 2 * P
    ]
    settings = [dict(padding=P, stride=S, dilation=D) for _, _, P, S, D in cases]
    x = [integers(C, 4, 5, seed=seed) for seed, (C, *_) in enumerate(cases)]
    w = [integers(3, C * K * K, seed=seed) for seed, (C, K, *_) in enumerate(cases)]
    every = list(zip(x, w, cases, settings, strict=True))
    columns = javascript([("im2col", image, K, how) for image, _, (_, K, *_), how in every])
    assert_equal(
        columns, [F.unfold(image[None], K, **how)[0] for image, _, (_, K, *_), how in every]
    )
    assert_equal(
        javascript([("matmul", *factors) for factors in zip(w, columns, strict=True)]),
        [
            F.conv2d(image[None], weight.reshape(3, C, K, K), **how)[0].flatten(1)
            for image, weight, (C, K, *_), how in every
        ],
    )


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_masks_drop_with_probability_p_and_their_scaled_average_is_the_evaluation(javascript, p):
    units, weights = [0.8, 1.5, 0.4], [1, -0.5, 2]
    masks = torch.tensor(javascript([("dropoutMask", number, 3, p) for number in range(1, 2001)]))
    # Five standard deviations of 6,000 draws.
    assert abs(masks.double().mean() - (1 - p)) < 5 * (p * (1 - p) / masks.numel()) ** 0.5
    ours = torch.tensor(
        javascript(
            [("dropoutSum", units, weights, mask.tolist(), 1 / (1 - p)) for mask in masks[:50]]
        )
    )
    scaled = torch.tensor(units) * masks[:50] / (1 - p)
    assert torch.allclose(ours, F.linear(scaled, torch.tensor(weights)[None])[:, 0])
    every = torch.tensor(javascript([("dropoutMask", 7, 3, p) for _ in range(3)]))
    assert (every == every[0]).all(), "a number always gives the same mask"


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_gradients_of_two_units_are_autograds(javascript, activation):
    given = [
        dict(zip(("x", "t", "w1", "b1", "w2", "b2"), row, strict=True), activation=activation)
        for row in integers(40, 6).mul(0.5).tolist()
    ]
    for state, found in zip(given, javascript([("twoUnits", s) for s in given]), strict=True):
        leaf = {
            name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for name, value in state.items()
            if name != "activation"
        }
        a = leaf["w1"] * leaf["x"] + leaf["b1"]
        z = getattr(torch, activation)(a)
        y = leaf["w2"] * z + leaf["b2"]
        every = {**leaf, "a": a, "z": z, "y": y, "L": (y - leaf["t"]) ** 2}
        names = list(every)
        gradients = torch.autograd.grad(every["L"], every.values(), retain_graph=True)
        for name, gradient in zip(names, gradients, strict=True):
            assert found["values"][name] == pytest.approx(every[name].item())
            assert found["gradients"][name] == pytest.approx(gradient.item()), name
        goes_into = dict(w1=a, b1=a, a=z, z=y, w2=y, b2=y, y=every["L"])
        for name, result in goes_into.items():
            (slope,) = torch.autograd.grad(result, every[name], retain_graph=True)
            assert found["slopes"][name] == pytest.approx(slope.item()), name


@pytest.mark.parametrize("I, K", [(4, 1), (4, 4), (9, 3), (12, 2)])
def test_the_three_matrices_are_those_of_a_convolution_with_as_many_weights(javascript, I, K):
    dense, local, shared = javascript(
        [("layerMatrix", stage, I, K) for stage in ("dense", "local", "shared")]
    )
    kernel = torch.arange(1.0, K + 1)
    assert torch.equal(shared.float(), operations.correlation_matrix(kernel[None], 1, I))
    assert torch.equal(local > 0, shared > 0) and (dense > 0).all()
    counts = javascript([("weightCount", stage, I, K) for stage in ("dense", "local", "shared")])
    assert counts == [len(m[m > 0].unique()) for m in (dense, local, shared)]


# SharedMean

LETTERS = ["".join(chosen) for size in range(1, 5) for chosen in combinations("NCHW", size)]


@pytest.mark.parametrize("shape, groups", [((2, 4, 2, 3), 1), ((2, 4, 2, 3), 2), ((3, 6, 1, 2), 3)])
def test_entries_share_what_the_library_averages_over(javascript, shape, groups):
    x = integers(*shape)
    every = [letters for letters in LETTERS if groups == 1 or "C" in letters]
    sets = javascript([("sharing", shape, letters, groups) for letters in every])
    for letters, numbers in zip(every, sets, strict=True):
        place, flat = torch.tensor(numbers), x.flatten()
        ours = torch.empty_like(flat)
        for number in place.unique():
            entries = flat[place == number]
            deviation = (entries.var(correction=0) + 1e-5).sqrt()
            ours[place == number] = (entries - entries.mean()) / deviation
        expected = normalization.standardize(x, letters, groups)
        torch.testing.assert_close(ours.reshape(shape), expected)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_the_named_module_normalizes_so_and_python_names_the_same(javascript, groups):
    x = integers(2, 4, 2, 3).float()
    names = javascript([("normalization", letters, groups, 4) for letters in LETTERS])
    for letters, name in zip(LETTERS, names, strict=True):
        chosen = {axis.lower(): axis in letters for axis in "NCHW"}
        figure = figures.SharedMean(groups=groups, **chosen)
        assert (figure.module or "") == name
        (sets,) = javascript([("sharing", [2, 4, 2, 3], letters, groups)])
        if "C" in letters or groups == 1:
            assert figure.means == len(set(sets))
        if name:
            module = eval(name, {"nn": nn})
            shared = groups if "C" in letters else 1
            expected = normalization.standardize(x, letters, shared)
            torch.testing.assert_close(module(x), expected, rtol=1e-4, atol=1e-5)
    assert sum(map(bool, names)) == 3


# VarianceThroughDepth

TRACED = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "trace_depth.py"))
CURVES = {
    key: json.loads(curves)
    for key, curves in re.findall(
        r'"(\w+ \w+ \w+)":\s*(\[\[.*?\]\])', assemble.read("depth_curves"), re.S
    )
}


def test_there_is_a_curve_for_every_choice_and_depth():
    described = figures.VarianceThroughDepth.description
    choices = product(described["init"]["enum"], described["path"]["enum"], ("no", "yes"))
    assert CURVES.keys() == {" ".join(choice) for choice in choices}
    lengths = {len(curve) for curves in CURVES.values() for curve in curves}
    assert lengths == {described["blocks"]["maximum"] + 1}


@pytest.mark.parametrize("key", ["he residual no", "glorot plain yes"])
def test_stored_curves_are_what_torch_gives(key):
    init, path, normalized = key.split()
    again = TRACED["curve"](init, path, normalized == "yes")
    assert torch.tensor(again).sub(torch.tensor(CURVES[key])).abs().max() <= 2


def test_formula_follows_torch_where_there_is_one(javascript):
    for key, (entries, _) in CURVES.items():
        init, path, normalized = key.split()
        (formula,) = javascript([("meanSquares", init, path, normalized == "yes", 24)])
        if path == "residual":
            assert formula is None
            continue
        # Layers of 96 channels are not infinitely wide: a few percent in each block.
        distance = (torch.tensor(formula).log10() - torch.tensor(entries) / 100).abs()
        assert (distance <= 0.1 + 0.03 * torch.arange(25)).all(), (key, distance)
