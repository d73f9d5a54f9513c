"""What chapters say of their tables of many runs (book/measured) holds, with room."""

import json
import math
import statistics

import pytest
from test_stored_notebooks import ROOT


def table(name):
    return json.loads((ROOT / "book" / "measured" / f"{name}.json").read_text(encoding="utf-8"))


ROWS = table("architectures")["rows"]
# A seed's mean over the numbers of threads: its runs are no independent ones.
KINDS = {
    row["kind"]: [statistics.mean(runs) for runs in zip(*row["runs"].values(), strict=True)]
    for row in ROWS
}


def apart(better, worse):
    """How far two means are apart, in standard deviations of their difference."""
    variance = sum(statistics.variance(runs) / len(runs) for runs in (better, worse))
    return (statistics.mean(better) - statistics.mean(worse)) / variance**0.5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["key"])
def test_each_architecture_has_five_runs_with_the_better_rate(row):
    assert {len(runs) for runs in row["runs"].values()} == {5}
    assert list(row["runs"]) == list(ROWS[0]["runs"])
    assert float(max(row["tried"], key=row["tried"].get)) == row["rate"]


def test_all_twelve_architectures_were_trained():
    assert len(KINDS) == len(ROWS) == 12


def test_the_widest_gap_is_made_by_normalization():
    assert min(KINDS["VGG, normalized"]) > max(KINDS["VGG"]) + 0.1


@pytest.mark.parametrize(
    "better, worse",
    [
        ("ResNet", "VGG, normalized"),
        ("ResNet", "MobileNet"),
        ("ResNet", "NiN"),
        ("Inception", "ResNet"),
        ("NiN", "ViT"),
    ],
)
def test_a_better_architecture_is_better_by_more_than_chance(better, worse):
    assert apart(KINDS[better], KINDS[worse]) > 2.5


@pytest.mark.parametrize("kind", ["ResNet, bottleneck", "MobileNetV2", "EfficientNet", "ConvNeXt"])
def test_some_gain_no_more_than_a_point_on_the_residual_network(kind):
    assert -0.01 < statistics.mean(KINDS[kind]) - statistics.mean(KINDS["ResNet"]) < 0.01


def depths():
    """{(kind, depth): accuracies} at the budget of the chapter, and those of the longer one."""
    *rows, longer = table("deep")["depths"]
    return {(row["kind"], row["depth"]): row["accuracy"] for row in rows}, longer


def test_depth_costs_all_but_the_normalized_residual_network():
    found, longer = depths()
    assert {len(runs) for runs in found.values()} == {10} and len(found) == 12
    for kind in ("plain", "residual", "plain, normalized"):
        five, more, most = (found[kind, depth] for depth in (5, 17, 33))
        assert min(five) > max(most) + 0.2 and statistics.mean(five) > statistics.mean(more) + 0.2
    assert max(found["plain", 33] + found["residual", 33]) < 0.35  # next to nothing
    assert max(found["plain, normalized", 33]) < 0.5  # more than half of the digits are lost
    for depth in (17, 33):
        assert min(found["residual, normalized", depth]) > 0.94
    assert longer["depth"] == 33 and longer["epochs"] == 20
    assert statistics.mean(longer["accuracy"]) > 0.7


def test_of_the_recipe_the_falling_rate_pays_and_mixup_where_labels_are_wrong():
    rows = table("deep")["recipes"]
    ends = {(row["key"], row["wrong"]): row["last"] for row in rows}
    stopped = {(row["key"], row["wrong"]): row["stopped"] for row in rows}
    alone, falling = ("constant-rate", "warm-up"), "cosine-warm-up"
    added = {key for key, _ in ends} - {*alone, "steps", "cosine", falling}
    assert {len(runs) for runs in ends.values()} == {10} and len(added) == 5
    for wrong in (0, 0.2):
        for key in ("steps", "cosine", falling):
            assert apart(ends[key, wrong], ends["constant-rate", wrong]) > 2.5
    for key in added:  # with clean labels nothing shows
        difference = statistics.mean(ends[key, 0]) - statistics.mean(ends[falling, 0])
        assert abs(difference) < statistics.stdev(ends[falling, 0])
    for key in ("and-mixup", "and-all-three"):
        assert apart(ends[key, 0.2], ends[falling, 0.2]) > 4
    for key in added - {"and-mixup", "and-all-three"}:
        assert abs(apart(ends[key, 0.2], ends[falling, 0.2])) < 2
    assert apart(stopped["constant-rate", 0.2], ends["constant-rate", 0.2]) > 2.5
    for key in added | {"steps", "cosine", falling}:  # to stop is no gain where the rate falls
        assert statistics.mean(stopped[key, 0.2]) < statistics.mean(ends[key, 0.2])


def test_what_the_chapter_on_the_race_says_of_each_choice_holds_for_every_seed():
    stored = table("race")
    seconds, right = {}, {}
    for run in stored["changes"]:
        last = run["laps"][-1]
        seconds.setdefault(run["key"], []).append(last[0])
        right.setdefault(run["key"], []).append(last[1])
    base, others = right.pop("nothing-changed"), right
    times = {
        key: sorted(all_)[1] / sorted(seconds["nothing-changed"])[1]
        for key, all_ in seconds.items()
    }
    mean = {key: sum(all_) / 3 - sum(base) / 3 for key, all_ in others.items()}

    for slower in ("float32-instead-of-bfloat16", "a-first-layer-at-32x32"):
        assert times[slower] > 1.15 and abs(mean[slower]) < 0.005
    worse = {"a-constant-learning-rate": 0.03, "batches-of-512": 0.03}
    worse |= {"a-first-layer-from-random-numbers": 0.005, "no-mirror-image-when-tried": 0.003}
    for key, points in worse.items():
        assert max(others[key]) < min(base) and mean[key] < -points
    assert times["batches-of-512"] < 0.95
    assert abs(mean["no-smoothing-of-labels"]) < 0.002
    assert min(others["neither-flips-nor-shifts"]) > max(base)
    assert max(run["right"][-1] for run in stored["unchanged"]) < 0.85
    ends = {run["seed"]: run["laps"][-1] for run in stored["runs"] if run["goal"] == 0.85}
    assert min(right for _, right in ends.values()) >= 0.85 and len(stored["unchanged"]) == 3


def gains(images):
    """{remedy: (gain in points, its standard error)}"""
    rows = table("remedies")[images]["rows"]
    assert {len(row["accuracy"]) for row in rows} == {20 if images == "digits" else 5}
    return {row["key"]: (row["gain"], row["standard_error"]) for row in rows}


def gains_more(one, other):
    """By more than twice the standard error of the difference, if the two were independent."""
    return one[0] - other[0] > 2 * math.hypot(one[1], other[1])


def test_on_digits_normalization_and_dropout_gain_most_and_the_l1_penalty_nothing_that_can_be_seen():
    found = gains("digits")
    first = found.pop("batch-normalization")
    assert all(gains_more(first, other) for other in found.values())
    assert found["dropout"][0] > 1 > found["L2"][0] > 2 * found["L2"][1]
    assert abs(found["L1"][0]) < 2 * found["L1"][1]


def test_on_photographs_flips_and_shifts_gain_most_and_normalization_least():
    found = gains("cifar10")
    first, last = found.pop("augmentation"), found.pop("batch-normalization")
    assert found.pop("none") == (0, 0) and last[0] > 2 * last[1]
    assert all(gains_more(first, other) and gains_more(other, last) for other in found.values())
