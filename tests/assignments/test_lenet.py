"""The answers to lenet_cifar10: each gets exactly the points that it says it deserves.

As test_assignments.py for the others, but for the three tests that train on all images: those take
a minute and more, so test_grading.py runs them, on three answers. The levels that they ask for are
compared with what was measured for them in test_levels.py.
"""

import calibrate
import matplotlib
import pytest
import torch
from answers import (
    ANSWERS,
    deserved,
    expectation,
    grade,
    read,
    reference_answer,
    released_answer,
    stored_answer,
)

from cnncourse import data

matplotlib.use("Agg")
LENET = "lenet_cifar10"
LENGTHY = {"accuracy-above-linear", "accuracy-good", "accuracy-very-good"}
PICTURES = {"look", "see-for-yourself"}
TRAINING = {"train-losses", "train-learns", "train-repeatable"}
STORED = [
    path.stem
    for kind in ("right", "wrong")
    for path in sorted((ANSWERS / LENET).glob(f"{kind}_*.py"))
]
SMALL = stored_answer(LENET, "right_small")  # several times faster than the reference


@pytest.fixture(autouse=True)
def few_images(monkeypatch, tmp_path):
    """A hundred images for the cells that show some; no file of weights lies about."""
    images = data.synthetic_cifar10(train=100, test=60)
    monkeypatch.setattr(data, "cifar10", lambda **options: images)
    monkeypatch.chdir(tmp_path)


def results(answer, folder="solutions", skip=frozenset()):
    torch.manual_seed(0)
    return grade(LENET, answer, folder, skip=LENGTHY | PICTURES | skip)


@pytest.mark.parametrize("answer", STORED)
def test_answer_gets_what_it_deserves(answer, record_property, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_SEED", "7")
    loses, says = expectation(LENET, answer)
    cells = stored_answer(LENET, answer)
    # An answer that leaves network and training alone has right_small's, which are tried there.
    skip = set() if {"network", "train"} & set(cells) else TRAINING
    said = results(reference_answer(LENET) | SMALL | cells, skip=skip)
    lost = deserved(said, loses, says)
    record_property("matrix", (LENET, answer, sorted(lost), list(said)))


def test_there_are_enough_right_and_wrong_answers_and_every_test_is_failed_by_one():
    loses = {answer: expectation(LENET, answer)[0] for answer in STORED}
    assert sum(answer.startswith("right_") and not lost for answer, lost in loses.items()) >= 12
    assert sum(answer.startswith("wrong_") and bool(lost) for answer, lost in loses.items()) >= 25
    assert len(STORED) == sum(
        answer.startswith("right_") == (not loses[answer]) for answer in STORED
    )
    graded = {
        cell.id
        for cell in read("solutions", LENET).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert set().union(*loses.values()) == graded - LENGTHY


def test_reference_passes_and_the_release_scores_nothing():
    assert set(results(reference_answer(LENET)).values()) == {None}
    untouched = results(released_answer(LENET))
    assert None not in [said for cell, said in untouched.items() if cell != "bonus"]


# The bonus: a file of weights beside the notebook.


class Harmful:
    def __reduce__(self):
        return open, ("harm", "w")


def bonus(weights=None, **cells):
    """What the bonus cell says, in words or in print, with `weights` saved beside the notebook."""
    names = {}
    exec(
        calibrate.cells(LENET)["setup"]
        + "\n"
        + "\n".join(
            calibrate.cells(LENET)[cell] for cell in ("prepare", "network", "trained-model")
        ),
        names,
    )
    if weights is not None:
        torch.save(weights(names), "lenet_cifar10.pt")
    names |= {"real": True, "test_data": data.cifar10()[1]} | cells
    exec(calibrate.cells(LENET)["bonus"], names)
    return names["report"]


def test_weights_are_ranked_by_their_accuracy():
    said = bonus(lambda names: names["LeNetCIFAR10"]().state_dict())
    assert said.startswith("Bonus: 0 of 3 points. Accuracy 0.") and "60 held-out images" in said


def test_without_a_file_and_without_photographs_there_is_no_bonus():
    assert "There is no file lenet_cifar10.pt" in bonus()
    said = bonus(lambda names: names["LeNetCIFAR10"]().state_dict(), real=False)
    assert said.startswith("Bonus: 0 of 3 points. Weights are ranked on photographs")


def test_weights_that_are_all_right_get_the_whole_bonus():
    # A network whose answer is written into its last bias, on images of that one class.
    images = data.cifar10()[1]
    images = images[images.labels == 3]

    def sure(names):
        state = names["LeNetCIFAR10"]().state_dict()
        state["classifier.5.bias"][3] = 1e6
        return state

    assert bonus(sure, test_data=images).startswith("Bonus: 3 of 3 points. Accuracy 1.0000")


def test_a_file_that_holds_code_is_refused_and_not_run(tmp_path):
    with pytest.raises(Exception, match=r"[Ww]eights.only"):
        bonus(lambda names: {"weights": Harmful()})
    assert not (tmp_path / "harm").exists()


def test_weights_of_another_network_are_refused():
    with pytest.raises(RuntimeError, match="LeNetCIFAR10"):
        bonus(lambda names: torch.nn.Linear(3, 10).state_dict())
