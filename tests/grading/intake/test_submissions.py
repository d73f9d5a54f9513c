"""What strangers hand in: folders, archives and notebooks that are not what they should be."""

import json
import os
import struct
import threading
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import determine_grade
from tiny import NO_HALF, RIGHT, TESTS, tiny

from cnncourse.grading.intake import collect as collecting
from cnncourse.grading.intake import folders, notebooks
from cnncourse.grading.intake.collect import collect
from cnncourse.grading.intake.folders import read_submission
from cnncourse.grading.records import Record

# Folders


@pytest.fixture
def folder(tmp_path):
    """The folder of ada's submission, with a notebook in it."""
    place = tmp_path / "submitted" / "ada" / "tiny"
    place.mkdir(parents=True)
    (place / "tiny.ipynb").write_text("{}")
    return place


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
    assert verdict == "unreadable" and "no file tiny.ipynb (there is Tiny-final.ipynb)" in sentence


# Notebooks

SKELETON = notebooks.skeleton(tiny("### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION"))


def text(notebook):
    return json.dumps(notebook).encode()


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "is empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "breaks off"),
        (b"[1]", "a list"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": 3, "worksheets": 7}', "format 3"),
        (b'{"cells": [7]}', "cell 1"),
        (b'{"cells": [{"cell_type": "code", "source": {}}]}', "text of its cell 1"),
        (b'{"cells": [{"cell_type": "secret"}]}', "no known type"),
        (b"[" * 100_000, "deeply"),
    ],
)
def test_what_is_no_notebook_is_named(data, words):
    with pytest.raises(notebooks.Unreadable, match=words):
        notebooks.parse(data, "tiny.ipynb")


def rebuilt(notebook):
    return notebooks.rebuild(SKELETON, notebooks.parse(text(notebook), "tiny.ipynb"), "tiny.ipynb")


def order(notebook):
    return [cell.id for cell in notebook.cells]


def change(act, answer=RIGHT):
    notebook = tiny(answer)
    act(notebook.cells)
    return notebook


CHANGES = {
    "duplicated test": lambda cells: cells.append(cells[1].copy()),
    "duplicated answer": lambda cells: cells.insert(0, cells[0].copy()),
    "deleted test": lambda cells: cells.pop(2),
    "renamed test": lambda cells: cells[2].metadata.nbgrader.update(grade_id="x"),
    "test made text": lambda cells: cells[2].update(cell_type="markdown"),
    "answer's type": lambda cells: cells[0].update(cell_type="raw"),
    "test as an answer": lambda cells: cells[2].metadata.nbgrader.update(
        solution=True, grade=False
    ),
    "points": lambda cells: cells[2].metadata.nbgrader.update(points=1000),
    "negative points": lambda cells: cells[2].metadata.nbgrader.update(points="-1"),
    "tag": lambda cells: cells[2].metadata.update(tags=["skip-execution"]),
    "no metadata": lambda cells: [cell.update(metadata={}) for cell in cells],
    "metadata of other types": lambda cells: cells[2].update(metadata={"nbgrader": [1]}),
    "grade_id of another type": lambda cells: cells[2].metadata.nbgrader.update(grade_id={"a": 1}),
    "half a character": lambda cells: cells.append(new_code_cell("'\ud800'")),
    "outputs": lambda cells: cells[2].update(
        outputs=[
            {
                "output_type": "execute_result",
                "data": {"text/plain": "3.0"},
                "metadata": {},
                "execution_count": 1,
            }
        ]
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_happened_to_the_cells_makes_no_difference(name):
    notebook = change(CHANGES[name])
    found = rebuilt(notebook)
    nbformat.validate(found)
    assert len(set(order(found))) == len(found.cells)
    ours = {cell.id: cell for cell in found.cells if cell.metadata.get("nbgrader")}
    assert set(ours) == {"solution", *TESTS, "why"}
    for cell in SKELETON.cells:
        assert ours[cell.id].metadata == cell.metadata and ours[cell.id].cell_type == cell.cell_type
        if cell.id in TESTS:
            assert (ours[cell.id].source, ours[cell.id].outputs) == (cell.source, [])
    assert ours["solution"].source == RIGHT


def test_cells_keep_the_students_order_and_missing_ones_come_back_in_their_place():
    extra = [new_code_cell("a = 1", id="one"), new_markdown_cell("text", id="two")]
    notebook = change(
        lambda cells: (cells.pop(2), cells.insert(1, extra[0]), cells.append(extra[1]))
    )
    assert order(rebuilt(notebook)) == ["solution", "one", "double", "half", "hidden", "why", "two"]


def test_the_last_of_two_answers_counts_and_the_other_stays_a_cell_of_its_own():
    found = rebuilt(change(lambda cells: cells.insert(0, {**cells[0], "source": NO_HALF})))
    assert [cell.source for cell in found.cells[:2]] == [NO_HALF, RIGHT]
    assert order(found)[:2] == ["own-0", "solution"]


def test_an_empty_submission_holds_neither_answers_nor_the_sources_solution():
    assert "def half" not in SKELETON.cells[0].source
    assert "the_hidden_number" in SKELETON.cells[3].source


POINTS = {"double": 2.0, "half": 1.5, "hidden": 0.0}


@pytest.mark.parametrize(
    "given, expected",
    [
        (POINTS, POINTS),
        ({}, dict.fromkeys(TESTS, 0.0)),
        (
            {"double": 1e9, "half": -1, "hidden": float("nan")},
            {"double": 2, "half": 0, "hidden": 0},
        ),
    ],
)
def test_nbgraders_own_rule_reads_exactly_the_points_of_the_record(given, expected):
    outputs = {
        name: [
            {"output_type": "error", "ename": "E", "evalue": "", "traceback": []},
            {"output_type": "stream", "name": "stderr", "text": "!"},
        ]
        for name in ("solution", *TESTS)
    }
    record = Record(
        "tiny", "ada", "wrong", "line", given, {"half": "first\nsecond"}, outputs=outputs
    )
    notebook = notebooks.annotate(rebuilt(tiny(RIGHT)), record)
    nbformat.validate(notebook)
    scores = {cell.id: determine_grade(cell)[0] for cell in notebook.cells if cell.id in TESTS}
    assert scores == expected
    notebooks.annotate(notebook, record)
    assert order(notebook).count("verdict") == 1


# Archives

MOODLE = "{0}_{1}_assignsubmission_file_/tiny.ipynb"


def archive(path, entries):
    """A zip of {name or ZipInfo: bytes}, duplicates allowed as a list of pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, data in entries.items() if isinstance(entries, dict) else entries:
            made.writestr(entry, data)
    return path


def taken(tmp_path, entries):
    students, refused = collect("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
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
    students, refused = collect("tiny", folder.parents[1], tmp_path / "other")
    assert students == ["ada"] and [entry for entry, _ in refused] == ["bob/tiny"]
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
    assert not list(tmp_path.parent.glob("*etc*"))


def test_links_devices_and_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "MAX_BYTES", 3 << 20)
    entries = [
        (entry("Eve_1_assignsubmission_file_/l", 0o120777), b"/etc/passwd"),
        (entry("Eve_1_assignsubmission_file_/d", 0o020666), b""),
        ("Eve_1_assignsubmission_file_/bomb", bytes(2 << 20)),
        ("Eve_1_assignsubmission_file_/big", os.urandom(4 << 20)),
        ("Eve_1_assignsubmission_file_/tiny.ipynb", b"fine"),
    ]
    _, files, refused = taken(tmp_path, entries)
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
    students, refused = collect("tiny", path, tmp_path / "in")
    assert students == ["Ada_2"] and "damaged" in refused[0][1]


def test_two_entries_of_one_path_and_two_students_of_one_name(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        _, files, refused = taken(
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
    assert collect("tiny", path, tmp_path / "in")[0] == ["Zoë_1"]


def test_a_new_submission_replaces_the_old_one_as_a_whole(tmp_path):
    taken(tmp_path, {MOODLE.format("Ada", 1): b"old", "Ada_1_assignsubmission_file_/net.pt": b"o"})
    _, files, _ = taken(tmp_path, {MOODLE.format("Ada", 1): b"new"})
    assert files == {"Ada_1/tiny/tiny.ipynb": b"new"}


def test_what_is_no_zip_says_so(tmp_path):
    (tmp_path / "a.zip").write_text("hello")
    with pytest.raises(ValueError, match="no zip archive"):
        collect("tiny", tmp_path / "a.zip", tmp_path / "in")
