"""The data sets that cells may read: which files count, and when they are read again."""

import json
from pathlib import Path

import pytest

from cnncourse.grading.examining.datasets import DataSets, is_litter
from cnncourse.grading.records import fingerprint


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("b/2.png", "b/1.png", "a/3.png", "c.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_files_are_told_in_order_with_what_the_system_knows(data):
    (data / "empty").mkdir()
    (data / "gone").symlink_to("nowhere")
    found = list(DataSets(data).files())
    assert [path for path, _ in found] == ["a/3.png", "b/1.png", "b/2.png", "c.txt"]
    assert [about.st_size for _, about in found] == [7, 7, 7, 5]
    assert list(DataSets().files()) == []


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "__MACOSX", "__pycache__", ".x"])
def test_litter_is_no_data_as_a_file_or_a_folder(data, name):
    assert is_litter(name) and not is_litter(f"x{name}")
    (data / "b" / name).write_text("x")
    (data / "a" / name).mkdir()
    (data / "a" / name / "x.png").write_text("x")
    assert len(list(DataSets(data).files())) == 4


def test_those_of_this_machine(data, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "")
    assert DataSets.here("data") == DataSets(data) == DataSets.here(Path("data"))
    assert DataSets.here(None) == DataSets.here("data/c.txt") == DataSets.here("") == DataSets()
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "folder")
    assert DataSets.here(None) == DataSets(None, "folder")


def test_a_process_is_told_of_those_that_there_are(data):
    assert DataSets().variables() == {}
    assert DataSets(data).variables() == {"CNNCOURSE_DATA": str(data)}
    assert DataSets(None, "folder").variables() == {"CNNCOURSE_CIFAR10": "folder"}


def test_contents_are_read_only_if_a_file_may_have_changed(data, tmp_path, monkeypatch):
    memory = tmp_path / "new" / "folder" / "memory.json"
    before = fingerprint(DataSets(data), memory)
    assert set(json.loads(memory.read_text())) == {"signature", "contents"}
    read, read_bytes = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (read.append(path), read_bytes(path))[1])
    assert fingerprint(DataSets(data), memory) == before and read == [memory]
    (data / "c.txt").write_text("longer text")
    assert fingerprint(DataSets(data), memory) != before and len(read) == 6
    read.clear()
    assert fingerprint(DataSets(data, "folder"), str(memory)) != before and read == [memory]


def test_a_fingerprint_without_data_is_one_too(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = {fingerprint(DataSets(None, cifar10)) for cifar10 in (None, "folder")}
    assert len(found) == 2 and all(len(key) == 64 for key in found)


def test_a_name_that_is_not_unicode_is_data_as_well(data):
    before = fingerprint(DataSets(data))
    with open(str(data).encode() + b"/\xff.png", "w"):
        pass
    assert fingerprint(DataSets(data)) != before


def test_where_one_file_ends_and_the_next_begins_counts(tmp_path):
    keys = set()
    for number, files in enumerate(({"a": "12", "b": "3"}, {"a": "1", "b": "23"}, {"a": "123"})):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)
        keys.add(fingerprint(DataSets(folder)))
    assert len(keys) == 3


def test_submissions_see_what_is_named_for_training_and_nothing_else(tmp_path):
    shown = {
        "cifar10/train/cat/1.png",
        "cifar10/train.decoded.npz",
        "cifar-10-batches-py/data_batch_5",
        "cifar-10-batches-py/batches.meta",
        "torch/cifar-10-batches-py/data_batch_1",
        "Training.csv",
    }
    hidden = {
        "cifar10/test/cat/1.png",
        "cifar10/test.decoded.npz",
        "cifar10/decoded.npz",
        "cifar-10-batches-py/test_batch",
        "torch/cifar-10-batches-py/test_batch",
        "cifar-10-python.tar.gz",
        "private/cat/train/1.png",
        "labels.csv",
    }
    for name in shown | hidden:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = DataSets(tmp_path).training()
    assert {name for name in shown if any(Path(name).is_relative_to(f) for f in found)} == shown
    assert not [name for name in hidden if any(Path(name).is_relative_to(f) for f in found)]
    assert DataSets().training() == []
