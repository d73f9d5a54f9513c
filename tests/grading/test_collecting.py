"""`cnncourse collect`: what it prints of a class."""

import json

import pytest
from downloads import archive
from tiny_course import FakeReader, tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.grading.commands import collect as program

NOTEBOOK = json.dumps(tiny(RIGHT))


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "Reader", FakeReader)
    return tiny_course(tmp_path / "course")


def collect(course, entries):
    source = archive(course.parent / "a.zip", entries)
    return command.main(["collect", "tiny", "--root", str(course), "--from-zip", str(source)])


def test_taken_refused_and_missing_are_told(course, capsys):
    (course / "students.csv").write_text(
        "id,name,email,section\n"
        "a1,Ada Lovelace,ada@example.org,1\nb2,Bob,bob@example.org,1\nc3,Cyd,cyd@example.org,2\n"
    )
    entries = {
        "Ada Lovelace_11_assignsubmission_file/tiny.ipynb.txt": NOTEBOOK,
        "Bob_12_assignsubmission_file/tiny.ipynb": NOTEBOOK,
        "Zoe_13_assignsubmission_file/tiny.ipynb": NOTEBOOK,
        "readme.txt": b"hello",
    }
    assert collect(course, entries) == 0
    told = capsys.readouterr().out
    assert "a1: tiny.ipynb.txt was taken for tiny.ipynb" in told
    assert "handed in nothing: c3 Cyd" in told and "nothing: a1" not in told
    assert "not in the class list: " in told and "Zoe_13" in told
    assert "refused: readme.txt: its name tells no student" in told
    assert "3 submissions taken" in told and "1 entries refused" in told
    assert (course / "grading/submitted/a1/tiny/tiny.ipynb").read_text() == NOTEBOOK


def test_without_a_class_list_nobody_is_missing_and_nothing_is_never_silent(course, capsys):
    assert collect(course, {"ada/tiny/tiny.ipynb": NOTEBOOK}) == 0
    assert "class list" not in capsys.readouterr().out
    assert collect(course, {"ada/more/more.ipynb": b"1"}) == 1
    found = capsys.readouterr()
    assert "of other assignments: more" in found.out and "nothing could be taken" in found.err
