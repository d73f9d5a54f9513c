"""Where the files of an archive go, which of two counts, and what each limit still lets through."""

import os
import re
import stat
import zipfile

import pytest
from downloads import archive, collected

from cnncourse.grading.intake import archives, layouts, taking
from cnncourse.grading.intake import collect as collecting
from cnncourse.grading.intake.folders import Refused

MOODLE = "Ada_1_assignsubmission_file_/"
NOTEBOOK = MOODLE + "tiny.ipynb"


@pytest.fixture
def take(tmp_path):
    """(students, {path: bytes}, {entry: sentence}) of an archive; the order of entries is kept."""

    def take(*entries, target=tmp_path / "in"):
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as made:
            for entry, data in entries:
                made.writestr(entry, data)
        students, refused = collected("tiny", str(tmp_path / "a.zip"), str(target))
        files = (path for path in target.rglob("*") if path.is_file())
        found = {path.relative_to(target).as_posix(): path.read_bytes() for path in files}
        return students, found, dict(refused)

    return take


def entry(name, mode=stat.S_IFREG | 0o644, flags=0):
    info = zipfile.ZipInfo(name)
    info.external_attr, info.flag_bits = mode << 16, flags
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


# Places


def test_the_folders_on_the_way_are_made_and_nothing_else_is_left(take, tmp_path):
    target = tmp_path / "new" / "submitted"
    deep = (MOODLE + "a/b/net.pt", b"n"), (MOODLE + "a/b/more.pt", b"m")
    assert take((NOTEBOOK, b"1"), *deep, target=target)[0] == ["Ada_1"]
    assert [path.name for path in target.iterdir()] == ["Ada_1"]
    assert [path.name for path in (target / "Ada_1").iterdir()] == ["tiny"]
    assert stat.S_IMODE((target / "Ada_1" / "tiny").stat().st_mode) == 0o755
    assert (target / "Ada_1/tiny/a/b/net.pt").read_bytes() == b"n"


@pytest.mark.parametrize("kind", ["link", "file", "folder"])
def test_whatever_was_there_before_is_replaced_and_no_link_is_followed(take, tmp_path, kind):
    place = tmp_path / "in" / "Ada_1" / "tiny"
    (tmp_path / "in" / "Ada_1" / "other").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    if kind == "link":
        place.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        place.write_text("old")
    else:
        place.mkdir()
        (place / "old").touch()
    assert take((NOTEBOOK, b"1"))[1] == {"Ada_1/tiny/tiny.ipynb": b"1"}
    assert not place.is_symlink() and (tmp_path / "elsewhere" / "kept").exists()
    assert sorted(os.listdir(place.parent)) == ["other", "tiny"]


def test_what_cannot_be_put_in_place_leaves_nothing_behind(take, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Ada_1").write_text("a file in the place of her folder")
    students, _, refused = take((NOTEBOOK, b"1"), (NOTEBOOK.replace("Ada", "Bob"), b"2"))
    assert students == ["Bob_1"] and "exists" in refused["Ada_1"]
    assert sorted(os.listdir(tmp_path / "in")) == ["Ada_1", "Bob_1"]


def test_what_was_there_before_and_cannot_be_removed_costs_nobody_the_new_one(
    take, tmp_path, monkeypatch
):
    take((NOTEBOOK, b"1"))
    remove = os.rmdir

    def refuse(path, **where):
        if collecting.UNFINISHED in os.fspath(path):
            raise PermissionError(path)
        remove(path, **where)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", refuse)
        students, _, refused = take((NOTEBOOK, b"2"))
    assert (students, refused) == (["Ada_1"], {})
    assert take((NOTEBOOK, b"3"))[1] == {"Ada_1/tiny/tiny.ipynb": b"3"}
    assert os.listdir(tmp_path / "in") == ["Ada_1"]  # the next run removes what was left


def test_new_folders_are_made_where_they_end_up(take, tmp_path, monkeypatch):
    # A rename is one step within one file system only; /tmp is often another.
    seen = []
    exchange = collecting.exchange
    monkeypatch.setattr(
        collecting, "exchange", lambda new, to: (seen.append(new), exchange(new, to))
    )
    take((NOTEBOOK, b"1"))
    assert [path.parent for path in seen] == [tmp_path / "in"]
    assert seen[0].name.startswith(".")  # what is half done is no student: see folders.students


def test_every_file_is_on_the_disk_before_it_is_in_its_place(take, tmp_path, monkeypatch):
    synced = set()
    monkeypatch.setattr(os, "fsync", lambda file: synced.add(os.readlink(f"/proc/self/fd/{file}")))
    exchange = collecting.exchange
    before = []
    monkeypatch.setattr(
        collecting, "exchange", lambda new, to: (before.extend(synced), exchange(new, to))
    )
    take((NOTEBOOK, b"1"), (MOODLE + "a/net.pt", b"2"))
    assert sorted(path.rpartition("/")[2] for path in before) == ["net.pt", "tiny.ipynb"]


def test_students_are_told_in_order_whatever_the_archives_is(take):
    found = take(("Zed_2_assignsubmission_file_/tiny.ipynb", b"z"), (NOTEBOOK, b"a"))
    assert found[0] == ["Ada_1", "Zed_2"] and len(found[1]) == 2 and not found[2]


def test_a_log_tells_what_was_taken_from_whom(take, caplog):
    caplog.set_level("DEBUG", collecting.__name__)
    take((MOODLE + "net.pt", b""), (NOTEBOOK, b"1"))
    assert "Ada_1: net.pt, tiny.ipynb" in caplog.text


def test_a_folder_keeps_its_files_and_one_without_the_notebook_is_taken_too(tmp_path):
    for student, file in ("ada", "tiny.ipynb"), ("bob", "other.txt"):
        place = tmp_path / "from" / student / "tiny"
        place.mkdir(parents=True)
        (place / file).write_text(student)
    (tmp_path / "from" / "eve").mkdir()
    (tmp_path / "from" / "eve" / "tiny").symlink_to("/etc")
    students, refused = collected("tiny", tmp_path / "from", tmp_path / "in")
    assert students == ["ada", "bob"]
    assert (tmp_path / "in/bob/tiny/other.txt").read_text() == "bob"
    assert refused == [("eve/tiny", "it is a link; hand in plain files and folders")]


# Names


@pytest.mark.parametrize(
    "path, student, file, order",
    [
        ("Ada Lovelace_4711_assignsubmission_file_/a/b.txt", "Ada-Lovelace_4711", "a/b.txt", 0),
        ("Ada_1_assignsubmission_file_b.txt", "Ada_1", "b.txt", 0),
        ("Ada_1_assignsubmission_file/b.txt", "Ada_1", "b.txt", 0),
        ("ada_101_2002_b.txt", "ada_101", "b.txt", 2002),
        ("101_2002_b.txt", "101", "b.txt", 2002),
        ("anon_xY7_12_b.txt", "anon_xY7", "b.txt", 12),
        ("submitted/ada/tiny/b.txt", "ada", "b.txt", 0),
        ("ada/tiny/sub/b.txt", "ada", "sub/b.txt", 0),
        (" ..O'Neil, Zoë. /tiny/b", "O-Neil-Zoë.", "b", 0),
        ("-ada-/tiny/b", "ada", "b", 0),
        ("...Ada_1_assignsubmission_file_/b", "Ada_1", "b", 0),
        ("--._7_assignsubmission_file_/b", "7", "b", 0),
    ],
)
def test_the_three_platforms_names_lead_to_the_student(path, student, file, order):
    ((found, (entry,)),) = layouts.sort([path], "tiny").students.items()
    assert (found, entry.place.path, entry.place.order) == (student, file, order)


@pytest.mark.parametrize(
    "path, words",
    [
        ("Ada_1_assignsubmission_onlinetext_/onlinetext.html", "typed into Moodle"),
        ("Ada_1_assignsubmission_onlinetext", "typed into Moodle"),
        ("tiny.ipynb", "Moodle writes NAME_NUMBER_assignsubmission_file/"),
        ("ada/tiny.ipynb", "tells no student"),
        ("../tiny/x", "leads out of its folder"),
    ],
)
def test_what_is_nobodys_says_so(take, path, words):
    students, _, refused = take((path, b"1"))
    assert students == [] and re.search(words, refused[path])


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/._x",
        "a/__MACOSX/x",
        "__pycache__/x.pyc",
        ".DS_Store",
        "a/.DS_Store",
        "Thumbs.db",
        "a/b/Thumbs.db",
        "folder/",
    ],
)
def test_what_file_managers_leave_is_passed_over_in_silence(take, name):
    found = take((NOTEBOOK, b"1"), (MOODLE + name, b""))
    assert found == (["Ada_1"], {"Ada_1/tiny/tiny.ipynb": b"1"}, {})


@pytest.mark.parametrize("name", ["my.DS_Store", "Thumbs.db/x", ".DS_Store/a/x", "x__MACOSX"])
def test_and_names_that_only_look_like_it_are_not(take, name):
    assert f"Ada_1/tiny/{name}" in take((NOTEBOOK, b"1"), (MOODLE + name, b"2"))[1]


def test_a_name_in_two_spellings_of_unicode_is_one(take):
    students, files, refused = take(
        ("Zoe\u0308_1_assignsubmission_file_/tiny.ipynb", b"1"),
        ("Zo\u00eb_1_assignsubmission_file_/net.pt", b"2"),
    )
    assert students == ["Zo\u00eb_1"] and len(files) == 2 and not refused


def test_a_name_that_says_it_is_utf_8_is_not_read_twice(take):
    # "é" written in UTF-8 and read as cp437; here somebody's file is really called so.
    assert "Ada_1/tiny/├⌐.txt" in take((NOTEBOOK, b"1"), (MOODLE + "├⌐.txt", b"2"))[1]


# Which of several counts


def test_the_notebook_of_the_right_name_counts_if_no_time_is_known(take):
    names = "tiny (2).ipynb", "tiny.ipynb", "tiny_1.ipynb"
    _, files, refused = take(*((MOODLE + name, name.encode()) for name in names))
    assert files == {f"Ada_1/tiny/{name}": name.encode() for name in names} and not refused


def test_what_is_litter_alone_is_told(take):
    _, files, refused = take((MOODLE + "._tiny.ipynb", b"\0\5\x16\7"))
    assert not files and "a system leaves behind" in refused[MOODLE + "._tiny.ipynb"]


def test_else_the_last_that_looks_like_it(take):
    names = "notes.ipynb", "Tiny-1.ipynb", "tiny (2).ipynb", "old/tiny.ipynb"
    _, files, refused = take(*((MOODLE + name, name.encode()) for name in names))
    assert files == {
        "Ada_1/tiny/notes.ipynb": b"notes.ipynb",
        "Ada_1/tiny/tiny.ipynb": b"tiny (2).ipynb",
        "Ada_1/tiny/old/tiny.ipynb": b"old/tiny.ipynb",
    }
    assert refused == {
        MOODLE + "Tiny-1.ipynb": "tiny (2).ipynb was taken, which has the highest number"
    }


@pytest.mark.parametrize("places", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_latest_by_canvas_number_counts_whatever_the_order_and_the_names(take, places):
    entries = (
        ("ada_1_30_tiny.ipynb", b"first"),
        ("ada_1_31_tiny-1.ipynb", b"second"),
        ("ada_1_32_tiny-2.ipynb", b"third"),
    )
    _, files, refused = take(*(entries[place] for place in places))
    assert files == {"ada_1/tiny/tiny.ipynb": b"third"}
    assert refused == {
        name: "tiny-2.ipynb was handed in later" for name, data in entries if data != b"third"
    }


def test_the_right_name_can_be_the_latest(take):
    _, files, _ = take(("ada_1_32_tiny.ipynb", b"late"), ("ada_1_31_tiny-1.ipynb", b"early"))
    assert files == {"ada_1/tiny/tiny.ipynb": b"late"}


def test_of_two_files_of_one_name_the_later_number_counts(take):
    _, files, refused = take(
        ("ada_1_9_net.pt", b"early"),
        ("ada_1_8_tiny.ipynb", b"1"),
        ("ada_LATE_1_10_net.pt", b"late"),
    )
    assert files == {"ada_1/tiny/tiny.ipynb": b"1", "ada_1/tiny/net.pt": b"late"}
    assert list(refused) == ["ada_1_9_net.pt"]


def test_a_single_notebook_of_any_name_is_the_one_and_of_two_there_is_no_telling(take):
    (_, files, refused) = take((MOODLE + "Final.IPYNB", b"1"), (MOODLE + "net.pt", b"2"))
    assert files == {"Ada_1/tiny/tiny.ipynb": b"1", "Ada_1/tiny/net.pt": b"2"} and not refused
    files = take((MOODLE + "one.ipynb", b"1"), (MOODLE + "two.ipynb", b"2"))[1]
    assert sorted(files) == ["Ada_1/tiny/one.ipynb", "Ada_1/tiny/two.ipynb"]
    files = take((NOTEBOOK, b"1"), (MOODLE + "draft.ipynb", b"2"))[1]
    assert sorted(files) == ["Ada_1/tiny/draft.ipynb", "Ada_1/tiny/tiny.ipynb"]


# Limits: what is at one is taken, what is above it is refused


def refusals(take, *entries):
    return list(take((NOTEBOOK, b""), *entries)[2].values())


def test_a_name_of_255_bytes_and_ten_folders_are_taken(take):
    for good in (MOODLE + "é" * 127 + "x", MOODLE + "/".join("abcdefghi"), MOODLE + "C.txt"):
        assert refusals(take, (good, b"1")) == []
    for bad, words in (
        (MOODLE + "é" * 128, "its name is too long"),
        (MOODLE + "/".join("abcdefghij"), "nested too deep"),
    ):
        (sentence,) = refusals(take, (bad, b"1"))
        assert words in sentence


@pytest.mark.parametrize("mode", [0, 0o644, stat.S_IFREG | 0o755])
def test_ordinary_files_are_taken_with_or_without_a_kind(take, mode):
    assert refusals(take, (entry(MOODLE + "net.pt", mode), b"1")) == []


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_no_other_kind_is(take, kind):
    (sentence,) = refusals(take, (entry(MOODLE + "x", kind | 0o644), b"/etc/passwd"))
    assert sentence == "it is a link or a device, no ordinary file"


@pytest.mark.parametrize("name", ["a/./b", "a//b", "./b", "b\0c"])
def test_empty_parts_dots_and_zero_bytes_are_refused(take, tmp_path, name):
    # zipfile itself writes nothing of the kind, so the name is put in afterwards.
    word = "Q" * len(name)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        made.writestr(NOTEBOOK, b"1")
        made.writestr(MOODLE + word, b"2")
    data = (tmp_path / "b.zip").read_bytes().replace(word.encode(), name.encode())
    (tmp_path / "b.zip").write_bytes(data)
    students, refused = collected("tiny", tmp_path / "b.zip", tmp_path / "in")
    assert students == ["Ada_1"] and len(refused) == 1
    assert refused[0][1] in ("its path leads out of its folder", "its name has a zero byte")


@pytest.mark.parametrize("bad", ["/b_1_2_x", "C:x_1_2_x", "a\\b_1_2_x"])
def test_each_sign_of_a_path_that_is_absolute_is_enough(take, bad):
    assert refusals(take, (bad, b"1")) == ["its path is absolute or has a backslash"]


def test_a_student_may_have_so_many_files_and_bytes_and_no_more(take, monkeypatch):
    monkeypatch.setattr(taking, "MAX_FILES", 3)
    monkeypatch.setattr(taking, "MAX_BYTES", 10)
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    few = [(MOODLE + f"{n}", b"12345") for n in range(2)]
    _, files, refused = take((NOTEBOOK, b""), *few)
    assert len(files) == 3 and not refused
    _, files, refused = take((NOTEBOOK, b""), *few, (MOODLE + "x", b""))
    assert len(files) == 3 and refused == {MOODLE + "x": "the student has more than 3 files"}
    _students, files, refused = take((NOTEBOOK, b"1"), *few)
    assert sorted(files) == ["Ada_1/tiny/0", "Ada_1/tiny/tiny.ipynb"]
    assert list(refused) == [MOODLE + "1"] and "files have more than" in refused[MOODLE + "1"]
    assert refusals(take, (MOODLE + "x", b"1234567890")) == []
    assert "it holds more than" in refusals(take, (MOODLE + "x", b"12345678901"))[0]


def test_an_archive_may_have_so_many_entries_and_bytes_and_no_more(tmp_path, monkeypatch):
    assert (archives.MAX_ENTRIES, archives.MAX_TOTAL) == (200_000, 20_000 * archives.MB)
    path = archive(tmp_path / "a.zip", {"a": b"123", "b": b"45"})
    for bound, most, words in (
        ("MAX_ENTRIES", 2, "it has more than 1 entries"),
        ("MAX_TOTAL", 5, "it would unpack to more than 0 MB"),
    ):
        with monkeypatch.context() as patch, open(path, "rb") as file:
            patch.setattr(archives, bound, most)
            assert archives.Zip(file).names == ["a", "b"]
            patch.setattr(archives, bound, most - 1)
            with pytest.raises(Refused, match=words):
                archives.Zip(file)


def test_what_grows_too_much_is_refused_from_a_size_on(take, monkeypatch):
    monkeypatch.setattr(archives, "MB", 1000)
    monkeypatch.setattr(archives, "MAX_RATIO", 10)
    assert refusals(take, (MOODLE + "small", bytes(1000))) == []
    assert refusals(take, (MOODLE + "dense", os.urandom(2000))) == []
    assert refusals(take, (MOODLE + "bomb", bytes(1001))) == [
        "it would grow to more than 10 times its size"
    ]


def test_a_student_of_whom_nothing_is_left_is_not_taken(take):
    students, files, refused = take(("../../x", b"1"), (NOTEBOOK, b"1"))
    assert students == ["Ada_1"] and len(files) == len(refused) == 1


def damaged(tmp_path, at, value, data=b"0123456789" * 30):
    """An archive with one entry of which one byte, `at` from the file's first header on, is wrong."""
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(NOTEBOOK, data)
    found = bytearray((tmp_path / "c.zip").read_bytes())
    found[at] = value
    (tmp_path / "c.zip").write_bytes(found)
    return collected("tiny", tmp_path / "c.zip", tmp_path / "in")


def test_an_entry_that_is_damaged_is_refused_and_said_so(tmp_path):
    students, refused = damaged(tmp_path, 30 + len(NOTEBOOK), 0xFF)  # its first byte
    assert students == [] and refused[0][0] == NOTEBOOK
    assert refused[0][1].startswith("it is damaged (")
