"""Measure what depth and each part of a recipe do, on the embedded digits.

    python tools/measure_deep.py --machine "2 CPU cores"

Every number is an accuracy on the 360 held-out digits (8 × 8 pixels), for five seeds on one thread
and the same on two, which round differently and so end elsewhere. Stores all runs in
book/measured/deep.json, from which the chapter "Networks that go deep" reads them, a row when it is
complete; a row that is stored already is not repeated. Takes about half an hour of CPU time.
"""

import argparse
import datetime
import json
import re
from functools import partial
from pathlib import Path

import torch

from cnncourse import data, models, recipes, training
from cnncourse.recipes import Recipe

TARGET = Path(__file__).resolve().parents[1] / "book/measured/deep.json"
SEEDS, WIDTH = range(5), 16
threads = [1, 2]  # each seed on so many

# 1. Depth: each network takes its best learning rate, judged by a fifth of the training digits with
# a seed that is used for nothing else.
DEPTHS, EPOCHS, RATES = (5, 17, 33), 5, (0.001, 0.003, 0.01)
KINDS = {
    "plain": {"residual": False, "norm": None},
    "plain, normalized": {"residual": False},
    "residual": {"norm": None},
    "residual, normalized": {},
}
LONG = 20  # epochs, for the deepest plain network

# 2. Recipes, on few labels, and on few labels of which some are wrong.
FEW, WRONG, RECIPE_EPOCHS = 300, 0.2, 20
RECIPES = {
    "constant rate": Recipe(),
    "warm-up": Recipe(warmup=0.1),
    "steps": Recipe(shape="steps"),
    "cosine": Recipe(shape="cosine"),
    "cosine, warm-up": Recipe(shape="cosine", warmup=0.1),
    "… and L2 penalty in Adam": Recipe(
        shape="cosine", warmup=0.1, weight_decay=0.01, decoupled=False
    ),
    "… and decoupled decay": Recipe(shape="cosine", warmup=0.1, weight_decay=0.3),
    "… and label smoothing": Recipe(shape="cosine", warmup=0.1, smoothing=0.1),
    "… and mixup": Recipe(shape="cosine", warmup=0.1, mixup=0.4),
    "… and all three": Recipe(
        shape="cosine", warmup=0.1, weight_decay=0.3, smoothing=0.1, mixup=0.4
    ),
}


def accuracy(model, images):
    return round(training.evaluate(model, images).accuracy, 4)


def fitted(train, test, epochs, rate, seed, batch_size=128, **options):
    """The held-out accuracy after training; None where the loss is no number any more."""
    torch.manual_seed(seed)
    model = models.deep_network(width=WIDTH, **options)
    try:
        training.fit(model, train, epochs, batch_size, rate, seed=seed, progress=False)
    except FloatingPointError:
        return None
    return accuracy(model, test)


def key_of(name):
    """What texts call a row by.

    >>> key_of("… and decoupled decay")
    'and-decoupled-decay'
    """
    return re.sub("[^a-z]+", "-", name.lower()).strip("-")


def every_run(measure):
    """`measure(seed)` for each number of threads and seed."""
    found = []
    for number in threads:
        torch.set_num_threads(number)
        found += [measure(seed) for seed in SEEDS]
    return found


def depths(train, test):
    """(what a row is about, how its other fields are measured), row by row."""
    for depth in DEPTHS:
        for kind, options in KINDS.items():
            yield (
                {"depth": depth, "kind": kind, "key": key_of(kind), "epochs": EPOCHS},
                partial(at_depth, train, test, depth, options),
            )
    longer = partial(fitted, train, test, LONG, 0.01, depth=DEPTHS[-1], residual=False)
    kind = "plain, normalized"
    yield (
        {"depth": DEPTHS[-1], "kind": kind, "key": key_of(kind), "epochs": LONG},
        lambda: {"rate": 0.01, "accuracy": every_run(longer)},
    )


def at_depth(train, test, depth, options):
    """The best rate of a network, and its runs with that."""
    torch.set_num_threads(1)
    fifth = len(train) // 5
    tried = {
        rate: fitted(train[fifth:], train[:fifth], EPOCHS, rate, len(SEEDS), depth=depth, **options)
        for rate in RATES
    }
    rate = max(tried, key=lambda rate: tried[rate] or 0)
    measure = partial(fitted, train, test, EPOCHS, rate, depth=depth, **options)
    return {"rate": rate, "tried": tried, "accuracy": every_run(measure)}


def few_labels(train, seed, wrong):
    """`FEW` training digits, other ones for each seed, and a share of wrong labels."""
    generator = torch.Generator().manual_seed(seed)
    few = train[torch.randperm(len(train), generator=generator)[:FEW]]
    labels = few.labels.clone()
    changed = torch.rand(FEW, generator=generator) < wrong
    labels[changed] = (labels + torch.randint(1, 10, (FEW,), generator=generator))[changed] % 10
    return data.Images(few.images, labels, few.classes, few.name)


def by_recipe(train, test, recipe, wrong, seed):
    """The held-out accuracy at the end, and that at the epoch of the lowest validation loss."""
    few = few_labels(train, seed, wrong)
    fifth = FEW // 5
    training_part, validation = few[fifth:], few[:fifth]
    torch.manual_seed(seed)
    model, course = models.deep_network(9, WIDTH), []

    def look(epoch):
        course.append((training.evaluate(model, validation).loss, accuracy(model, test)))

    recipes.fit(model, training_part, RECIPE_EPOCHS, recipe, seed=seed, after_epoch=look)
    best = min(range(len(course)), key=lambda epoch: course[epoch][0])
    return {"last": course[-1][1], "stopped": course[best][1], "epoch": best + 1}


def all_recipes(train, test):
    """As `depths`."""
    for wrong in (0, WRONG):
        for name, recipe in RECIPES.items():
            key = key_of(name)
            yield (
                {"recipe": name, "key": key, "wrong": wrong},
                partial(with_recipe, train, test, recipe, wrong),
            )


def with_recipe(train, test, recipe, wrong):
    found = every_run(partial(by_recipe, train, test, recipe, wrong))
    return {key: [run[key] for run in found] for key in found[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--machine", default="not stated")
    parser.add_argument("--only", choices=("depths", "recipes"))
    parser.add_argument("--threads", type=int, nargs="+", default=threads)
    options = parser.parse_args()
    threads[:] = options.threads
    train, test = data.digits(8, "resize")
    measures = {"depths": depths, "recipes": all_recipes}
    table = json.loads(TARGET.read_text("utf-8")) if TARGET.exists() else {}
    table |= {
        "date": datetime.date.today().isoformat(),
        "machine": options.machine,
        "torch": torch.__version__.split("+")[0],
        "train_images": len(train),
        "test_images": len(test),
        "seeds": len(SEEDS),
        "threads": threads,
        "width": WIDTH,
        "epochs": {"depths": EPOCHS, "recipes": RECIPE_EPOCHS},
        "few": FEW,
    }
    for name in [options.only] if options.only else measures:
        rows = table.setdefault(name, [])
        for about, measure in measures[name](train, test):
            if not any(about.items() <= row.items() for row in rows):
                rows.append(about | measure())
                print(rows[-1], flush=True)
                TARGET.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
