"""Trace a signal and a gradient through stacks of blocks, for the figure VarianceThroughDepth.

    python tools/trace_depth.py

For every initialization and kind of block it writes 100 · log10 of two mean squares into
cnncourse/figures/static/depth_curves.js: of the entries after 0, 1, … blocks, and of the gradient
at the same places, where entries and the last gradient are drawn with mean square 1. Padding is
circular, so that no border takes part; the mean of the logarithms over some draws is kept. Takes
a minute of CPU time.
"""

import json
import math
import textwrap
from itertools import product
from pathlib import Path

import torch
from torch import nn

from cnncourse.models import ResidualBlock

TARGET = Path(__file__).resolve().parents[1] / "cnncourse/figures/static/depth_curves.js"
BLOCKS, WIDTH, SIDE, IMAGES, DRAWS = 24, 96, 4, 8, 4
INITS = {
    "torch": lambda weight: nn.init.kaiming_uniform_(weight, a=math.sqrt(5)),
    "glorot": nn.init.xavier_normal_,
    "he": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}
PATHS = {"plain": {"residual": False}, "residual": {}, "preactivation": {"preactivation": True}}
HEAD = """\
// 100 · log10 of mean squares after 0, 1, … blocks, [entries, gradient], traced with PyTorch by
// tools/trace_depth.py; the key is initialization, path and normalization.
/** @type {{ [key: string]: [number[], number[]] }} */
const DEPTH_CURVES = """


def stack(init, path, normalized):
    """The blocks of a stack, in double precision, in training mode."""
    blocks = []
    for _ in range(BLOCKS):
        norm = nn.BatchNorm2d if normalized else None
        block = ResidualBlock(WIDTH, WIDTH, norm=norm, **PATHS[path]).double()
        for layer in block.modules():
            if isinstance(layer, nn.Conv2d):
                layer.padding_mode = "circular"
                INITS[init](layer.weight)
        blocks.append(block)
    return blocks


def trace(init, path, normalized, seed):
    """log10 of the mean squares: of the entries, and of the gradient, after each block."""
    torch.manual_seed(seed)
    x = torch.randn(IMAGES, WIDTH, SIDE, SIDE, dtype=torch.float64).requires_grad_()
    places = [x]
    for block in stack(init, path, normalized):
        places.append(block(places[-1]))
    gradients = torch.autograd.grad(places[-1], places, torch.randn_like(places[-1]))
    return [
        [place.detach().square().mean().log10().item() for place in found]
        for found in (places, gradients)
    ]


def curve(init, path, normalized, draws=DRAWS):
    """[entries, gradient] as whole hundredths, means over the draws."""
    traces = torch.tensor([trace(init, path, normalized, seed) for seed in range(draws)])
    return (100 * traces.mean(0)).round().int().tolist()


def lines_of(curve):
    """The numbers of a curve, on lines that fit on a screen."""
    return textwrap.indent("\n".join(textwrap.wrap(json.dumps(curve), 96)), "    ")


def main():
    torch.set_num_threads(1)
    curves = {
        f"{init} {path} {'yes' if normalized else 'no'}": curve(init, path, normalized)
        for init, path, normalized in product(INITS, PATHS, (False, True))
    }
    lines = ",\n".join(f"  {json.dumps(key)}:\n{lines_of(curve)}" for key, curve in curves.items())
    TARGET.write_text(f"{HEAD}{{\n{lines},\n}};\n", encoding="utf-8")


if __name__ == "__main__":
    main()
