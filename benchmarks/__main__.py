"""Run every benchmark, print one table and write `_build/benchmarks.json`: make bench.

python -m benchmarks [MODULE …]     e.g. convolution; all of them by default
"""

import importlib
import json
import platform
import sys
from pathlib import Path

import torch

from benchmarks.measure import bandwidth, processor
from cnncourse.training import device

MODULES = ["convolution", "building", "figures", "pages", "training", "grading", "grading_costs"]
MODULES += ["term", "attacks"]
RESULT = Path(__file__).parents[1] / "_build" / "benchmarks.json"
HEADER = ["", "median", "quartiles", "unit", "× faster", "quartiles", "than", "memory", "target"]


def main(modules):
    rows = []
    for module in modules:
        for row in importlib.import_module(f"benchmarks.{module}").rows():
            rows.append({"module": module, **row})
            # At once, so that a run that is stopped has shown what it measured.
            found = f"{_number(row['median'])} {row['unit']}"
            print(f"{row['group']}: {row['name']} {found}", file=sys.stderr)
    name, caches = processor()
    machine = {
        "platform": platform.platform(),
        "processor": name,
        **caches,
        "copies at": f"{bandwidth() / 1e9:.1f} GB/s",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if device().type == "cuda" else device().type,
    }
    print_table(rows)
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1, ensure_ascii=False))
    print(f"Written to {RESULT}")


def print_table(rows):
    """One line a row, under a heading for each group."""
    order = list(dict.fromkeys(row["group"] for row in rows))
    rows = sorted(rows, key=lambda row: order.index(row["group"]))
    cells = [HEADER] + [_cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    group = None
    for line, row in zip(cells, [None, *rows], strict=True):
        if row and row["group"] != group:
            group = row["group"]
            print(f"\n{group}")
        first, *others = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join([first, *others]).rstrip())
    print()


def _cells(row):
    ratio, memory, target = row["ratio"], row["peak_memory_mb"], row["target"]
    return [
        "  " + row["name"],
        _number(row["median"]),
        _range(row["spread"]),
        row["unit"],
        "" if ratio is None else _ratio(ratio),
        "" if ratio is None else "–".join(map(_ratio, row["ratio_spread"])),
        row["ratio_to"] or "",
        "" if memory is None else f"{memory:.1f} MB",
        "" if target is None else f"≥ {target:g}: {'met' if row['met'] else 'MISSED'}",
    ]


def _range(spread):
    return "–".join(map(_number, spread))


def _ratio(value):
    return f"{value:.2f}" if value >= 0.01 else f"1/{1 / value:,.0f}"


def _number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main(sys.argv[1:] or MODULES)
