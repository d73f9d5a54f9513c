"""Archives of learning platforms: every entry is believed nothing, and refused alone."""

import os
import struct
import zipfile

import pytest
from downloads import archive, collected

from cnncourse.course import CourseError
from cnncourse.grading.intake import archives

MOODLE = "{0}_{1}_assignsubmission_file_/tiny.ipynb"


def taken(tmp_path, entries):
    students, refused = collected("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
    files = {
        str(path.relative_to(tmp_path / "in")): path.read_bytes()
        for path in (tmp_path / "in").rglob("*")
        if path.is_file()
    }
    return students, files, dict(refused)


def test_moodle(tmp_path):
    students, files, refused = taken(
        tmp_path,
        {
            MOODLE.format("Ada Lovelace", 11): b"a",
            "Zoë Ünal_12_assignsubmission_file/tiny.ipynb": b"z",
            "Bob_13_assignsubmission_file_tiny.ipynb": b"b",
            "Bob_13_assignsubmission_onlinetext_/onlinetext.html": b"hello",
            "Ada Lovelace_11_assignsubmission_file_/__MACOSX/._tiny.ipynb": b"",
            "Cyd_14_assignsubmission_file_/tiny (1).ipynb": b"c",
        },
    )
    assert students == ["Ada-Lovelace_11", "Bob_13", "Cyd_14", "Zoë-Ünal_12"]
    assert {name: files[f"{name}/tiny/tiny.ipynb"] for name in students} == {
        "Ada-Lovelace_11": b"a",
        "Bob_13": b"b",
        "Cyd_14": b"c",
        "Zoë-Ünal_12": b"z",
    }
    assert len(files) == 4
    assert list(refused) == ["Bob_13_assignsubmission_onlinetext_/onlinetext.html"]


def test_canvas_takes_the_latest_file(tmp_path):
    students, files, refused = taken(
        tmp_path,
        {
            "lovelaceada_LATE_101_2001_tiny.ipynb": b"first",
            "lovelaceada_LATE_101_2005_tiny-1.ipynb": b"second",
            "lovelaceada_LATE_101_2006_net.pt": b"weights",
            "anon_x7Yz_77_tiny.ipynb": b"x",
        },
    )
    assert students == ["anon_x7Yz", "lovelaceada_101"]
    assert files == {
        "lovelaceada_101/tiny/tiny.ipynb": b"second",
        "lovelaceada_101/tiny/net.pt": b"weights",
        "anon_x7Yz/tiny/tiny.ipynb": b"x",
    }
    assert "tiny-1.ipynb was handed in later" in refused["lovelaceada_LATE_101_2001_tiny.ipynb"]


def test_nbgraders_layout_in_a_zip_and_in_a_folder(tmp_path, folder):
    students, files, _ = taken(
        tmp_path,
        {
            "submitted/ada/tiny/tiny.ipynb": b"a",
            "bob/tiny/tiny.ipynb": b"b",
            "bob/other/other.ipynb": b"o",
        },
    )
    assert (students, len(files)) == (["ada", "bob"], 2)
    os.symlink("/etc/passwd", folder.parents[1] / "eve")
    (folder.parents[1] / "bob" / "tiny").mkdir(parents=True)
    os.mkfifo(folder.parents[1] / "bob" / "tiny" / "pipe")
    students, refused = collected("tiny", folder.parents[1], tmp_path / "other")
    assert students == ["ada"] and [entry for entry, _ in refused] == ["bob/tiny/pipe", "eve"]
    assert (tmp_path / "other/ada/tiny/tiny.ipynb").read_text() == "{}"


def entry(name, mode=0o100644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


@pytest.mark.parametrize(
    "name, words",
    [
        ("../../../etc/cron.d/x", "leads out"),
        ("/etc/passwd", "absolute"),
        ("C:/x", "absolute"),
        (MOODLE.format("Eve", 1)[:-10] + "../../../x", "leads out"),
        ("a\\..\\b_1_2_x", "backslash"),
        ("Eve_1_assignsubmission_file_/" + "a/" * 20 + "x", "too deep"),
        ("Eve_1_assignsubmission_file_/a\nb", "control"),
        ("somebody.ipynb", "tells no student"),
        ("Eve_1_assignsubmission_file_/" + "x" * 300, "too long"),
        ("..._1_2_x/../y", "leads out"),
    ],
)
def test_an_entry_that_wants_to_go_elsewhere_is_refused_alone(tmp_path, name, words):
    students, files, refused = taken(tmp_path, {name: b"evil", MOODLE.format("Ada", 1): b"a"})
    assert students == ["Ada_1"] and list(files) == ["Ada_1/tiny/tiny.ipynb"]
    (reason,) = refused.values()
    assert words in reason
    assert not [up for up in tmp_path.parents if (up / "etc" / "cron.d" / "x").exists()]


def test_links_devices_and_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 3 << 20)
    entries = [
        (entry("Eve_1_assignsubmission_file_/l", 0o120777), b"/etc/passwd"),
        (entry("Eve_1_assignsubmission_file_/d", 0o020666), b""),
        ("Eve_1_assignsubmission_file_/bomb", bytes(2 << 20)),
        ("Eve_1_assignsubmission_file_/big", os.urandom(4 << 20)),
        ("Eve_1_assignsubmission_file_/tiny.ipynb", b"fine"),
    ]
    _students, files, refused = taken(tmp_path, entries)
    assert list(files) == ["Eve_1/tiny/tiny.ipynb"]
    expected = "link", "link", "200 times", "more than 3 MB"
    for words, reason in zip(expected, refused.values(), strict=True):
        assert words in reason


def test_an_entry_that_holds_more_than_it_says_is_refused(tmp_path):
    path = archive(
        tmp_path / "a.zip", {MOODLE.format("Eve", 1): bytes(100_000), MOODLE.format("Ada", 2): b"a"}
    )
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")  # the directory's first entry; its size is at 24
    struct.pack_into("<I", data, at + 24, 10)
    path.write_bytes(data)
    students, refused = collected("tiny", path, tmp_path / "in")
    assert students == ["Ada_2"] and "damaged" in refused[0][1]


def test_two_entries_of_one_path_and_two_students_of_one_name(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        _students, files, refused = taken(
            tmp_path,
            [
                (MOODLE.format("Ada", 1), b"old"),
                (MOODLE.format("Ada", 1), b"new"),
                (MOODLE.format("Ada", 2), b"other"),
            ],
        )
    assert files == {"Ada_1/tiny/tiny.ipynb": b"new", "Ada_2/tiny/tiny.ipynb": b"other"}
    assert "same path" in refused[MOODLE.format("Ada", 1)]


def test_names_in_utf_8_that_do_not_say_so(tmp_path):
    path = archive(tmp_path / "a.zip", {MOODLE.format("Zo__", 1): b"z"})
    path.write_bytes(path.read_bytes().replace(b"Zo__", "Zoë".encode()))
    assert collected("tiny", path, tmp_path / "in")[0] == ["Zoë_1"]


def test_a_new_submission_replaces_the_old_one_as_a_whole(tmp_path):
    taken(tmp_path, {MOODLE.format("Ada", 1): b"old", "Ada_1_assignsubmission_file_/net.pt": b"o"})
    _, files, _ = taken(tmp_path, {MOODLE.format("Ada", 1): b"new"})
    assert files == {"Ada_1/tiny/tiny.ipynb": b"new"}


def test_what_is_no_zip_says_so(tmp_path):
    (tmp_path / "a.zip").write_text("hello")
    with pytest.raises(CourseError, match="no zip archive"):
        collected("tiny", tmp_path / "a.zip", tmp_path / "in")
