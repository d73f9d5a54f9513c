"""Measure the ideas of the chapter "From LeNet to today" at one budget of products.

    python tools/measure_architectures.py --machine "2 CPU cores" [--threads 1 2]

The networks are those that the chapter's cells define: this runs the cells and takes them. Every
number is an accuracy on held-out images of CIFAR-10, shrunk to 16 × 16, for five seeds on one
thread and the same on two, which round differently and so end elsewhere. The learning rate of each
network is the better of two, judged by other images with a seed that is used for nothing else.
Stores each run in book/measured/architectures.json, from which the chapter reads them; a run that
is stored already is not repeated. Takes about an hour of CPU time.
"""

import argparse
import datetime
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from margins import run

from cnncourse import data, recipes, training

TARGET = Path(__file__).resolve().parents[1] / "book/measured/architectures.json"
CELLS = {
    *("imports", "pieces", "beside", "nin-check", "inception-block", "bottleneck-block"),
    *("dense-block", "separable", "inverted-block", "gate-block", "attention-block"),
    *("convnext-block", "small-blocks", "small-kinds", "small-networks", "small-costs"),
}
SEEDS, RATES, EPOCHS, BATCH = (1, 2, 3, 4, 5), (0.003, 0.01), 8, 64
TRAIN, VALIDATION, TEST = 3000, 1000, 2000


def shrunk(images, count, seed=0):
    """So many images, drawn by the seed, at half the size: each pixel the mean of four."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:count]
    some = images[order]
    pixels = F.avg_pool2d(some.images.float(), 2).round().to(torch.uint8)
    return data.Images(pixels, some.labels, some.classes, some.name)


def accuracy(model, train, test, rate, seed):
    recipe = recipes.Recipe(rate, shape="cosine", warmup=0.1, weight_decay=0.05)
    recipes.fit(model, train, EPOCHS, recipe, batch_size=BATCH, seed=seed)
    return round(training.evaluate(model, test).accuracy, 4)


def stored():
    return json.loads(TARGET.read_text("utf-8")) if TARGET.exists() else {"rows": []}


def store(about, row):
    """Put a row in the place of that of its kind, and the table into its file."""
    table = stored() | about
    kinds = [other["kind"] for other in table["rows"]] + [row["kind"]]
    place = kinds.index(row["kind"])
    table["rows"][place : place + 1] = [row]
    TARGET.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(row, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--machine", default="not stated")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    train, test = data.cifar10(download=False)
    rest = shrunk(train, TRAIN + VALIDATION)
    train, validation, test = rest[:TRAIN], rest[TRAIN:], shrunk(test, TEST)
    chapter = run("architectures", lambda *_: None, CELLS)

    def fresh(kind, seed):
        torch.manual_seed(seed)
        return chapter["small"](kind, chapter["WIDTHS"][kind])

    about = {
        "date": datetime.date.today().isoformat(),
        "machine": options.machine,
        "torch": torch.__version__.split("+")[0],
        "data": train.name,
        "images": {"train": TRAIN, "validation": VALIDATION, "test": TEST},
        "epochs": EPOCHS,
    }
    for number in options.threads:
        torch.set_num_threads(number)
        for kind in chapter["WIDTHS"]:
            price = vars(chapter["small_costs"][kind])
            row = next((r for r in stored()["rows"] if r["kind"] == kind), {})
            if row.get("products") != price["products"]:
                tried = {
                    rate: accuracy(fresh(kind, 0), train, validation, rate, 0) for rate in RATES
                }
                row = {"kind": kind, "key": kind.lower().replace(", ", "-")}
                row |= {"rate": max(tried, key=tried.get), "tried": tried, "runs": {}, **price}
            found = row["runs"].setdefault(f"threads {number}", [])
            for seed in SEEDS[len(found) :]:
                found.append(accuracy(fresh(kind, seed), train, test, row["rate"], seed))
                store(about, row)


if __name__ == "__main__":
    main()
