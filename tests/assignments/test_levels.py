"""The levels that graded accuracies have to reach lie where tools/calibrate.py measured room."""

import json

import calibrate
import pytest

MARGIN = 0.02  # between a level and what was measured, as a share of the held-out images
SEEDS = 10
# What the reference reaches on photographs, at the least.
GOOD = {"lenet_cifar10": 0.6, "resnet": 0.5}
RUNS = json.loads(calibrate.TABLE.read_text())
each = pytest.mark.parametrize("name", calibrate.NETWORKS)
each_run = pytest.mark.parametrize(
    "run", RUNS, ids=["-".join(run[k] for k in ("assignment", "images", "device")) for run in RUNS]
)


@each
def test_levels_were_measured_on_real_images_and_on_the_stand_in(name):
    measured = {r["images"] for r in RUNS if (r["assignment"], r["device"]) == (name, "cpu")}
    assert measured == set(calibrate.levels(name))


@each_run
def test_levels_lie_between_the_linear_classifier_and_the_reference(run):
    levels = calibrate.levels(run["assignment"])[run["images"]]
    assert list(levels) == sorted(levels)
    assert len(run["reference"]) == len(run["linear"]) >= SEEDS
    assert max(run["linear"]) + MARGIN < levels[0]
    assert levels[-1] < min(run["reference"]) - MARGIN


@each_run
def test_the_reference_is_good_enough_and_it_is_known_where_it_was_measured(run):
    assert run["images"] != "real" or min(run["reference"]) > GOOD[run["assignment"]]
    assert run["date"] and run["machine"] and run["threads"]
