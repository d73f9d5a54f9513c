"""What the chapter "From LeNet to today" says of its table of many runs, with room."""

import json
import statistics

import pytest
from test_stored_notebooks import ROOT

ROWS = json.loads((ROOT / "book/measured/architectures.json").read_text(encoding="utf-8"))["rows"]
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
