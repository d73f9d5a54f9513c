"""Compare competitors side by side: rounds that visit each in turn, medians, ratios per round.

A machine that others use too slows everybody down at times. Competitors measured one after the
other in the same round meet the same machine, so the ratio of a round means something where a
ratio of two separate measurements may not.
"""

import ctypes
import importlib
import json
import multiprocessing
import platform
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cnncourse.memory import MMAP_THRESHOLD, TRIM_THRESHOLD

# NumPy's OpenBLAS spins the longest: for 2^28 ticks of the processor's clock, a tenth of a second.
PAUSE_SECONDS = 0.2
MMAP_MAX = -4  # of glibc's mallopt: how many blocks may be mapped each on its own
MEMORY = {
    "fresh memory": {MMAP_THRESHOLD: 1 << 16, MMAP_MAX: 1 << 16, TRIM_THRESHOLD: 1 << 17},
    "reused memory": {MMAP_MAX: 0, TRIM_THRESHOLD: (1 << 31) - 1},
}
CLEAR_REFS, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


def interleave(competitors, rounds=11, least_seconds=0.05, pause=PAUSE_SECONDS):
    """Time zero-argument functions: {name: function} to {name: seconds of one call, per round}.

    A round calls every competitor, in an order that is drawn anew, each often enough to last
    `least_seconds`. One round to warm up is not counted. There is a `pause` before each, since a
    library's threads go on spinning after its work and would slow down whoever comes next; and
    nobody always comes after the same one.
    """
    calls = {name: 1 + int(least_seconds / _seconds(f)) for name, f in competitors.items()}
    times, order = {name: [] for name in competitors}, list(competitors)
    drawn = random.Random(0)
    for _ in range(1 + rounds):
        drawn.shuffle(order)
        for name in order:
            time.sleep(pause)
            times[name].append(_seconds(competitors[name], calls[name]))
    return {name: measured[1:] for name, measured in times.items()}


def _seconds(function, calls=1):
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def in_memory(kind, function, *arguments):
    """What a function finds where results are written to "fresh memory", mapped page by page, or
    to "reused memory".

    A result of some megabytes lands in one or the other by the mood of the allocator, and a page
    that is written for the first time takes longer than what is written to it. What is chosen here
    holds for PyTorch and NumPy, with glibc alone: None where it cannot be. The function runs in a
    process of its own, since one that had been told otherwise, or nothing, has kept memory that it
    would use again.
    """
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        return None
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, _choose_memory, (kind,)) as process:
        return process.submit(function, *arguments).result()


def _choose_memory(kind):
    for setting in MEMORY[kind].items():
        ctypes.CDLL(None).mallopt(*setting)


def bandwidth():
    """Bytes that a copy reads and writes in a second: far more than any cache, in reused memory."""
    import torch

    source = torch.ones(1 << 26)
    target = source.clone()
    (times,) = interleave({"copy": lambda: target.copy_(source)}, rounds=5).values()
    return 2 * source.nbytes / statistics.median(times)


def processor():
    """(name, {cache: its size}), as Linux tells them."""
    about, caches = Path("/proc/cpuinfo"), Path("/sys/devices/system/cpu/cpu0/cache")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    sizes = {}
    for folder in sorted(caches.glob("index*")):
        kind, level, size = (
            (folder / name).read_text().strip() for name in ("type", "level", "size")
        )
        if kind != "Instruction":
            sizes[f"L{level}"] = size
    return names[0] if names else platform.processor(), sizes


def quartiles(values):
    """Median and spread of some numbers: (median, (lower quartile, upper quartile)).

    >>> quartiles([5, 1, 2, 3, 4])
    (3.0, (2.0, 4.0))
    """
    values = list(values)
    if len(values) < 2:
        return float(values[0]), (float(values[0]),) * 2
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return median, (low, high)


def row(group, name, times, unit, convert, ratio_to=None, target=None, peak_memory_mb=None):
    """One row of the table, of the competitor `name` among those that `interleave` timed.

    `convert` turns seconds into `unit`. The ratio says how many times faster than `ratio_to` it
    is: the median over the rounds; the target, if any, is the least such ratio.

    >>> times = {"slow": [4.0, 8.0], "fast": [1.0, 4.0]}
    >>> made = row("a group", "fast", times, "ms", lambda seconds: 1000 * seconds, "slow", 2)
    >>> made["median"], made["ratio"], made["met"]
    (2500.0, 3.0, True)
    """
    median, spread = quartiles(map(convert, times[name]))
    ratio = ratio_spread = None
    if ratio_to is not None:
        pairs = zip(times[ratio_to], times[name], strict=True)
        ratio, ratio_spread = quartiles(b / t for b, t in pairs)
    return {
        "group": group,
        "name": name,
        "median": median,
        "unit": unit,
        "spread": spread,
        "ratio": ratio,
        "ratio_spread": ratio_spread,
        "ratio_to": ratio_to,
        "peak_memory_mb": peak_memory_mb,
        "target": target,
        "met": None if target is None else ratio >= target,
    }


def limit_row(group, name, values, unit, most=None):
    """One row of the table, of values whose median must not exceed `most`, if that is given.

    >>> made = limit_row("a group", "a page", [3.0, 1.0, 2.0], "s", most=4)
    >>> made["median"], made["ratio"], made["met"]
    (2.0, 2.0, True)
    """
    median, spread = quartiles(values)
    above, below = (most and most / value if value else None for value in spread)
    known = most is not None and None not in (above, below)
    return {
        "group": group,
        "name": name,
        "median": median,
        "unit": unit,
        "spread": spread,
        "ratio": most / median if known else None,
        "ratio_spread": (below, above) if known else None,
        "ratio_to": f"{most:.3g} {unit}" if known else None,
        "peak_memory_mb": None,
        "target": None if most is None else 1,
        "met": None if most is None else median <= most,
    }


def peak_memory_mb(prepare, *arguments):
    """Peak memory of one call in a fresh process, in MB above what the process held before it.

    `prepare` is "module:function"; called with the arguments there, it makes the inputs, runs
    the code once on a small one (so that no library is loaded later) and returns the function to
    measure. The kernel's own high-water mark (VmHWM) is reset before the call, which only Linux
    can do: elsewhere the result is None. Memory on a GPU is not counted.
    """
    if not CLEAR_REFS.exists():
        return None
    command = [sys.executable, "-m", "benchmarks.measure", prepare, json.dumps(arguments)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _print_peak_memory(prepare, arguments):
    module, name = prepare.split(":")
    function = getattr(importlib.import_module(module), name)(*json.loads(arguments))
    CLEAR_REFS.write_text("5")  # resets VmHWM to the present use
    before = _kilobytes("VmRSS")
    result = function()
    print(max(0, _kilobytes("VmHWM") - before) / 1000)
    del result  # lives until here: an output counts as memory too


def _kilobytes(field):
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1])


if __name__ == "__main__":
    _print_peak_memory(*sys.argv[1:])
