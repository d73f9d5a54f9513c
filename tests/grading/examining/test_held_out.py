"""What a submission is measured on: images come from the tests, their labels never.

The attack collects every image that it can find, with its label, and looks up what it is asked.
"""

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_notebook import one_test

from cnncourse.data import CIFAR10_CLASSES, cifar10, synthetic_cifar10
from cnncourse.data.cifar import WITHHELD
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.worker import Worker

COLLECT = """
import os
import numpy as np
import torch
from PIL import Image
from cnncourse import data

table, names = {}, []
for top in ("/course", "/home", "/tmp", "/var", "/opt", "/srv", "/mnt", "/media"):
    for folder, _, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith((".png", ".npz", ".pt")) or name.startswith(("data_b", "test_b")):
                names.append(path)
            if name.endswith(".png"):
                pixels = np.asarray(Image.open(path)).transpose(2, 0, 1)
                table[pixels.tobytes()] = data.CIFAR10_CLASSES.index(path.split("/")[-2])
            if name.endswith(".npz"):
                arrays = np.load(path)
                for pixels, label in zip(arrays["images"], arrays["labels"]):
                    table[pixels.tobytes()] = int(label)
try:
    parts = data.cifar10(allow_synthetic=True)
    print(parts)
    for images in (*parts, *data.synthetic_cifar10(train=1)):
        for pixels, label in zip(images.images, images.labels):
            table[pixels.numpy().tobytes()] = int(label)
except data.DataError as error:
    print(error)


def predict(images):
    return torch.tensor([table.get(x.numpy().tobytes(), -1) for x in images])


def known():
    return sorted(names)
"""
TEST = """
import warnings
from cnncourse import data
warnings.simplefilter("ignore")
train, test = data.cifar10(allow_synthetic=True)
found = predict(test.images[:200])
assert (found == -1).all(), f"{(found == test.labels[:200]).float().mean():.0%} were looked up"
assert (predict(train.images[:200]) == train.labels[:200]).all()  # it does find what it may
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Photographs of a lecturer's own: nobody else has them."""
    data = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(5)
    for split, count in (("train", 6), ("test", 3)):
        for name in CIFAR10_CLASSES:
            place = data / "cifar10" / split / name
            place.mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(256, size=(32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    cifar10(data)  # leaves the decoded images beside them
    return data


LIMITS = Limits(cell_seconds=120)


def examine(worker, test):
    submission = one_test("")
    submission.cells[1].source = COLLECT
    source = one_test(test, given="from cnncourse import data", solution=COLLECT)
    outcome = worker.examine(source, submission, {}, 2**200 + 1)
    assert outcome.points == {"test": 1}, (outcome.messages, outcome.outputs)
    return outcome.outputs["solution"][-1]["text"]


def test_images_of_the_lecturers_are_asked_and_their_labels_are_nowhere(sandboxed, folder):
    place = "/course/data/cifar10/"
    expected = f"""
paths = list(known())
assert any(p.endswith(".npz") for p in paths) and any(p.endswith(".png") for p in paths), paths
assert all(path.startswith(("{place}train/", "{place}train.decoded")) for path in paths), paths
"""
    with Worker(LIMITS, data=DataSets(folder)) as worker:
        said = examine(worker, TEST + expected)
    assert "50 images" in said and "10 images" in said and "held out of the training images" in said


def test_stand_ins_are_drawn_for_the_student_and_cannot_be_drawn_again(worker):
    examine(worker, TEST + "assert list(known()) == []")


def test_without_test_images_some_of_the_training_images_take_their_place(folder, monkeypatch):
    train, test = cifar10(folder)
    assert (len(train), len(test), test.name) == (60, 30, "CIFAR-10 (folder copy)")
    monkeypatch.setenv(WITHHELD, "1")
    kept, held_out = cifar10(folder)
    assert (len(kept), len(held_out), kept.name) == (50, 10, train.name)
    assert held_out.name == "CIFAR-10 (folder copy), held out of the training images"
    assert held_out.labels.tolist() == list(range(10))  # each class
    assert torch.equal(torch.cat([kept.images, held_out.images]).sum(), train.images.sum())


def test_a_seed_of_the_graders_draws_other_stand_ins_to_measure_on(monkeypatch):
    def drawn():
        with pytest.warns(UserWarning, match="stand-in"):
            return cifar10(source="synthetic")

    plain = drawn()
    assert torch.equal(plain[1].images, synthetic_cifar10()[1].images)
    monkeypatch.setenv("CNNCOURSE_SEED", str(2**255 + 3))
    other = drawn()
    assert torch.equal(plain[0].images, other[0].images)
    assert not torch.equal(plain[1].images, other[1].images) and other[1].name == plain[1].name
