"""The figures' scripts without a page, in Node: a fixture that calls their functions."""

import json
import math
import subprocess

import needs
import pytest
import torch

from cnncourse.figures import assemble

# Reads lines of calls [[name, arguments], …] and answers with a line of results. An argument
# "LENET_WEIGHTS" stands for the stored weights, decoded; {"number": "NaN"} for what JSON lacks.
PROGRAM = """
const weights = forward.lenetWeights(LENET_WEIGHTS);
const callable = { ...math, ...forward, repair, limits, arithmeticNumbers, torchLine,
  gradCam: backward.gradCam, lenetBackward: backward.lenet, spread: backward.spread,
  networkCosts, networkCode,
  describe: (name, description) => { descriptions[name] = description; return null; } };
const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
const revive = (key, value) => (value && typeof value.number === "string"
  ? Number(value.number) : value);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const results = JSON.parse(line, revive).map(([name, args]) =>
    callable[name](...args.map((value) => (value === "LENET_WEIGHTS" ? weights : value))));
  console.log(JSON.stringify(results, plain));
});
"""


SCRIPTS = (
    *("math", "state", "convolution_layer", "lenet_forward", "lenet_backward"),
    *("network_costs", "network_code", "lenet_weights"),
)


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    """A function that runs a list of calls (name, *arguments), all in one process.

    Callable are the functions of math.js, `repair` and `limits` of state.js, those of
    convolution_layer.js, lenet_forward.js and lenet_backward.js, those of the networks' costs and code, and
    `describe`, which sets the description that a figure's state follows.
    """
    program = tmp_path_factory.mktemp("script") / "program.js"
    program.write_text(assemble.read(*SCRIPTS) + PROGRAM, encoding="utf-8")
    process = subprocess.Popen(
        [needs.require("node"), program], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def run(calls):
        json_calls = [
            (name, [encode(argument) for argument in arguments]) for name, *arguments in calls
        ]
        process.stdin.write(json.dumps(json_calls, allow_nan=False) + "\n")
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
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value).replace("inf", "Infinity").replace("nan", "NaN")}
    if isinstance(value, dict):
        return {name: encode(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode(part) for part in value]
    return value


def decode(value):
    if isinstance(value, dict) and value.keys() == {"shape", "data"}:
        return torch.tensor(value["data"], dtype=torch.float64).reshape(value["shape"])
    if isinstance(value, dict):
        return {name: decode(part) for name, part in value.items()}
    return value
