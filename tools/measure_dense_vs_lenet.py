"""Measure LeNet against dense networks of its size and of its cost, on CIFAR-10's images.

    python tools/measure_dense_vs_lenet.py --machine "2 CPU cores"

Prints the table and stores it in book/measured/dense_vs_lenet.json, from which the chapter "Are
CNNs worth it?" reads it: the page itself needs no data set. Takes about three minutes of CPU time.

The comparison leans towards the dense networks: each takes the best of two learning rates and two
activations, judged by the held-out images themselves; LeNet is trained as the slides define it.
"""

import argparse
import datetime
import json
from functools import partial
from pathlib import Path

import torch
from torch import nn

from cnncourse import arithmetic, data, models, training

TARGET = Path(__file__).resolve().parents[1] / "book/measured/dense_vs_lenet.json"
INPUTS = 3 * 32 * 32
EPOCHS, SEEDS, BATCH_SIZE, LENET_RATE = 3, (0, 1, 2), 128, 0.005
CHOICES = [(rate, kind) for rate in (0.001, 0.005) for kind in ("Tanh", "ReLU")]
# Hidden units with which one hidden layer comes nearest to LeNet, from below.
HIDDEN = {"dense, LeNet's parameters": 20, "dense, LeNet's multiplications": 211}


def dense(hidden, activation):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(INPUTS, hidden),
        getattr(nn, activation)(),
        nn.Linear(hidden, 10),
        nn.LogSoftmax(dim=1),
    )


def lenet_multiplications():
    return (
        arithmetic.conv_multiplications((1, 3, 32, 32), (6, 3, 5, 5))
        + arithmetic.conv_multiplications((1, 6, 14, 14), (16, 6, 5, 5))
        + arithmetic.dense_parameters((400, 120, 84, 10), bias=False)
    )


def accuracy(build, rate, seed, train, test):
    training.seed_everything(seed)
    model = build().to(training.device())
    training.fit(model, train, EPOCHS, BATCH_SIZE, rate, seed=seed, progress=False)
    return round(training.evaluate(model, test).accuracy, 4)


def row(network, model, multiplications, learning_rate, activation, accuracies):
    entry = {
        "network": network,
        "parameters": models.parameter_count(model),
        "multiplications": multiplications,
        "learning_rate": learning_rate,
        "activation": activation,
        "accuracy": accuracies,
    }
    print(
        f"{network:32} {entry['parameters']:9,} parameters {multiplications:9,} products   "
        + " ".join(f"{value:.1%}" for value in accuracies),
        flush=True,
    )
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--machine", default="not stated")
    machine = parser.parse_args().machine
    train, test = data.cifar10(download=False)

    found = [accuracy(lambda: models.LeNet(32, 3), LENET_RATE, seed, train, test) for seed in SEEDS]
    rows = [row("LeNet", models.LeNet(32, 3), lenet_multiplications(), LENET_RATE, "Tanh", found)]
    for name, hidden in HIDDEN.items():
        tried = {
            (rate, kind): accuracy(partial(dense, hidden, kind), rate, SEEDS[0], train, test)
            for rate, kind in CHOICES
        }
        rate, kind = max(tried, key=tried.get)
        found = [tried[rate, kind]] + [
            accuracy(partial(dense, hidden, kind), rate, seed, train, test) for seed in SEEDS[1:]
        ]
        cost = arithmetic.dense_parameters((INPUTS, hidden, 10), bias=False)
        rows.append(row(name, dense(hidden, kind), cost, rate, kind, found))

    table = {
        "date": datetime.date.today().isoformat(),
        "machine": machine,
        "data": train.name,
        "train_images": len(train),
        "test_images": len(test),
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "seeds": SEEDS,
        "torch": torch.__version__.split("+")[0],
        "rows": rows,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
