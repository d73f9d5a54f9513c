"""Measure what each remedy against memorizing buys on held-out images.

    python tools/measure_remedies.py digits       a minute: the dense network of the chapter
    python tools/measure_remedies.py cifar10      about half an hour: LeNet, if CIFAR-10 is here

Stores its table in book/measured/remedies.json, from which the chapter "Training deep networks
that generalize" prints it. Every draw takes other images to train on and other weights. The
strength of a remedy is the one that is best on validation images, in the mean over all draws; what
is stored was then measured on the held-out images, for all remedies on the same draws, so that
differences to the network without any are differences of pairs. A row that is stored with the same
strengths and draws is not measured again.
"""

import argparse
import datetime
import json
import math
import statistics
from functools import partial

import torch
from margins import BOOK, run
from torch import nn

from cnncourse import data, models, training

TARGET = BOOK / "measured" / "remedies.json"
CELLS = {"imports", "dice", "loop", "network", "jitter"}  # of the chapter, which this measures
DRAWS = {"digits": 20, "cifar10": 5}
STRENGTHS = {
    "digits": {
        "none": [0],
        "L1": [0.0001, 0.0003, 0.001, 0.003],
        "L2": [0.001, 0.003, 0.01, 0.03],
        "dropout": [0.2, 0.35, 0.5, 0.65],
        "augmentation": [1],
        "dropout and augmentation": [0.2, 0.35],
        "batch normalization": [0],
    },
    "cifar10": {
        "none": [0],
        "L1": [0.0001, 0.0003, 0.001],
        "L2": [0.001, 0.003, 0.01],
        "dropout": [0.1, 0.2, 0.4],
        "augmentation": [2],
        "batch normalization": [0],
    },
}


def price(model, kind, strength):
    """The penalty on all weights of a model, biases left out."""
    weights = [layer.weight for layer in model.modules() if hasattr(layer, "weight")]
    cost = torch.abs if kind == "L1" else lambda w: w.square() / 2
    return strength * sum(cost(w).sum() for w in weights)


def normalized(layers, kind, make):
    """The layers, with `make(layer)` after each of `kind` but the one that gives the scores."""
    found = []
    for layer in layers:
        found.append(layer)
        if isinstance(layer, kind) and layer is not layers[-1]:
            found.append(make(layer))
    return nn.Sequential(*found)


def on_digits(chapter, kind, strength, draw):
    """(validation, held-out) accuracy of the chapter's network, trained on 200 digits."""
    order = torch.randperm(len(chapter["scans"]), generator=torch.Generator().manual_seed(draw))
    few, validation = (chapter["scans"][part] for part in (order[:200], order[200:400]))
    settings = {}
    if kind in ("L1", "L2"):
        settings["penalty"] = partial(price, kind=kind, strength=strength)
    if "augmentation" in kind:
        settings["augment"] = partial(
            chapter["jitter"], generator=torch.Generator().manual_seed(draw)
        )
    model = chapter["network"](draw, strength if "dropout" in kind else 0.0)
    if kind == "batch normalization":
        model = normalized(model, nn.Linear, lambda layer: nn.BatchNorm1d(layer.out_features))
    chapter["train"](model, few.images.flatten(1) / 255, few.labels, **settings)
    return tuple(
        share_right(model, part.images.flatten(1) / 255, part.labels)
        for part in (validation, chapter["held_out"])
    )


def on_cifar10(images, kind, strength, draw):
    """(validation, held-out) accuracy of the slides' LeNet, trained on 5,000 color images."""
    everything, held_out = images
    order = torch.randperm(len(everything), generator=torch.Generator().manual_seed(draw))
    few, validation = everything[order[:5000]], everything[order[5000:10_000]]
    training.seed_everything(draw)
    model = models.LeNet(32, 3)
    if kind == "dropout":
        model.fc = nn.Sequential(
            *(
                nn.Sequential(nn.Dropout(strength), part) if isinstance(part, nn.Linear) else part
                for part in model.fc
            )
        )
    if kind == "batch normalization":
        model.features = normalized(
            model.features, nn.Conv2d, lambda layer: nn.BatchNorm2d(layer.out_channels)
        )
    if kind in ("L1", "L2"):
        for weight in (part.weight for part in model.modules() if hasattr(part, "weight")):
            # The penalty's gradient, added to that of the loss whenever it arrives.
            slope = torch.sign if kind == "L1" else lambda w: w
            weight.register_hook(
                lambda grad, weight=weight, slope=slope: grad + strength * slope(weight.detach())
            )
    augment = kind == "augmentation"
    training.fit(
        model,
        few,
        epochs=20,
        shift=strength if augment else 0,
        flip=augment,
        seed=draw,
        progress=False,
    )
    return tuple(training.evaluate(model, part).accuracy for part in (validation, held_out))


@torch.no_grad()
def share_right(model, x, labels):
    return (model(x).argmax(dim=1) == labels).float().mean().item()


def measure(measured, strengths, draws, stored):
    """The rows of one table: each remedy at its best strength."""
    rows, plain = [], None
    for kind, tried in strengths.items():
        if same := [row for row in stored if row["remedy"] == kind and row["tried"] == tried]:
            rows += same
            plain = plain or same[0]["accuracy"]
            continue
        results = {
            strength: [measured(kind, strength, draw) for draw in range(draws)]
            for strength in tried
        }
        best = max(tried, key=lambda s: statistics.mean(v for v, _ in results[s]))
        right = [100 * held_out for _, held_out in results[best]]
        plain = plain or right
        gains = [mine - without for mine, without in zip(right, plain, strict=True)]
        rows.append(
            {
                "remedy": kind,
                "key": kind.replace(" ", "-"),
                "strength": best,
                "tried": tried,
                "accuracy": [round(value, 2) for value in right],
                "gain": round(statistics.mean(gains), 2),
                "standard_error": round(statistics.stdev(gains) / math.sqrt(draws), 2),
            }
        )
        print(
            f"{kind:25} {best:<7} {statistics.mean(right):5.1f} ± {statistics.stdev(right):.1f} %"
            f"   gain {rows[-1]['gain']:+.2f} ± {rows[-1]['standard_error']:.2f}",
            flush=True,
        )
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", choices=DRAWS)
    name = parser.parse_args().name
    torch.set_num_threads(1)
    if name == "digits":
        chapter = run("dropout", lambda cell, names: None, only=CELLS)
        measured = partial(on_digits, chapter)
        about = "200 digits of 8 × 8, two hidden layers of 128 units"
    else:
        images = data.cifar10(download=False)
        measured = partial(on_cifar10, images)
        about = "5,000 images of CIFAR-10, the slides' LeNet, 20 epochs"
    table = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    stored = table.get(name, {"rows": []})["rows"]
    table[name] = {
        "date": datetime.date.today().isoformat(),
        "torch": torch.__version__.split("+")[0],
        "about": about,
        "rows": measure(measured, STRENGTHS[name], DRAWS[name], stored),
    }
    TARGET.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
