"""The levels that graded accuracies have to reach lie where tools/calibrate.py measured room."""

import json
import statistics

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


def test_the_assignment_says_what_its_reference_reaches_here_and_at_length():
    text = calibrate.cells("resnet")["accuracy-text"]
    at_length = [r for r in json.loads(calibrate.AT_LENGTH.read_text()) if r["images"] == "real"]
    in_the_test = [r for r in RUNS if (r["assignment"], r["images"]) == ("resnet", "real")]
    for run in in_the_test + at_length:
        assert f"{100 * statistics.mean(run['reference']):.0f} %" in text
    for run in at_length:
        assert run["assignment"] == "resnet" and f"{run['training']:,}" in text
    longest = max(at_length, key=lambda run: run["epochs"])
    assert f"after {longest['epochs']}" in text and "less than five minutes" in text
    assert min(longest["reference"]) > 0.86 and max(longest["seconds"]) < 5 * 60
