"""Measure how many images a second a machine trains, and store it as a row of a table.

    CNNCOURSE_DEVICE=cpu python tools/measure_devices.py
    CNNCOURSE_DEVICE=cuda python tools/measure_devices.py

Writes book/measured/devices.json, from which the chapter "Are CNNs worth it?" draws its table. The
row of the same machine and device is replaced, any other is added. After it, run `make refresh`,
for the chapter prints the table. Takes about half a minute on a core, less on a GPU.

A step is forward, backward and Adam on one batch that already lies on the device; reading images
is not counted. On a CPU one thread works and its processor time counts, which is the time of one
core that does nothing else: then it matters little who else uses the machine. On a GPU the time
of the clock counts, and convolutions may round to TF32, as PyTorch lets them by default; the row
says so. The fastest round is stored, and all rounds and the machine's load beside it.
"""

import argparse
import datetime
import json
import os
import time
from pathlib import Path

import torch
from torch import nn

from cnncourse import models, training

TARGET = Path(__file__).resolve().parents[1] / "book/measured/devices.json"
BATCH_SIZE, ROUNDS, LEAST_SECONDS = 128, 5, 0.5


def lenet():
    return models.LeNet(32, in_channels=3)


def resnet18():
    from torchvision.models import resnet18 as build  # torchvision takes seconds to import

    return nn.Sequential(build(weights=None, num_classes=10), nn.LogSoftmax(dim=1))


NETWORKS = {"LeNet": lenet, "ResNet-18": resnet18}


def rounds(build, device):
    """Images a second in each round; a round has as many steps as fill LEAST_SECONDS."""
    training.seed_everything(0)
    model = build().to(device)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(BATCH_SIZE, 3, 32, 32, generator=generator).to(device)
    labels = torch.randint(10, (BATCH_SIZE,), generator=generator).to(device)
    clock = time.process_time if device.type == "cpu" else time.perf_counter

    def wait():
        if device.type != "cpu":  # a GPU works on while Python goes on
            getattr(torch, device.type).synchronize()

    def seconds(steps):
        wait()
        start = clock()
        for _ in range(steps):
            training.step(model, x, labels, optimizer)
        wait()
        return clock() - start

    seconds(2)  # libraries start up, memory is taken
    steps = 1
    while seconds(steps) < LEAST_SECONDS:
        steps *= 2
    return [round(steps * BATCH_SIZE / seconds(steps)) for _ in range(ROUNDS)]


def load():
    """How many programs wanted to run just before, on average over a minute; None on Windows."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--machine",
        help="what the table calls it; by default the GPU's name, or the number of CPU cores",
    )
    parser.add_argument("--target", type=Path, default=TARGET, help="the table's file")
    options = parser.parse_args()
    device = training.device()
    default = f"one of {os.cpu_count()} CPU cores" if device.type == "cpu" else device.type
    if device.type == "cuda":
        default = torch.cuda.get_device_name()
    machine, target = options.machine or default, options.target
    torch.set_num_threads(1)

    row = {
        "date": datetime.date.today().isoformat(),
        "machine": machine,
        "device": device.type,
        "load": load(),
        "torch": torch.__version__.split("+")[0],
        "batch_size": BATCH_SIZE,
        "tf32": device.type == "cuda" and torch.backends.cudnn.allow_tf32,
        "images_per_second": {},
        "rounds": {},
    }
    for name, build in NETWORKS.items():
        row["rounds"][name] = found = rounds(build, device)
        row["images_per_second"][name] = max(found)
        print(f"{machine}: {name} {max(found):,} images/s, rounds {found}", flush=True)

    rows = json.loads(target.read_text(encoding="utf-8"))["rows"] if target.is_file() else []
    rows = [
        old for old in rows if (old["machine"], old["device"]) != (row["machine"], row["device"])
    ]
    table = {
        "images": "random, 3 × 32 × 32",
        "step": "forward, backward, Adam; float32",
        "seconds": "processor time of one thread on a CPU, else of the clock",
        "stored": "the fastest of the rounds",
        "rows": [*rows, row],
    }
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
