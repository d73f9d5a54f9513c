"""Convolution on the device that CNNCOURSE_DEVICE names, against torch's unfold; for a GPU.

No part of `make bench`: tools/on_gpu.sh runs it. Each call is timed until its result is there, and
there is no pause between calls, for no thread of a GPU spins on. On a CPU that shows no more than
that it runs.
"""

import torch

from benchmarks.convolution import BATCH, LAYERS, ON_CPU_ONLY, competitors, per_image
from benchmarks.measure import interleave, row
from cnncourse import training

BASELINES = {"im2col": "F.unfold", "convolution": "F.unfold + matmul"}


def rows():
    device = training.device()
    synchronize = getattr(torch, device.type).synchronize
    for layer in LAYERS:
        for step, baseline in BASELINES.items():
            waiting = {
                name: lambda call=call: (call(), synchronize())
                for name, call in competitors(step, layer, device=device).items()
                if name not in ON_CPU_ONLY
            }
            times = per_image(interleave(waiting, pause=0), BATCH)
            for name in waiting:
                ratio_to = None if name == baseline else baseline
                group = f"{step}, {layer}, {device.type}"
                yield row(group, name, times, "µs/image", lambda seconds: 1e6 * seconds, ratio_to)
