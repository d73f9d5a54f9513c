"""A submission's folder that is not what it should be: read without touching what is no file."""

import os
import threading

import pytest

from cnncourse.grading.intake import folders
from cnncourse.grading.intake.folders import read_submission


def problem(folder):
    return read_submission(folder.parents[1], "ada", "tiny").problem


def test_ordinary_files_are_read_by_path_and_editors_leftovers_are_not(folder):
    (folder / "part").mkdir()
    (folder / "part" / "net.pt").write_bytes(b"\0weights")
    for litter in (".ipynb_checkpoints", "__pycache__"):
        (folder / litter).mkdir()
        (folder / litter / "x").write_text("x")
    found = read_submission(folder.parents[1], "ada", "tiny")
    assert found.problem is None
    assert found.files == {"tiny.ipynb": b"{}", "part/net.pt": b"\0weights"}


def link(folder):
    (folder / "data").symlink_to("/etc/passwd")


def link_for_the_notebook(folder):
    (folder / "tiny.ipynb").unlink()
    (folder / "tiny.ipynb").symlink_to("/etc/passwd")


def link_to_a_folder(folder):
    (folder / "data").symlink_to("/etc")


def linked_folder(folder):
    folder.rename(folder.with_name("other"))
    folder.symlink_to(folder.with_name("other"))


def linked_student(folder):
    folder.parent.rename(folder.parents[1] / "eve")
    folder.parent.symlink_to(folder.parents[1] / "eve")


def hard_link(folder):
    os.link(folder / "tiny.ipynb", folder / "copy.ipynb")


def pipe(folder):
    os.mkfifo(folder / "pipe")


def deep(folder):
    (folder / "/".join("abcdefghijkl")).mkdir(parents=True)


def many(folder):
    for number in range(folders.MAX_FILES):
        (folder / f"{number}.txt").touch()


def huge(folder):
    with open(folder / "huge.bin", "wb") as file:
        file.truncate(1 << 40)  # a hole: takes no room on the disk


def odd_name(folder):
    with open(os.fsencode(folder) + b"/\xe9.txt", "w"):
        pass


@pytest.mark.parametrize(
    "attack, words",
    [
        (link, "data is a link"),
        (link_for_the_notebook, "tiny.ipynb is a link"),
        (link_to_a_folder, "data is a link"),
        (linked_folder, "'tiny' is a link"),
        (linked_student, "'ada' is a link"),
        (hard_link, "hard link"),
        (pipe, "no ordinary file"),
        (deep, "nested"),
        (many, "more than 200 files"),
        (huge, "more than 64 MB"),
        (odd_name, "not Unicode"),
    ],
)
def test_what_is_no_plain_file_is_refused_without_being_touched(folder, attack, words):
    attack(folder)
    answer = []
    # In a thread, since opening a pipe would wait for ever.
    thread = threading.Thread(target=lambda: answer.append(problem(folder)), daemon=True)
    thread.start()
    thread.join(20)
    ((verdict, sentence),) = answer
    assert verdict == "policy" and words in sentence


def test_a_missing_notebook_is_named_and_so_is_the_one_that_is_there(folder):
    (folder / "tiny.ipynb").rename(folder / "Tiny-final.ipynb")
    verdict, sentence = problem(folder)
    assert (
        verdict == "unreadable" and "no notebook tiny.ipynb: there is Tiny-final.ipynb" in sentence
    )
