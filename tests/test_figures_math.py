"""The figures' mathematics, run in Node, gives torch's numbers."""

import json
import shutil
import subprocess
from itertools import product

import pytest
import torch
import torch.nn.functional as F

from cnncourse.figures import assemble

# Reads lines of calls [[name, arguments], …] and answers with a line of results.
PROGRAM = """
const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const results = JSON.parse(line).map(([name, args]) => math[name](...args));
  console.log(JSON.stringify(results, plain));
});
"""


@pytest.fixture(scope="module")
def javascript():
    """A function that runs a list of calls (name, *arguments) of math.js, all in one process."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("The figures' script is compared with torch in Node, which is not installed: "
                    "apt-get install nodejs")
    process = subprocess.Popen([node, "-e", assemble.read("math") + PROGRAM], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(calls):
        json_calls = [(name, [encode(argument) for argument in arguments])
                      for name, *arguments in calls]
        process.stdin.write(json.dumps(json_calls) + "\n")
        process.stdin.flush()
        results = process.stdout.readline()
        assert results, "the script failed; see Node's message"
        return [decode(result) for result in json.loads(results)]

    yield run
    process.stdin.close()
    process.wait()


def encode(value):
    if isinstance(value, torch.Tensor):
        return {"shape": value.shape, "data": value.flatten().tolist()}
    return value


def decode(value):
    if isinstance(value, dict) and value.keys() == {"shape", "data"}:
        return torch.tensor(value["data"], dtype=torch.float64).reshape(value["shape"])
    return value


def integers(*shape, seed=0):
    """Random whole numbers as float64, so that equal means equal."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-4, 5, shape, generator=generator).double()


def assert_equal(actual, expected):
    """Same shapes and numbers, case by case."""
    assert len(actual) == len(expected) > 0
    for ours, torchs in zip(actual, expected):
        assert ours.shape == torchs.shape
        assert torch.allclose(ours, torchs.double(), rtol=1e-12, atol=1e-9)


# Input size, kernel size, padding, stride, dilation: all that the figure can show.
GRID = [(I, K, P, S, D) for I, K, P, S, D in product(
    range(1, 11), range(1, 6), range(5), range(1, 5), range(1, 4))]


def test_output_size_is_torchs_and_below_one_where_torch_refuses(javascript):
    sizes = javascript([("outputSize", *case) for case in GRID])
    for (I, K, P, S, D), size in zip(GRID, sizes):
        if D * (K - 1) + 1 > I + 2 * P:
            assert size < 1
        else:
            torchs = F.conv1d(torch.zeros(1, 1, I), torch.zeros(1, 1, K), padding=P, stride=S,
                              dilation=D)
            assert size == torchs.shape[2], (I, K, P, S, D)


def test_transposed_size_is_torchs(javascript):
    cases = [case for case in GRID if transposed_size(*case) > 0]
    sizes = javascript([("transposedSize", *case) for case in cases])
    for (I, K, P, S, D), size in zip(cases, sizes):
        torchs = F.conv_transpose1d(torch.zeros(1, 1, I), torch.zeros(1, 1, K), padding=P,
                                    stride=S, dilation=D)
        assert size == torchs.shape[2], (I, K, P, S, D)


def transposed_size(I, K, P, S, D):
    return (I - 1) * S - 2 * P + D * (K - 1) + 1


def test_coverage_is_the_gradient_of_a_kernel_of_ones(javascript):
    cases = [(I, K, S, D) for I, K, P, S, D in GRID if P == 0 and D * (K - 1) < I]
    counts = javascript([("coverage", *case) for case in cases])
    for (I, K, S, D), ours in zip(cases, counts):
        x = torch.zeros(1, 1, I, requires_grad=True)
        F.conv1d(x, torch.ones(1, 1, K), stride=S, dilation=D).sum().backward()
        assert ours == x.grad[0, 0].tolist(), (I, K, S, D)


# Images and kernels that are not square, even kernels, and settings that differ by axis.
SHAPES = [((1, 5, 7), (1, 1, 3, 3)), ((3, 6, 5), (4, 3, 2, 3)), ((2, 8, 6), (1, 2, 1, 4))]
SETTINGS = [dict(padding=P, stride=S, dilation=D) for P, S, D in product(
    (0, 2, (1, 0)), (1, 3, (2, 1)), (1, 2, (1, 2)))]


def fits(x, weight, padding, stride, dilation):
    pair = lambda value: value if isinstance(value, tuple) else (value, value)
    return all(d * (k - 1) < i + 2 * p for i, k, p, d in zip(
        x[1:], weight[2:], pair(padding), pair(dilation)))


def test_convolution_over_channels_filters_and_settings(javascript):
    cases = [(x, weight, settings) for (x, weight), settings in product(SHAPES, SETTINGS)
             if fits(x, weight, **settings)]
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
