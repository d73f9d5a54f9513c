"""Measure the accuracies behind the levels of the assignments that train: reference and linear.

    python tools/calibrate.py lenet_cifar10 --seeds 10 --source folder
    python tools/calibrate.py resnet --seeds 10 --source synthetic

Prints one line a seed and keeps them in tools/calibration.json, one entry for each assignment, kind
of images and device. Every level in the assignment's source must lie above all accuracies of the
linear classifier (the best of several learning rates, chosen on the held-out images themselves, so
that it is as strong as it can be) and below all of the reference's, with a margin:
tests/assignments/test_levels.py compares them.

With --epochs, the reference alone is trained on all training images, for so many epochs: what it
reaches at length, and in how many seconds of the clock, kept in book/measured/at_length.json. The
assignment's text quotes it (tests/assignments/test_levels.py compares). --bfloat16 lets products be
made of numbers of 16 bits meanwhile, which is faster where the processor has instructions for it.
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

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("calibration.json")
AT_LENGTH = ROOT / "book" / "measured" / "at_length.json"
NETWORKS = {"lenet_cifar10": "LeNetCIFAR10", "resnet": "SmallResNet"}  # by assignment
ANSWERS = ("setup", "prepare", "block", "network", "train", "predict")
LEARNING_RATES = (1e-4, 3e-4, 1e-3)
LINEAR_EPOCHS = 10


def cells(assignment):
    path = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def reference(assignment):
    """The names that the solution cells define."""
    names, sources = {}, cells(assignment)
    for cell in ANSWERS:
        exec(sources.get(cell, ""), names)
    return names


def graded(assignment):
    """What the first accuracy test states, the one place where it is kept: LEVELS and the like."""
    found = {}
    for statement in ast.parse(cells(assignment)["accuracy-above-linear"]).body:
        if isinstance(statement, ast.Assign):
            name = ast.unparse(statement.targets[0])
            if name.isupper():
                found[name] = ast.literal_eval(statement.value)
    return found


def levels(assignment):
    return graded(assignment)["LEVELS"]


def images_of(assignment, train):
    """The training images that the test trains on: all, or IMAGES of them."""
    if (count := graded(assignment).get("IMAGES")) is None:
        return train
    return train[torch.randperm(len(train), generator=torch.Generator().manual_seed(0))[:count]]


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


def reference_accuracy(assignment, names, train, test, seed, device, bfloat16=False, **options):
    """The reference's accuracy, and the seconds of the processor that its training took."""
    torch.manual_seed(1000 + seed)
    model, start = names[NETWORKS[assignment]]().to(device), time.process_time()
    # Without a cache: it would keep the weights of the first step for as long as the block lasts.
    with torch.autocast(device, torch.bfloat16, enabled=bfloat16, cache_enabled=False):
        names["train"](model, train.images, train.labels, seed=seed, **options)
    seconds = time.process_time() - start
    return accuracy(names["predict"], model, test), seconds


def machine(device):
    """The kind of machine, in words."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    names = [line.partition(": ")[2] for line in _lines("/proc/cpuinfo") if "model name" in line]
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}"


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def keep(run, table=TABLE, kind=("assignment", "device", "images")):
    """Write a run into a table, in place of an earlier one of the same kind."""
    runs = json.loads(table.read_text()) if table.exists() else []
    runs = [r for r in runs if [r[k] for k in kind] != [run[k] for k in kind]]
    runs = sorted([*runs, run], key=lambda r: [r[k] for k in kind])
    table.write_text(json.dumps(runs, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignment", choices=NETWORKS)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--source", default="auto", help="as of cnncourse.data.cifar10")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, help="of the reference, on all training images")
    parser.add_argument("--bfloat16", action="store_true", help="with --epochs: half as precise")
    options = parser.parse_args()
    os.nice(10)
    torch.set_num_threads(options.threads)
    warnings.simplefilter("ignore")

    name = options.assignment
    train, test = data.cifar10(source=options.source, allow_synthetic=True)
    kind = "stand-in" if isinstance(test, data.SyntheticImages) else "real"
    names = reference(name)
    if not options.epochs:
        train = images_of(name, train)
    run = {
        "assignment": name,
        "images": kind,
        "device": options.device,
        "machine": machine(options.device),
        "threads": options.threads,
        "torch": torch.__version__,
        "date": datetime.date.today().isoformat(),
        "training": len(train),
        "held_out": len(test),
        "reference": [],
    }
    if options.epochs:
        how = {"epochs": options.epochs, "bfloat16": options.bfloat16}
        run |= how | {"seconds": []}
        for seed in range(options.seeds):
            start = time.perf_counter()
            found, _ = reference_accuracy(name, names, train, test, seed, options.device, **how)
            run["reference"].append(round(found, 4))
            run["seconds"].append(round(time.perf_counter() - start))
            print(
                f"{name}, seed {seed}: {found:.2%} on {test.name} after {options.epochs} epochs, "
                f"{run['seconds'][-1]} s",
                flush=True,
            )
            keep(run, AT_LENGTH, ("assignment", "device", "images", "epochs", "bfloat16"))
        return
    run |= {"linear": [], "seconds": []}
    how = {"epochs": graded(name)["EPOCHS"]} if "EPOCHS" in graded(name) else {}
    print(
        f"{name}, {test.name}: {len(train):,} training, {len(test):,} held-out images; "
        f"levels {levels(name)[kind]}"
    )
    print("seed  reference   linear   seconds of the processor for the reference")
    for seed in range(options.seeds):
        found, seconds = reference_accuracy(name, names, train, test, seed, options.device, **how)
        run["reference"].append(round(found, 4))
        run["linear"].append(round(linear_accuracy(names, train, test, seed, options.device), 4))
        run["seconds"].append(round(seconds, 1))
        print(
            f"{seed:4}  {run['reference'][-1]:9.1%}  {run['linear'][-1]:7.1%}  {seconds:8.1f}",
            flush=True,
        )
        keep(run)
    print(
        f"lowest of the reference {min(run['reference']):.1%}, "
        f"highest of the linear classifier {max(run['linear']):.1%}"
    )


if __name__ == "__main__":
    main()
