"""A record is whole or none, and its key changes with what can change the grade, and nothing else."""

import json
import os
import shutil

import pytest

from cnncourse.course import PACKAGE
from cnncourse.grading import records
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.records import Record, content_key, fingerprint, read_record, write_record
from cnncourse.grading.running.settings import Settings


def test_a_record_survives_its_file_and_half_of_one_is_none(tmp_path):
    path = tmp_path / "verdicts" / "ada.json"
    record = Record(
        "tiny",
        "ada",
        "ok",
        "ünï \ud800",
        {"half": 3.0},
        measured={"bonus": {"accuracy": 0.5}},
        unanswered=["why"],
        withheld=["own"],
        inputs="12-ab",
        key="k",
        sandboxed=False,
        by_hand={"why": [1.0, None]},
    )
    write_record(record, path)
    assert read_record(path) == record
    text = path.read_text()
    for broken in (text[:-5], "", "[]", "{}", "null", text.replace('"ok"', '"great"')):
        path.write_text(broken)
        assert read_record(path) is None
    assert read_record(tmp_path / "none.json") is None


def test_a_new_record_is_empty_and_shares_nothing_with_the_next():
    empty, other = (Record("tiny", "ada", "ok", "") for _ in range(2))
    for name in ("points", "messages", "measured", "outputs", "resources", "by_hand"):
        assert getattr(empty, name) == {} and getattr(empty, name) is not getattr(other, name)
    assert (empty.unanswered, empty.inputs, empty.key, empty.sandboxed) == ([], "", "", True)


def test_a_record_is_written_into_folders_that_are_there_or_not_as_lines_that_a_person_reads(
    tmp_path,
):
    path = tmp_path / "grading" / "verdicts" / "tiny" / "ada.json"
    for message in ("first", "second"):
        write_record(Record("tiny", "ada", "ok", message), path)
    assert read_record(path).message == "second"
    assert [file.name for file in path.parent.iterdir()] == ["ada.json"]
    assert '\n "message": "second",\n' in path.read_text()


def test_a_verdict_that_is_none_is_refused():
    # In this order tables count them.
    listed = "ok, wrong, time limit, memory limit, crashed, unreadable, policy, grader error"
    with pytest.raises(ValueError, match=f"^'great' is no verdict; there are: {listed}$"):
        Record("tiny", "ada", "great", "")


def test_a_record_that_cannot_be_written_leaves_the_earlier_one(tmp_path, monkeypatch):
    path = tmp_path / "ada.json"
    write_record(Record("tiny", "ada", "ok", "first"), path)

    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_record(Record("tiny", "ada", "wrong", "second"), path)
    assert read_record(path).message == "first"


@pytest.mark.parametrize(
    "found, earned",
    [(2, 2.0), (7.5, 3.0), (-1, 0.0), (float("nan"), 0.0), (float("inf"), 3.0), (True, 1.0)],
)
def test_points_are_a_number_from_zero_to_the_most(found, earned):
    assert Record("tiny", "ada", "ok", "", {"half": found}).earned("half", 3.0) == earned
    assert Record("tiny", "ada", "ok", "").earned("half", 3.0) == 0.0


@pytest.mark.parametrize("found, earned", [(0.25, 0.25), (0, 0.0), (-0.5, 0.0), (0.5, 0.5)])
def test_fractions_of_a_point_count(found, earned):
    assert Record("tiny", "ada", "ok", "", {"half": found}).earned("half", 0.5) == earned
    assert Record("tiny", "ada", "ok", "", {"half": 2.0}).earned("half", 0.5) == 0.5
    assert Record("tiny", "ada", "ok", "").earned("half", 0.5) == 0.0


# The key


def test_the_order_of_files_and_settings_is_no_reason_to_grade_again():
    one = content_key({"a": b"1", "b": b"2"}, "tests", {"seed": 1, "data": "x"})
    assert one == content_key({"b": b"2", "a": b"1"}, "tests", {"data": "x", "seed": 1})
    assert len(one) == 64 and content_key({"a": b""}, "half \ud800", {})


def test_which_versions_examine_counts(monkeypatch):
    monkeypatch.setattr(records, "sources", lambda package: iter([("checks.py", ["1"])]))
    known = {"torch": "2.11", "torchvision": "0.26", "numpy": "2"}
    found = set()
    for change in ({}, {"torch": "3"}, {"torchvision": "3"}, {"numpy": "3"}):
        monkeypatch.setattr(records, "version", (known | change).__getitem__)
        found.add(records.software.__wrapped__())
    monkeypatch.setattr(records.platform, "python_version", lambda: "4.0")
    found.add(records.software.__wrapped__())
    assert len(found) == 5 and all(len(key) == 64 for key in found)


def test_a_package_that_is_not_installed_has_no_version(monkeypatch):
    def missing(package):
        raise records.PackageNotFoundError(package)

    assert records._version("numpy")
    monkeypatch.setattr(records, "version", missing)
    assert records._version("torchvision") is None


def test_the_words_of_a_program_tell_its_blocks(tmp_path):
    one, two = (list(records.words(text)) for text in ("if a:\n  b\nc", "if a:\n  b\n  c"))
    assert one != two and one == list(records.words("if a:  # yes\n\n      b\nc"))
    assert list(records.words("a = 'ü'")) == ["a", "=", "'ü'", "", ""]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.py").write_text("y = 'ü'", encoding="utf-8")
    (tmp_path / "a.py").write_text("x")
    assert [name for name, _ in records.sources(tmp_path)] == ["a.py", "sub/b.py"]


@pytest.mark.parametrize(
    "files, source, settings",
    [
        ({"a.ipynb": b"2"}, "tests", {"seed": 1}),
        ({"b.ipynb": b"1"}, "tests", {"seed": 1}),
        ({"a.ipynb": b"1", "net.pt": b""}, "tests", {"seed": 1}),
        ({"a.ipynb": b"1"}, "Tests", {"seed": 1}),
        ({"a.ipynb": b"1"}, "tests", {"seed": 2}),
    ],
)
def test_whatever_a_grade_depends_on_changes_the_key(files, source, settings):
    assert content_key(files, source, settings) != content_key(
        {"a.ipynb": b"1"}, "tests", {"seed": 1}
    )


def test_settings_count_one_by_one():
    plain = Settings(0).plain()
    assert Settings(0).plain() == plain
    for other in (
        Settings(1),
        Settings(0, Limits(memory_bytes=1 << 30)),
        Settings(0, sandbox=False),
        Settings(0, fingerprint="others"),
        Settings(0, software="another"),
    ):
        assert other.plain() != plain


@pytest.fixture
def package(tmp_path):
    copy = tmp_path / "cnncourse"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "stills"))
    return copy


def changed(package, name, old, new):
    """Does the change of a file change what counts as software?"""
    before = list(records.sources(package))
    path = package / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return list(records.sources(package)) != before


@pytest.mark.parametrize(
    "name",
    [
        "checks.py",
        "data/cifar.py",
        "grading/examining/inside/examiner.py",
        "grading/examining/plan.py",
        "grading/intake/notebooks.py",
        "operations.py",
    ],
)
def test_code_that_takes_part_in_an_examination_counts(package, name):
    assert changed(package, name, "return ", "return not ")


@pytest.mark.parametrize(
    "name",
    [
        "grading/reports/report.py",
        "grading/gradebook/feedback.py",
        "grading/running/batch.py",
        "grading/intake/collect.py",
        "grading/commands/grade.py",
        "site/quiz.py",
        "commands/doctor.py",
        "selfcheck.py",
        "publishing/kit.py",
        "record.py",
    ],
)
def test_code_that_takes_no_part_does_not(package, name):
    assert not changed(package, name, "return ", "return not ")


def test_comments_blank_lines_and_layout_do_not_count(package):
    assert not changed(package, "checks.py", "import copy\n", "# a copy\n\nimport copy  # yes\n")
    assert changed(package, "checks.py", "import math\n", "import math\nimport cmath\n")


def test_a_file_that_is_added_counts(package):
    before = list(records.sources(package))
    (package / "new.py").write_text("x = 1\n")
    assert list(records.sources(package)) != before


# Data sets


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "cifar10" / "train" / "cat").mkdir(parents=True)
    (folder / "cifar10" / "train" / "cat" / "0.png").write_bytes(b"cat")
    return folder


def test_other_images_change_the_fingerprint_whatever_their_names_and_sizes(data, tmp_path):
    memory = tmp_path / "not" / "yet" / "memory.json"
    before = fingerprint(DataSets(data), memory)
    assert fingerprint(DataSets(data), memory) == fingerprint(DataSets(data)) == before
    image = data / "cifar10" / "train" / "cat" / "0.png"
    image.write_bytes(b"dog")
    os.utime(image, ns=(1, 1))
    assert fingerprint(DataSets(data), memory) != before
    image.write_bytes(b"cat")
    assert fingerprint(DataSets(data), memory) == before


def test_a_copy_of_the_same_data_has_the_same_fingerprint(data, tmp_path):
    shutil.copytree(data, tmp_path / "copy")
    assert fingerprint(DataSets(tmp_path / "copy")) == fingerprint(DataSets(data))


@pytest.mark.parametrize("name", [".DS_Store", "cifar10/Thumbs.db", ".cache/x", "__MACOSX/y"])
def test_what_file_managers_leave_changes_nothing(data, name):
    before = fingerprint(DataSets(data))
    path = data / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\0")
    assert fingerprint(DataSets(data)) == before


@pytest.mark.parametrize("change", ["more", "renamed", "gone", "asked for"])
def test_whatever_is_read_changes_the_fingerprint(data, change):
    before = fingerprint(DataSets(data))
    image = data / "cifar10" / "train" / "cat" / "0.png"
    if change == "more":
        image.with_name("1.png").write_bytes(b"")
    elif change == "renamed":
        image.rename(image.with_name("1.png"))
    elif change == "gone":
        shutil.rmtree(data / "cifar10")
    asked = "synthetic" if change == "asked for" else None
    assert fingerprint(DataSets(data, asked)) != before


@pytest.mark.parametrize("text", ["", "[]", '{"signature": 3}', '{"contents": 1}', "\0"])
def test_a_damaged_memory_is_made_anew(data, tmp_path, text):
    memory = tmp_path / "memory.json"
    memory.write_text(text)
    assert fingerprint(DataSets(data), memory) == fingerprint(DataSets(data))
    assert json.loads(memory.read_text())["contents"]


def test_variables_are_those_of_whoever_grades(data, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "folder")
    found = DataSets.here(data)
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "official")  # as on a worker that has its own
    assert found.variables() == {"CNNCOURSE_CIFAR10": "folder", "CNNCOURSE_DATA": str(data)}
    assert DataSets.here(data / "none").variables() == {"CNNCOURSE_CIFAR10": "official"}


def test_the_key_is_the_masters_whatever_a_workers_variables_are(data, monkeypatch, tmp_path):
    (tmp_path / "grading").mkdir()
    monkeypatch.delenv("CNNCOURSE_DATA", raising=False)
    settings = Settings.of_course(tmp_path, 0)
    assert settings.data.folder == data
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "synthetic")
    assert settings.plain()["data"] == settings.fingerprint
    assert Settings.of_course(tmp_path, 0).fingerprint != settings.fingerprint
