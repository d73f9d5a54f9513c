"""Reading a folder: what is at a limit is read, what is above it refused; no descriptor is left."""

import os

import pytest

from cnncourse.grading.intake import folders
from cnncourse.grading.intake.folders import Submission, read_submission, students


@pytest.fixture
def place(tmp_path):
    place = tmp_path / "ada" / "tiny"
    place.mkdir(parents=True)
    (place / "tiny.ipynb").write_bytes(b"{}")
    return place


def read(place):
    return read_submission(place.parents[1], "ada", "tiny")


def test_who_has_handed_in_is_told_in_order_and_hidden_folders_are_nobody(tmp_path):
    for name in ("zoe", "ada", "mia", ".collect-x", "bob"):
        (tmp_path / name / "tiny").mkdir(parents=True)
    (tmp_path / "eve" / "other").mkdir(parents=True)
    (tmp_path / "joe").mkdir()
    (tmp_path / "joe" / "tiny").symlink_to("nowhere")  # to be refused with a sentence, not missed
    assert students(tmp_path, "tiny") == ["ada", "bob", "joe", "mia", "zoe"]


def test_what_is_read_is_all_that_there_is(place):
    (place / "a" / "b").mkdir(parents=True)
    (place / "a" / "b" / "net.pt").write_bytes(b"\0")
    (place / ".hidden.txt").write_bytes(b"h")
    (place / "empty").mkdir()
    for litter in (".git", "__pycache__"):
        (place / litter).mkdir()
        (place / litter / "x").touch()
    files = {"tiny.ipynb": b"{}", "a/b/net.pt": b"\0", ".hidden.txt": b"h"}
    assert read(place) == Submission("ada", files, None)


def test_without_the_notebook_the_files_are_there_and_others_named(place):
    (place / "tiny.ipynb").unlink()
    for name in ("net.pt", "d.ipynb", "b.ipynb", "c.ipynb", "a.ipynb"):
        (place / name).write_bytes(name.encode())
    found = read(place)
    sentence = (
        "there is no notebook tiny.ipynb: there is a.ipynb, b.ipynb, c.ipynb, d.ipynb, "
        "net.pt (weights of a network); hand in tiny.ipynb"
    )
    assert found.problem == ("unreadable", sentence) and found.files["net.pt"] == b"net.pt"
    for path in place.glob("*.ipynb"):
        path.unlink()
    sentence = (
        "there is no notebook tiny.ipynb: there is net.pt (weights of a network); "
        "hand in tiny.ipynb"
    )
    assert read(place).problem == ("unreadable", sentence)


def test_a_refusal_has_no_files(place):
    (place / "x").symlink_to("/etc/passwd")
    sentence = "x is a link or cannot be opened; hand in plain files"
    assert read(place) == Submission("ada", {}, ("policy", sentence))


def test_so_many_files_are_read_and_no_more(place, monkeypatch):
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    for name in "ab":
        (place / name).touch()
    assert len(read(place).files) == 3
    (place / "c").touch()
    assert "more than 3 files" in read(place).problem[1]


def test_so_many_bytes_are_read_and_no_more(place, monkeypatch):
    monkeypatch.setattr(folders, "MAX_BYTES", 10)
    (place / "a").write_bytes(b"12345678")
    assert read(place).files == {"a": b"12345678", "tiny.ipynb": b"{}"}
    (place / "a").write_bytes(b"123456789")
    assert (
        read(place).problem[0] == "policy" and "the files have more than" in read(place).problem[1]
    )


def test_a_file_that_grows_while_it_is_read_is_cut_off(place, monkeypatch):
    monkeypatch.setattr(folders, "MAX_BYTES", 10)
    (place / "tiny.ipynb").write_bytes(b"1" * 50)
    fstat = os.fstat

    class Small:
        """What the system said before it grew."""

        def __init__(self, about):
            self.st_mode, self.st_nlink, self.st_size = about.st_mode, about.st_nlink, 5

    monkeypatch.setattr(folders.os, "fstat", lambda file: Small(fstat(file)))
    assert "the files have more than" in read(place).problem[1]


def test_folders_are_read_to_a_depth_and_no_further(place, monkeypatch):
    monkeypatch.setattr(folders, "MAX_DEPTH", 2)
    (place / "a" / "b").mkdir(parents=True)
    (place / "a" / "b" / "x").touch()
    assert "a/b/x" in read(place).files
    (place / "a" / "b" / "c").mkdir()
    assert read(place).problem == ("policy", "folders are nested more than 2 deep")


@pytest.mark.parametrize("links", [2, 3])
def test_a_file_of_two_names_is_refused(place, tmp_path, links):
    for number in range(1, links):
        os.link(place / "tiny.ipynb", tmp_path / f"{number}")
    sentence = "tiny.ipynb is a hard link; hand in a copy of the file"
    assert read(place).problem == ("policy", sentence)


@pytest.mark.parametrize(
    "name, shown",
    [(b"a\nb", r"'a\nb' has control characters"), (b"a\xff", r"'a\\udcff' is not Unicode")],
)
def test_a_name_that_a_terminal_or_a_file_could_not_show_is_refused(place, name, shown):
    with open(os.fsencode(place) + b"/" + name, "w"):
        pass
    assert read(place).problem == ("policy", f"the file name {shown}; rename it")


def test_a_folder_of_such_a_name_too(place):
    os.mkdir(place / "a\tb")
    assert "control characters" in read(place).problem[1]


@pytest.mark.parametrize("problem", ["none", "link", "deep", "no student", "no folder"])
def test_every_descriptor_is_closed_whatever_happens(place, problem, monkeypatch):
    (place / "a" / "b").mkdir(parents=True)
    if problem == "link":
        (place / "a" / "b" / "x").symlink_to("/etc/passwd")
    if problem == "deep":
        monkeypatch.setattr(folders, "MAX_DEPTH", 0)
    open_before = os.listdir("/proc/self/fd")
    student = "eve" if problem == "no student" else "ada"
    name = "other" if problem == "no folder" else "tiny"
    found = read_submission(place.parents[1], student, name)
    assert os.listdir("/proc/self/fd") == open_before
    assert bool(found.problem) == (problem != "none")


def test_relative_names_are_looked_up_in_the_submission_only(place, monkeypatch, tmp_path):
    """A file of the same name in the working directory is another one."""
    here = tmp_path / "here"
    (here / "ada" / "tiny").mkdir(parents=True)
    (here / "tiny.ipynb").write_bytes(b"wrong")
    (here / "ada" / "tiny" / "tiny.ipynb").write_bytes(b"wrong")
    (here / "sub").mkdir()
    (here / "sub" / "x").write_bytes(b"wrong")
    (place / "sub").mkdir()
    (place / "sub" / "x").write_bytes(b"right")
    monkeypatch.chdir(here)
    assert read(place).files == {"tiny.ipynb": b"{}", "sub/x": b"right"}


def test_limits_are_those_that_students_are_told():
    assert (folders.MB, folders.MAX_BYTES) == (1024**2, 64 * 1024**2)
    assert (folders.MAX_FILES, folders.MAX_DEPTH) == (200, 8)
