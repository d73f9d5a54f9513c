"""Convolution five ways: loops, index arrays, our im2col, torch's unfold, torch's own.

The baseline is the index-array im2col known from the assignments of Stanford's CS231n: integer
arrays that hold, for each entry of the columns, its channel, row and column in the image.
The im2col step is measured by itself, beside its limit, a copy of the same columns, and then the
whole convolution with its bias; each with results in fresh memory, whose pages are counted in, and
in memory that is used again.

In reused memory the copy is out of reach where windows are narrow, since columns consist of short
runs. Microseconds an image on two cores of an AMD EPYC (Zen 5), each beside the other in one
process: the copy, a program in C that makes our two copies plane by plane, ours, F.unfold:

    6→16, 5×5 on 14×14    0.65   0.75   1.7    10
    64→64, 3×3 on 8×8     1.5    3.2    7.0    20

Of the 7.0, padding takes 1.0, the copy along the rows 3.3 and that along the columns 2.7, ten
nanoseconds for each run of 64 values. Slower were one copy (10) and a copy for each kernel position
(9); with the batch as the last index it is 4.9, but that is not the order of torch's columns. Only
C, in which a plane passes through all three in the first cache, could halve it.

Our convolution 64→64 on 8×8 in reused memory is 1.4 times as fast as F.unfold and a product where
no NumPy shares the process, and as fast (0.95 to 1.01) where index arrays do: not explained.

What of it runs on a GPU is measured there by `benchmarks/gpu.py`.
"""

import functools

import numpy as np
import torch
import torch.nn.functional as F

from benchmarks.measure import MEMORY, in_memory, interleave, peak_memory_mb, row
from cnncourse import arithmetic, operations

BATCH = 64
torch.set_num_threads(2)
LAYERS = {  # channels in and out, kernel size, image size, padding
    "3→6, 5×5 on 32×32": (3, 6, 5, 32, 0),  # LeNet's first layer on CIFAR-10
    "6→16, 5×5 on 14×14": (6, 16, 5, 14, 0),  # LeNet's second layer
    "64→64, 3×3 on 32×32": (64, 64, 3, 32, 1),
    "64→64, 3×3 on 8×8": (64, 64, 3, 8, 1),
}
LOOPS_LIMIT = 1e6  # multiplications for one image: more would take the loops minutes
BASELINE, OURS, LIMIT = "index arrays (NumPy)", "ours", "limit: a copy of the columns"
ON_CPU_ONLY = (BASELINE, "loops")  # NumPy knows no GPU, and a call for each number takes minutes
# The least ratios: of our im2col to its limit, to torch's and to index arrays; of our convolution.
TARGETS = {
    ("im2col", LIMIT): 0.8,
    ("im2col", "F.unfold"): 1.0,
    ("im2col", BASELINE): 2.0,
    ("convolution", "F.unfold + matmul"): 1.0,
    ("convolution", BASELINE): None,
}


def index_arrays(channels, size, kernel_size, padding):
    """Where each entry of the columns lies in the padded image: channel, row, column."""
    out = size + 2 * padding - kernel_size + 1
    tap_rows = np.tile(np.repeat(np.arange(kernel_size), kernel_size), channels)
    tap_columns = np.tile(np.arange(kernel_size), kernel_size * channels)
    k = np.repeat(np.arange(channels), kernel_size**2).reshape(-1, 1)
    i = tap_rows.reshape(-1, 1) + np.repeat(np.arange(out), out)
    j = tap_columns.reshape(-1, 1) + np.tile(np.arange(out), out)
    return k, i, j


def index_im2col(x, kernel_size, padding):
    """Columns (C·K·K, L·N) of NumPy images (N, C, H, W), the batch as the last index."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    k, i, j = index_arrays(x.shape[1], x.shape[2], kernel_size, padding)
    columns = padded[:, k, i, j]
    return columns.transpose(1, 2, 0).reshape(kernel_size**2 * x.shape[1], -1)


def index_conv2d(x, weight, bias, padding):
    kernel_size = weight.shape[2]
    out = x.shape[2] + 2 * padding - kernel_size + 1
    columns = index_im2col(x, kernel_size, padding)
    result = weight.reshape(len(weight), -1) @ columns + bias.reshape(-1, 1)
    return result.reshape(len(weight), out, out, len(x)).transpose(3, 0, 1, 2)


def unfold_conv2d(x, weight, bias, padding):
    out = x.shape[2] + 2 * padding - weight.shape[2] + 1
    columns = F.unfold(x, weight.shape[2:], padding=padding)
    return (weight.flatten(1) @ columns + bias[:, None]).unflatten(2, (out, out))


def competitors(step, layer, batch=BATCH, device="cpu"):
    """The functions to compare, by name, for `step` "im2col" or "convolution" of a layer.

    Those of `ON_CPU_ONLY` run there whatever the device.
    """
    channels, filters, kernel_size, size, padding = LAYERS[layer]
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(batch, channels, size, size, generator=generator)
    weight = torch.randn(filters, channels, kernel_size, kernel_size, generator=generator)
    bias = torch.randn(filters, generator=generator)
    x_, weight_, bias_ = (tensor.numpy() for tensor in (x, weight, bias))
    x, weight, bias = (tensor.to(device) for tensor in (x, weight, bias))
    if step == "im2col":
        columns = operations.im2col(x, kernel_size, padding=padding)
        return {
            LIMIT: columns.clone,
            BASELINE: lambda: index_im2col(x_, kernel_size, padding),
            OURS: lambda: operations.im2col(x, kernel_size, padding=padding),
            "F.unfold": lambda: F.unfold(x, kernel_size, padding=padding),
        }
    return {
        BASELINE: lambda: index_conv2d(x_, weight_, bias_, padding),
        "loops": lambda: operations.conv2d_loops(x[:1], weight, bias, padding=padding),
        OURS: lambda: operations.conv2d_im2col(x, weight, bias, padding=padding),
        "F.unfold + matmul": lambda: unfold_conv2d(x, weight, bias, padding),
        "F.conv2d": lambda: F.conv2d(x, weight, bias, padding=padding),
    }


def prepare(step, layer, name):
    """For `peak_memory_mb`: run it on one image, then return it for the batch."""
    competitors(step, layer, batch=1)[name]()
    return competitors(step, layer)[name]


def rows():
    for layer in LAYERS:
        check_that_all_agree(layer)
        for step in ("im2col", "convolution"):
            functions = competitors(step, layer)
            loops = functions.pop("loops", None)
            for kind in MEMORY:
                if times := in_memory(kind, measured, step, layer):
                    yield from _rows(step, layer, times, functions, kind)
            if loops and multiplications(layer) <= LOOPS_LIMIT:  # one image, few rounds
                times = interleave({BASELINE: functions[BASELINE], "loops": loops}, rounds=3)
                times = per_image(times, BATCH) | per_image({"loops": times["loops"]}, 1)
                yield _row(step, layer, times, "loops", "any memory", BASELINE)


def measured(step, layer):
    """Seconds of an image for all but the loops."""
    functions = competitors(step, layer)
    functions.pop("loops", None)
    return per_image(interleave(functions), BATCH)


def _rows(step, layer, times, names, kind):
    for name in names:
        if name != OURS:
            yield _row(step, layer, times, name, kind)
    for other in names:
        if (step, other) in TARGETS:
            yield _row(step, layer, times, OURS, kind, other)


def _row(step, layer, times, name, kind, ratio_to=None):
    return row(
        f"{step}, {layer}, {kind}",
        name,
        times,
        "µs/image",
        lambda seconds: 1e6 * seconds,
        ratio_to=ratio_to,
        target=TARGETS.get((step, ratio_to)) if name == OURS else None,
        peak_memory_mb=peak_mb(step, layer, name),
    )


@functools.cache
def peak_mb(step, layer, name):
    """Found in a process of its own, so it is the same in every row of a competitor."""
    return peak_memory_mb("benchmarks.convolution:prepare", step, layer, name)


def per_image(times, images):
    return {name: [seconds / images for seconds in measured] for name, measured in times.items()}


def multiplications(layer):
    """How many multiplications the layer takes for one image."""
    channels, filters, kernel_size, size, padding = LAYERS[layer]
    shapes = (1, channels, size, size), (filters, channels, kernel_size, kernel_size)
    return arithmetic.conv_multiplications(*shapes, padding=padding)


def check_that_all_agree(layer):
    """A fast wrong answer is no competitor: raise AssertionError."""
    functions = competitors("convolution", layer, batch=2)
    expected = functions["F.conv2d"]()
    for name in functions.keys() - {"loops"}:  # those are slow, and tested elsewhere
        actual = torch.as_tensor(functions[name]())
        torch.testing.assert_close(actual, expected, rtol=1e-3, atol=1e-3, msg=name)
