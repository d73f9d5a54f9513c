"""Measure the accuracies behind the levels of lenet_cifar10: reference and linear classifier.

    python tools/calibrate.py --seeds 10 --source folder
    python tools/calibrate.py --seeds 10 --source synthetic

Prints one line a seed and keeps them in tools/calibration.json, one entry for each kind of images
and device. Every level in the assignment's source must lie above all accuracies of the linear
classifier (the best of several learning rates, chosen on the held-out images themselves, so that it
is as strong as it can be) and below all of the reference's, with a margin: tests/test_levels.py
compares them.
"""

import argparse
import ast
import datetime
import json
import os
import platform
import time
import warnings
from pathlib import Path

import nbformat
import torch
import torch.nn.functional as F
from torch import nn

from cnncourse import data

SOURCE = Path(__file__).parents[1] / "solutions/lenet_cifar10/lenet_cifar10.ipynb"
TABLE = Path(__file__).with_name("calibration.json")
LEARNING_RATES = (1e-4, 3e-4, 1e-3)
LINEAR_EPOCHS = 10


def cells():
    return {cell.id: cell.source for cell in nbformat.read(SOURCE, as_version=4).cells}


def reference():
    """The names that the solution cells define."""
    names = {"torch": torch, "nn": nn, "F": F}
    for cell in ("prepare", "network", "train", "predict"):
        exec(cells()[cell], names)
    return names


def levels():
    """LEVELS as the first accuracy test states them: the one place where they are kept."""
    for statement in ast.parse(cells()["accuracy-above-linear"]).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "LEVELS":
            return ast.literal_eval(statement.value)
    raise ValueError("the cell accuracy-above-linear assigns no LEVELS")


def accuracy(predict, model, images):
    return (predict(model, images.images) == images.labels).float().mean().item()


def linear_accuracy(names, train, test, seed, device):
    """The best softmax regression of several learning rates, each with a falling rate."""
    best = 0.0
    for rate in LEARNING_RATES:
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 10), nn.LogSoftmax(dim=1))
        model.to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, LINEAR_EPOCHS)
        for _ in range(LINEAR_EPOCHS):
            for chosen in torch.randperm(len(train)).split(128):
                x = names["prepare"](train.images[chosen]).to(device)
                loss = F.nll_loss(model(x), train.labels[chosen].to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            schedule.step()
        best = max(best, accuracy(names["predict"], model, test))
    return best


def machine(device):
    """The kind of machine, in words."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    names = [line.partition(": ")[2] for line in _lines("/proc/cpuinfo") if "model name" in line]
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}"


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def keep(run):
    """Write a run into the table, in place of an earlier one on the same images and device."""
    runs = json.loads(TABLE.read_text()) if TABLE.exists() else []
    runs = [r for r in runs if (r["images"], r["device"]) != (run["images"], run["device"])]
    runs = sorted([*runs, run], key=lambda r: (r["device"], r["images"]))
    TABLE.write_text(json.dumps(runs, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--source", default="auto", help="as of cnncourse.data.cifar10")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    os.nice(10)
    torch.set_num_threads(options.threads)
    warnings.simplefilter("ignore")

    train, test = data.cifar10(source=options.source, allow_synthetic=True)
    kind = "stand-in" if isinstance(test, data.SyntheticImages) else "real"
    print(
        f"{test.name}: {len(train):,} training, {len(test):,} held-out images; "
        f"levels {levels()[kind]}"
    )
    print("seed  reference   linear   seconds of reference training")
    names = reference()
    run = {
        "images": kind,
        "device": options.device,
        "machine": machine(options.device),
        "threads": options.threads,
        "torch": torch.__version__,
        "date": datetime.date.today().isoformat(),
        "training": len(train),
        "held_out": len(test),
        "reference": [],
        "linear": [],
        "seconds": [],
    }
    for seed in range(options.seeds):
        torch.manual_seed(1000 + seed)
        model, start = names["LeNetCIFAR10"]().to(options.device), time.perf_counter()
        names["train"](model, train.images, train.labels, seed=seed)
        run["seconds"].append(round(time.perf_counter() - start, 1))
        run["reference"].append(round(accuracy(names["predict"], model, test), 4))
        run["linear"].append(round(linear_accuracy(names, train, test, seed, options.device), 4))
        print(
            f"{seed:4}  {run['reference'][-1]:9.1%}  {run['linear'][-1]:7.1%}  "
            f"{run['seconds'][-1]:8.1f}",
            flush=True,
        )
        keep(run)
    print(
        f"lowest of the reference {min(run['reference']):.1%}, "
        f"highest of the linear classifier {max(run['linear']):.1%}"
    )


if __name__ == "__main__":
    main()
