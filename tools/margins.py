"""Measure what the chapters say of trained networks over other seeds, with one and two threads.

    python tools/margins.py [CHAPTER …]

A sum in another order differs in its last digit, and training enlarges that: what a chapter says of
a network that it trained must hold whoever trains it. So this runs the code of a chapter as it
stands with five other seeds each (of digits that are drawn, weights, masks, orders), and stores in
book/measured/margins.json what each claim is about. tests/book/test_margins.py asks that all values
are on the right side of the claim's bound, with room. Takes about half an hour on one core.
"""

import argparse
import contextlib
import io
import json
import os
import warnings
from pathlib import Path

import nbformat

BOOK = Path(__file__).resolve().parent.parent / "book"
TARGET = BOOK / "measured" / "margins.json"
SEEDS, THREADS = (1, 2, 3, 4, 5), (1, 2)

# {chapter: {cell: [(what the chapter says, expression in the cell's names, side, bound)]}}
CLAIMS = {
    "architectures": {
        "detector-run": [
            ("most digits are found (of 300)", "hits", ">", 200),
            ("with few false alarms", "alarms", "<", 120),
        ],
        "unet-run": [
            ("U-Net draws the ink better", "ink['U-Net'] - ink['enlarged by 4']", ">", 0.0),
            ("the coarse map knows the digits", "digit['enlarged by 4']", ">", 0.7),
            ("U-Net less so", "digit['enlarged by 4'] - digit['U-Net']", ">", 0.1),
        ],
    },
    "deep": {
        "mistakes-early": [
            ("evaluation lags behind", "early['training'] - early['evaluation']", ">", 0.05)
        ]
    },
    "dropout": {
        "memorize": [
            ("the dice are learned by heart", "accuracy(believer, x, dice)", ">", 0.98),
            ("the true labels too", "accuracy(plain, x, y)", ">", 0.98),
            ("the dice teach nothing", "accuracy(believer, x_new, y_new)", "<", 0.3),
            ("the true labels do", "accuracy(plain, x_new, y_new)", ">", 0.8),
        ],
        "penalties-verdict": [
            ("L1 makes most weights zero (%)", "small['L1']", ">", 40),
            ("no penalty does not", "small['none']", "<", 30),
            ("nor does L2", "small['L2']", "<", 30),
            ("L1 lets the norm be large (%)", "norms['L1']", ">", 60),
            ("L2 about halves the norm (%)", "norms['L2']", "<", 60),
            ("L2 does no more", "norms['L2']", ">", 35),
        ],
        "removal-run": [
            ("half of the units gone: without dropout", "curves['without'][5]", "<", 0.8),
            ("half of the units gone: with", "curves['with'][5]", ">", 0.8),
            ("the difference", "curves['with'][5] - curves['without'][5]", ">", 0.05),
        ],
        "correlation": [
            ("dropout lowers the correlation", "after / before", "<", 1),
            ("but not by much", "after / before", ">", 0.5),
        ],
        "ensemble-distances": [
            ("average and single pass say the same", "agree", ">", 0.93),
            ("the average is less sure (points)", "sure[1] - sure[0]", ">", 0),
        ],
        "ensemble-figure": [
            ("the linear distance goes to zero", "distances['linear'][-1]", "<", 0.1),
            ("the other one does not", "distances['softmax'][-1]", ">", 0.2),
        ],
        "explosion-run": [
            ("the first gradient is large", "wild[1][0][0]", ">", 100),
            ("unlimited steps destroy it", "math.isfinite(wild[1][-1][1])", "<", 0.5),
            ("clipped steps learn", "accuracy(tame[0], x, y)", ">", 0.9),
        ],
        "init-train-run": [
            ("Glorot learns (steps)", "steps['Tanh', 'Glorot']", "<", 100),
            (
                "the default takes ten times as many",
                "steps['Tanh', 'default'] / steps['Tanh', 'Glorot']",
                ">",
                10,
            ),
            ("the default learns (steps)", "steps['Tanh', 'default']", "<", 1000),
            ("0.01 does not", "steps['Tanh', '0.01']", ">", 1000),
            ("0.5 does not", "steps['Tanh', '0.5']", ">", 1000),
            ("nor the default with ReLU", "steps['ReLU', 'default']", ">", 1000),
            ("He learns (steps)", "steps['ReLU', 'He']", "<", 1000),
        ],
        "augmentation": [
            ("as scanned, without", "min(a for a, _ in results['without'])", ">", 0.8),
            ("as scanned, with", "min(a for a, _ in results['with'])", ">", 0.8),
            ("moved, without", "max(b for _, b in results['without'])", "<", 0.65),
            ("moved, with", "min(b for _, b in results['with'])", ">", 0.7),
        ],
        "flips": [
            ("a mirrored 0 or 8 is read (%)", "read['0 and 8']", ">", 50),
            ("other digits are not (%)", "read['others']", "<", 50),
        ],
    },
    "inside": {
        "hook-run": [
            ("judged as it learned, it looks good", "share['tags on horses'][0]", ">", 0.6),
            ("it knows no horse without a tag", "share['tags on horses'][1]", "<", 0.2),
            ("others with a tag are horses to it", "share['tags on horses'][2]", ">", 0.3),
            ("the second network knows horses", "share['no tags'][1]", ">", 0.5),
            ("and the tag does not fool it", "share['no tags'][2]", "<", 0.3),
        ],
        "pointing-run": [
            *(
                (f"{method} finds the tag", f"pointing['{method}'][0]", ">", 0.8)
                for method in ("occlusion", "saliency", "Grad-CAM", "edges")
            ),
            *(
                (f"{method} leaves it alone", f"pointing['{method}'][1]", "<", bound)
                for method, bound in (("occlusion", 0.5), ("saliency", 0.7), ("Grad-CAM", 0.5))
            ),
            ("the edges do not", "pointing['edges'][1]", ">", 0.8),
        ],
        "sanity-run": [
            ("a new head: guided stays", "sanity['guided'][0]", ">", 0.6),
            ("all layers anew: guided gives up", "sanity['guided'][1]", "<", 0.5),
            ("a new head: Grad-CAM changes", "sanity['Grad-CAM'][0]", "<", 0.4),
            ("saliency lies below guided", "sanity['guided'][0] - sanity['saliency'][0]", ">", 0.1),
            ("and above Grad-CAM", "sanity['saliency'][0] - sanity['Grad-CAM'][0]", ">", 0.1),
        ],
        "purity": [
            ("units prefer a class", "pure['trained'] - pure['random images']", ">", 0.15),
            ("more than random ones", "pure['trained'] - pure['random weights']", ">", 0.1),
        ],
        "maximize-run": [("made images beat real ones (times)", "ratio", ">", 1.2)],
        "adversarial": [
            ("4 of 255 cost most of the accuracy", "left[4][0]", "<", 0.45),
            ("a random change next to nothing", "left[4][1] - share['no tags'][0]", ">", -0.04),
        ],
        "transfer": [
            *(
                (f"{target}, {each} labels: {way}", f"transfer['{target}', {each}][{n}]", *bound)
                for target, each, bounds in (
                    ("other", 5, ((">", 0.1), (">", 0.5), (">", 0.4))),
                    ("other", 100, ((">", 0.2), (">", 0.7), (">", 0.7))),
                    ("digits", 5, ((">", 0.5), (">", 0.2), (">", 0.2))),
                    ("digits", 100, ((">", 0.9), ("<", 0.95), ("<", 0.98))),
                )
                for n, (way, bound) in enumerate(
                    zip(("from scratch", "frozen", "fine-tuned"), bounds, strict=True)
                )
            ),
            *(
                (claim, f"transfer['{t}', {n}][{a}] - transfer['{t}', {n}][{b}]", ">", least)
                for claim, t, n, a, b, least in (
                    ("few labels: frozen beats scratch", "other", 5, 1, 0, 0.2),
                    ("few labels: frozen beats tuned", "other", 5, 1, 2, -0.02),
                    ("many labels: tuned as good as frozen", "other", 100, 2, 1, -0.05),
                    ("digits: scratch beats frozen", "digits", 100, 0, 1, 0.03),
                    ("digits: tuned beats frozen", "digits", 100, 2, 1, 0),
                    ("digits: scratch beats tuned", "digits", 100, 0, 2, 0),
                )
            ),
        ],
        "normalize": [
            (
                "0 … 1 costs",
                "normalized['−1 … 1, as in training'] - normalized['0 … 1']",
                ">",
                0.05,
            ),
            ("0 … 255 costs more", "normalized['0 … 1'] - normalized['0 … 255']", ">", 0.05),
            (
                "the order of colors does not matter",
                "normalized['−1 … 1, as in training'] - normalized['blue, green, red']",
                "<",
                0.05,
            ),
        ],
        "mistake-frozen": [
            ("frozen features drift", "drift", ">", 0.1),
            ("which costs accuracy", "share['no tags'][0] - drifted", ">", 0.05),
        ],
    },
    "lenet": {
        "fit": [
            ("held-out digits are read", "accuracy", ">", 0.95),
            (
                "validation is better in many epochs",
                "sum(v > t for v, t in zip(history.validation_accuracy,"
                " history.train_accuracy)) / 15",
                ">",
                0.4,
            ),
        ],
        "shifted": [
            ("moved by two pixels (%)", "read[2]", ">", 90),
            ("which costs little (points)", "read[0] - read[2]", "<", 5),
            ("moved by six (%)", "read[6]", "<", 85),
        ],
    },
    "why_cnns": {
        "fight-verdict": [
            ("as scanned, LeNet leads by little (points)", "lead['as scanned']", "<", 6),
            ("anywhere, by a lot", "lead['anywhere']", ">", 10),
            ("shuffled, by little or nothing", "lead['anywhere, shuffled']", "<", 4),
            ("the shuffle costs LeNet", "drop['LeNet']", ">", 12),
            ("and the dense networks less", "max(abs(drop[n]) for n in names[1:])", "<", 10),
        ],
        "gradient-picture": [
            ("plain: the gradient vanishes", "found['plain'][-1][0]", "<", 1e-6),
            ("residual: it does not", "found['shortcut'][-1][0]", ">", 0.01),
            (
                "nor with a ReLU after the sum",
                "found['shortcut, ReLU after the sum'][-1][0]",
                ">",
                0.01,
            ),
            ("shortcuts let activations grow", "found['shortcut'][-1][1]", ">", 100),
            (
                "with He's weights by many powers of ten",
                'torch.tensor(found["shortcut, He\'s weights"][-1][1]).log10()',
                ">",
                6,
            ),
            ("nor with He's weights", 'found["plain, He\'s weights"][-1][0]', ">", 0.01),
        ],
        "mistake-augmentation": [
            ("centered digits are read (%)", "read['centered']", ">", 90),
            ("digits anywhere are not", "read['anywhere']", "<", 80),
        ],
        "mistake-adaptive": [("shrunken maps are not read", "right", "<", 0.5)],
    },
}
# The cells that the claims rest on, where the others take long.
NEEDED = {
    "architectures": {
        *("imports", "pieces", "beside", "iou", "scenes-make", "scenes-show", "detector-train"),
        *("learn", "detector-run", "mean-iou", "unet-block", "unet-rivals", "unet-run"),
    },
    "deep": {"imports", "hook-run", "mistakes-early"},
    "inside": {
        *("imports", "data", "look", "network", "hook-run", "methods", "occlusion", "tag-pictures"),
        *("pointing-run", "sanity-methods", "ranks", "sanity-run", "excite", "purity"),
        *("maximize-run", "adversarial", "heads", "tune", "transfer", "normalize"),
        "mistake-frozen",
    },
    "lenet": {"imports", "look", "fit", "shifted"},
    "why_cnns": {
        *("imports", "shuffled-digits", "dense-does-not-notice", "rivals", "rivals-count"),
        *("fight", "fight-train", "fight-verdict", "gradient", "gradient-picture"),
        *("mistake-augmentation", "mistake-adaptive"),
    },
}


class Stop(Exception):
    """The last cell that is needed has run."""


def run(chapter, after, only=None):
    """Run code cells of a chapter in one namespace; after(cell id, namespace) looks at it."""
    import matplotlib

    matplotlib.use("Agg")
    os.chdir(BOOK)
    names = {"__name__": "__main__"}
    notebook = nbformat.read(BOOK / f"{chapter}.ipynb", as_version=4)
    needed = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code"
        and (only is None or cell.id in only)
        and TARGET.name not in cell.source  # it shows what is measured here
    ]
    with contextlib.suppress(Stop):
        for cell in needed:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of pictures that nobody looks at
                exec(compile(cell.source, f"{chapter}: {cell.id}", "exec"), names)
            after(cell.id, names)
    return names


@contextlib.contextmanager
def other_seeds(number):
    """Let every seed that code sets for a while mean another one."""
    import torch

    class Generator(torch.Generator):
        def manual_seed(self, seed):
            return super().manual_seed(seed + 1000 * number)

    plain = torch.manual_seed, torch.Generator
    torch.manual_seed = lambda seed: plain[0](seed + 1000 * number)
    torch.Generator = Generator
    try:
        yield
    finally:
        torch.manual_seed, torch.Generator = plain


def values(chapter, seed, threads):
    """{claim: value} of one run of a chapter's code."""
    import torch

    torch.set_num_threads(threads)
    left, found = dict(CLAIMS[chapter]), {}

    def look(cell, names):
        for claim, expression, _, _ in left.pop(cell, []):
            found[claim] = float(eval(expression, names))
        if not left:
            raise Stop

    with other_seeds(seed):
        run(chapter, look, NEEDED.get(chapter))
    if left:
        raise SystemExit(f"margins: {chapter} has no cells {', '.join(left)}")
    print(chapter, "seed", seed, "threads", threads, flush=True)
    return found


def measure(chapter):
    """The stored form of a chapter's claims, each with its values."""
    runs = {
        (threads, seed): values(chapter, seed, threads) for threads in THREADS for seed in SEEDS
    }
    return [
        {
            "cell": cell,
            "claim": claim,
            "expression": expression,
            "bound": f"{side} {bound}",
            "values": {
                f"threads {threads}": [float(f"{runs[threads, s][claim]:.4g}") for s in SEEDS]
                for threads in THREADS
            },
        }
        for cell, claims in CLAIMS[chapter].items()
        for claim, expression, side, bound in claims
    ]


def room(entry):
    """How far the worst value of a stored claim is from its bound; negative if it does not hold."""
    side, bound = entry["bound"].split()
    sign = 1 if side == ">" else -1
    return min(sign * (value - float(bound)) for row in entry["values"].values() for value in row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chapters", nargs="*")
    arguments = parser.parse_args()
    for chapter in arguments.chapters or CLAIMS:
        entries = measure(chapter)
        for entry in entries:
            print(f"{entry['claim']:60} {entry['bound']:>8}   room {room(entry):.3g}")
        table = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
        table[chapter] = entries
        TARGET.write_text(
            json.dumps(dict(sorted(table.items())), indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
