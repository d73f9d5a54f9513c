"""Measure what the chapter "A race on two cores" tells: the race, and what each choice buys.

    python tools/measure_race.py --machine "2 CPU cores" [--only record changes …]

Seconds are those of the clock, with two threads, while the networks train: measure on a machine
that does nothing else. The record runs with three seeds to each goal, each change of it with three
seeds and a schedule of four epochs; the tutorial's loop, and a ResNet-18 as people train it, once,
for as long as MOST allows. All laps are stored in book/measured/race.json, from which the chapter
reads them; a run that is stored already is not repeated. Takes about half an hour.
"""

import argparse
import datetime
import json
import math
import statistics
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision.models import resnet18
from torchvision.transforms import v2

from cnncourse import data, race, record

TARGET = Path(__file__).resolve().parents[1] / "book/measured/race.json"
GOALS, SEEDS = (0.6, 0.7, 0.8, 0.85), (0, 1, 2)
EPOCHS = 4  # of the schedule in which the changes are tried
LAP = 50  # batches of ResNet-18, far less than an epoch in the time it has
MOST = {"tutorial": 180, "resnet18": 300}  # seconds of training


class Examples(torch.utils.data.Dataset):
    """Images one by one, each put through transforms, as PyTorch's tutorial reads them."""

    def __init__(self, images, *changes):
        self.images, self.change = images, v2.Compose([*changes, v2.ToDtype(torch.float32, True)])

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.change(self.images.images[index])
        return (image - 0.5) / 0.5, int(self.images.labels[index])


def loop(network, loader, optimizer, schedule=None, every=10**9):
    """The loop of the tutorial; shows the network after each epoch, and each `every` batches."""
    while True:
        for number, (x, labels) in enumerate(loader, 1):
            network.train()
            optimizer.zero_grad()
            F.cross_entropy(network(x), labels).backward()
            optimizer.step()
            if number % every == 0:
                yield network
        if schedule:
            schedule.step()
        yield network


def tutorial(train, goal, seed):
    """ "Training a classifier": its network, batches of 4, plain SGD, two workers."""
    torch.manual_seed(seed)
    pooled = [nn.ReLU(), nn.MaxPool2d(2)]
    head = [nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]
    network = nn.Sequential(
        *(nn.Conv2d(3, 6, 5), *pooled, nn.Conv2d(6, 16, 5), *pooled, nn.Flatten(), *head)
    )
    loader = DataLoader(Examples(train), batch_size=4, shuffle=True, num_workers=2)
    yield from loop(network, loader, torch.optim.SGD(network.parameters(), 0.001, momentum=0.9))


def resnet(train, goal, seed):
    """ResNet-18 as it is widely trained on CIFAR-10: a stem of 3 × 3, 200 epochs, a cosine."""
    torch.manual_seed(seed)
    network = resnet18(num_classes=10)
    network.conv1, network.maxpool = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.Identity()
    changes = v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip()
    loader = DataLoader(Examples(train, *changes), batch_size=128, shuffle=True, num_workers=2)
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 200)
    yield from loop(network, loader, optimizer, schedule, every=LAP)


class FullSize(record.Network):
    """The record with a first layer that keeps 32 × 32 and is pooled afterward."""

    def __init__(self, dtype=torch.float32):
        super().__init__(dtype)
        self.first = self.layers[0] = nn.Conv2d(3, 32, 3, padding=1, bias=False)
        self.layers[2] = nn.Sequential(nn.ReLU(inplace=True), nn.MaxPool2d(2))
        self.to(memory_format=torch.channels_last)


class Unmirrored(record.Network):
    def forward(self, x):
        with mock.patch.object(self, "training", True):
            return super().forward(x)


def constant(optimizer, rate):
    """A schedule that keeps half of the rate, about the mean of the other one."""
    return torch.optim.lr_scheduler.ConstantLR(optimizer, 0.5, math.inf)


replaced = mock.patch.object
CHANGES = {
    "nothing changed": [],
    "float32 instead of bfloat16": [replaced(record, "faster", lambda x: torch.float32)],
    "a first layer at 32 × 32": [replaced(record, "Network", FullSize)],
    "a first layer from random numbers": [replaced(record, "whiten", lambda layer, x: None)],
    "a constant learning rate": [replaced(torch.optim.lr_scheduler, "LambdaLR", constant)],
    "no smoothing of labels": [replaced(record, "SMOOTHING", 0.0)],
    "neither flips nor shifts": [replaced(record, "OFTEN", math.inf)],
    "no mirror image when tried": [replaced(record, "Network", Unmirrored)],
    "batches of 512": [replaced(record, "BATCH", 512)],
}


def stored():
    empty = {"runs": [], "changes": [], "unchanged": []}
    return json.loads(TARGET.read_text("utf-8")) if TARGET.exists() else empty


def store(table):
    TARGET.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measured(entry, train, test, goal, seed, most=1800):
    found = race.laps(entry, train, test, goal, seed, most)
    return [[round(lap.seconds, 1), round(lap.accuracy, 4)] for lap in found]


def rate(entry, table):
    """Images a second: a lap is an epoch, but ResNet-18's are so many batches."""
    images = LAP * 128 if entry == "resnet18" else table["images"]["train"]
    laps = [run["laps"] for run in table["runs"] if run["entry"] == entry]
    return round(statistics.median(images * len(all_) / all_[-1][0] for all_ in laps), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--machine", default="not stated")
    kinds = ("record", "changes", "tutorial", "resnet18", "unchanged")
    parser.add_argument("--only", nargs="+", choices=kinds, default=kinds)
    options = parser.parse_args()
    torch.set_num_threads(2)
    train, test = data.cifar10(download=False)
    table = stored()
    table |= {
        "date": datetime.date.today().isoformat(),
        "machine": options.machine,
        "torch": torch.__version__.partition("+")[0],
        "threads": 2,
        "images": {"train": len(train), "held out": race.HELD_OUT},
    }
    wanted = [("record", record.compete, goal, seed) for seed in SEEDS for goal in GOALS]
    wanted += [("tutorial", tutorial, 1.0, 0), ("resnet18", resnet, 1.0, 0)]
    done = {(run["entry"], run["goal"], run["seed"]) for run in table["runs"]}
    for name, entry, goal, seed in wanted:
        if name in options.only and (name, goal, seed) not in done:
            laps = measured(entry, train, test, goal, seed, MOST.get(name, 1800))
            table["runs"].append({"entry": name, "goal": goal, "seed": seed, "laps": laps})
            store(table)
            print(name, goal, seed, laps[-1], flush=True)
    table["rates"] = {run["entry"]: rate(run["entry"], table) for run in table["runs"]}
    store(table)
    done = {(run["change"], run["seed"]) for run in table["changes"]}
    for seed in SEEDS if "changes" in options.only else ():
        for change, patches in CHANGES.items():
            if (change, seed) in done:
                continue
            with ExitStack() as changed:
                changed.enter_context(replaced(record, "EPOCHS", {1.0: EPOCHS}))
                for patch in patches:
                    changed.enter_context(patch)
                laps = measured(record.compete, train, test, 1.0, seed)
            key = change.replace(" × ", "x").replace(" ", "-")
            table["changes"].append({"change": change, "key": key, "seed": seed, "laps": laps})
            store(table)
            print(change, seed, laps[-1], flush=True)
    # Over the record's longest schedule, the one change whose effect depends on the length.
    for seed in SEEDS[len(table["unchanged"]) :] if "unchanged" in options.only else ():
        longest = {1.0: max(record.EPOCHS.values())}
        with replaced(record, "EPOCHS", longest), replaced(record, "OFTEN", math.inf):
            laps = measured(record.compete, train, test, 1.0, seed)
        table["unchanged"].append({"seed": seed, "right": [right for _, right in laps]})
        store(table)
        print("neither flips nor shifts, to the end", seed, laps[-1], flush=True)


if __name__ == "__main__":
    main()
