"""What chapters say of their tables of many runs (book/measured) holds, with room."""

import json
import statistics

import pytest
from test_stored_notebooks import ROOT


def table(name):
    return json.loads((ROOT / "book" / "measured" / f"{name}.json").read_text(encoding="utf-8"))


ROWS = table("architectures")["rows"]
KINDS = {row["kind"]: [a for runs in row["runs"].values() for a in runs] for row in ROWS}


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
def test_some_gain_nothing_on_the_residual_network_that_could_be_seen(kind):
    assert abs(apart(KINDS[kind], KINDS["ResNet"])) < 2.2


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
