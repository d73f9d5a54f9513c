"""Every platform's download, in every wrapping: taken, or named with a true reason."""

import json

import pytest
from downloads import archive, collected, files_in
from tiny_course import FakeReader

from cnncourse.course import CourseError
from cnncourse.grading.commands.collect import lines, nothing
from cnncourse.grading.intake.collect import collect
from cnncourse.grading.intake.layouts import LITTER_ONLY, METADATA, folder_of, sort
from cnncourse.grading.intake.received import received
from cnncourse.grading.intake.recognize import Expected

TINY = Expected("tiny")
METADATA_OF_TWO = b"""---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '0042'
    :email: ada@example.org
  :created_at: 2026-11-16 09:05:59.123456000 Z
submission_12:
  :submitters:
  - :name: Bob
    :sid:
    :email: bob@example.org
  - :name: Cyd
    :sid: '7'
  :created_at: 2026-11-16 10:00:00
"""
DOWNLOADS = {  # platform: (entries, the folders of the students)
    "moodle": (
        ["Ada Lovelace_11_assignsubmission_file/tiny.ipynb", "Bob_12_assignsubmission_file_/t.pt"],
        ["Ada-Lovelace_11", "Bob_12"],
    ),
    "canvas": (
        ["lovelaceada_LATE_101_2001_tiny.ipynb", "bob_102_2002_tiny-1.ipynb"],
        ["bob_102", "lovelaceada_101"],
    ),
    "gradescope": (
        ["submission_11/tiny.ipynb", "submission_12/tiny.ipynb", METADATA],
        ["Ada-Lovelace_0042", "Bob_bob-example.org"],
    ),
    "blackboard": (
        [
            "Lab 2_ada_attempt_2026-11-16-09-05-59.txt",
            "Lab 2_ada_attempt_2026-11-16-09-05-59_tiny.ipynb",
            "Lab 2_bob_attempt_2026-11-17-09-05-59_tiny.ipynb",
        ],
        ["ada", "bob"],
    ),
    "brightspace": (
        [
            "7-1 - Ada Lovelace - Nov 16, 2026 905 AM/tiny.ipynb",
            "8-1 - Bob - Nov 16, 2026 1105 PM - tiny.ipynb",
            "index.html",
        ],
        ["Ada-Lovelace_7-1", "Bob_8-1"],
    ),
    "nbgrader": (["ada/tiny/tiny.ipynb", "bob/tiny/tiny.ipynb"], ["ada", "bob"]),
}


def contents(names):
    return {name: METADATA_OF_TWO if name.endswith(METADATA) else name.encode() for name in names}


@pytest.mark.parametrize("wrapping", ["", "submissions/", "a/b/", "a/b/c/"])
@pytest.mark.parametrize("unpacked", [False, True], ids=["zip", "folder"])
@pytest.mark.parametrize("platform", DOWNLOADS)
def test_a_download_is_taken_however_it_is_wrapped(tmp_path, platform, unpacked, wrapping):
    names, students = DOWNLOADS[platform]
    entries = {wrapping + name: data for name, data in contents(names).items()}
    source = tmp_path / "download"
    if unpacked:
        for name, data in entries.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(data)
    else:
        archive(source, entries)
    assert collected("tiny", source, tmp_path / "in") == (students, [])
    found = files_in(tmp_path / "in")
    assert {path.split("/")[0] for path in found} == set(students)
    assert sum(path.endswith("/tiny/tiny.ipynb") for path in found) >= 1


def kept(tmp_path, entries):
    """{student: what the platform said}, refusals."""
    source = archive(tmp_path / "a.zip", entries)
    found = collect(TINY, source, tmp_path / "in", FakeReader(True), tmp_path)
    return {who: received(tmp_path, "tiny", who) for who in found.taken}, dict(found.refused)


def test_what_the_platform_says_is_kept_where_no_student_writes(tmp_path):
    about, _ = kept(tmp_path, contents(DOWNLOADS["gradescope"][0]))
    ada, bob = about["Ada-Lovelace_0042"], about["Bob_bob-example.org"]
    assert (ada.id, ada.name, ada.email) == ("0042", "Ada Lovelace", "ada@example.org")
    assert ada.time == "2026-11-16T09:05:59+00:00" and ada.members == []
    assert bob.time == "2026-11-16T10:00:00+00:00" and [m[1] for m in bob.members] == ["Bob", "Cyd"]
    about, _ = kept(tmp_path, contents(DOWNLOADS["canvas"][0]))
    assert about["lovelaceada_101"].late is True and about["bob_102"].late is False
    assert about["lovelaceada_101"].name == "lovelaceada" and about["bob_102"].id == "102"
    about, _ = kept(tmp_path, contents(DOWNLOADS["blackboard"][0]))
    assert about["ada"].time == "2026-11-16T09:05:59"
    about, _ = kept(tmp_path, contents(DOWNLOADS["brightspace"][0]))
    assert about["Bob_8-1"].time == "2026-11-16T23:05:00"


def test_a_time_that_a_student_could_write_is_not_taken(tmp_path):
    moodle = "Ada_1_assignsubmission_file/"
    _, refused = kept(tmp_path, {moodle + "tiny.ipynb": b"1", moodle + "timestamp.txt": b"2020"})
    assert "platform" in refused[moodle + "timestamp.txt"]
    about, _ = kept(
        tmp_path, {"ada/tiny/tiny.ipynb": b"1", "ada/tiny/timestamp.txt": b"2026-11-16 09:05 UTC"}
    )
    assert about["ada"].time == "2026-11-16T09:05:00+00:00"
    assert (tmp_path / "in/ada/tiny/timestamp.txt").exists()


@pytest.mark.parametrize(
    "entry, platform, words",
    [
        ("bob_102_text.html", "canvas", "typed into Canvas"),
        ("bob_LATE_102_link.html", "canvas", "link given in Canvas"),
        ("LATE_anon_x7Yz_text.html", "canvas", "typed into Canvas"),
        ("Bob_2_assignsubmission_onlinetext/onlinetext.html", "moodle", "typed into Moodle"),
        ("Default group_assignsubmission_file/tiny.ipynb", "moodle", "in no group"),
        ("Lab 2_cyd_attempt_2026-11-16-09-05-59.txt", "blackboard", "typed into Blackboard"),
        ("submission_99/tiny.ipynb", "gradescope", "does not say whose"),
        ("readme.txt", "moodle", "tells no student"),
    ],
)
def test_what_is_no_file_of_a_student_is_named_with_the_reason(tmp_path, entry, platform, words):
    entries = contents([*DOWNLOADS[platform][0], entry])
    students, refused = collected("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
    assert students == DOWNLOADS[platform][1] and words in dict(refused)[entry]


def test_late_and_anonymous_are_no_part_of_a_name(tmp_path):
    about, _ = kept(
        tmp_path,
        {
            "LATE_anon_x7Yz_77_tiny.ipynb": b"1",
            "anon_abc_78_tiny.ipynb": b"2",
            "anon_abc_79_x_5_7_y": b"3",
        },
    )
    assert sorted(about) == ["anon_abc", "anon_x7Yz"] and about["anon_x7Yz"].late
    assert all(one.anonymous for one in about.values())
    about, _ = kept(tmp_path, {"Participant_12_assignsubmission_file/tiny.ipynb": b"1"})
    assert about["Participant_12"].anonymous and about["Participant_12"].id == "12"


@pytest.mark.parametrize(
    "theirs",
    [
        "Ada_1_assignsubmission_file_Bob_2_assignsubmission_file_tiny.ipynb",
        "ada_1_2_bob_3_assignsubmission_file_tiny.ipynb",
        "ada_1_2_bob_3_4_tiny.ipynb",
        "ada/tiny/bob_3_assignsubmission_file/tiny.ipynb",
        "Lab_ada_attempt_2026-11-16-09-05-59_Lab_bob_attempt_2026-11-17-09-05-59_tiny.ipynb",
        "7-1 - Ada - Nov 16, 2026 905 AM - 8-1 - Bob - Nov 17, 2026 905 AM - tiny.ipynb",
    ],
)
def test_a_files_name_puts_it_into_nobody_elses_folder(theirs):
    more = ["cyd/tiny/tiny.ipynb"] if theirs.startswith("ada/") else []
    *_, student = sorted(set(sort([theirs, *more], "tiny").students) - {"cyd"})
    assert student.lower().startswith("ada")


def test_of_two_attempts_the_later_counts_whatever_the_order_of_the_archive(tmp_path):
    one, other = (f"7-1 - Ada - Nov {day}, 2026 905 AM/" for day in (16, 17))
    for name in ("tiny.ipynb", "old.txt"), ("old.txt", "tiny.ipynb"):
        entries = {other + "tiny.ipynb": b"new"} | {one + file: b"old" for file in name}
        _, refused = collected("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
        assert files_in(tmp_path / "in") == {"Ada_7-1/tiny/tiny.ipynb": b"new"}
        assert sorted(refused) == [
            (one + file, "a later attempt was handed in") for file in sorted(name)
        ]


def test_of_another_assignment_is_what_lies_beside_its_notebook_only():
    found = sort(["ada/tiny/tiny.ipynb", "ada/other/other.ipynb", "ada/other/notes.txt"], "tiny")
    assert found.elsewhere == {"other": 1} and list(found.students) == ["ada"]
    assert [path for path, _ in found.refused] == ["ada/other/notes.txt"]


def test_what_nobody_wrote_or_wraps_too_deep_is_of_no_platform():
    canvas = "ada_1_2_tiny.ipynb"
    assert sort([f"a/b/c/{canvas}"], "tiny").platform == "canvas"
    found = sort([f"a/b/c/d/{canvas}"], "tiny")
    assert found.platform is None and [path for path, _ in found.refused] == [f"a/b/c/d/{canvas}"]
    found = sort([".DS_Store", "a/Thumbs.db"], "tiny")
    assert (found.platform, found.students, found.refused) == (None, {}, [])
    found = sort(["ada/tiny/tiny.ipynb", "bob/tiny/._tiny.ipynb", "ada/tiny/.DS_Store"], "tiny")
    assert found.refused == [("bob/tiny/._tiny.ipynb", LITTER_ONLY)]


def test_a_folder_has_a_name_that_a_disk_takes_and_its_number_last():
    assert folder_of("x" * 300, "12") == "x" * 197 + "_12"
    assert folder_of("è" * 300, "12") == "è" * 98 + "_12"
    assert folder_of("", "1" * 300) == folder_of("x", "1" * 300) == "1" * 199
    assert folder_of("x" * 300) == "x" * 199


def test_two_people_whose_names_make_one_folder_are_not_mixed(tmp_path):
    entries = {
        "a b/tiny/tiny.ipynb": b"1",
        "a-b/tiny/tiny.ipynb": b"2",
        "cyd/tiny/tiny.ipynb": b"3",
    }
    students, refused = collected("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
    assert students == ["cyd"] and len(refused) == 2 and "the folder a-b" in refused[0][1]


def test_of_several_attempts_the_last_counts_as_a_whole(tmp_path):
    name = "Lab_ada_attempt_2026-11-{}-09-05-59_{}"
    entries = {
        name.format(17, "tiny.ipynb"): b"late",
        name.format(16, "tiny.ipynb"): b"early",
        name.format(16, "net.pt"): b"early",
    }
    students, refused = collected("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
    assert files_in(tmp_path / "in") == {"ada/tiny/tiny.ipynb": b"late"}
    assert students == ["ada"] and len(refused) == 2


@pytest.mark.parametrize(
    "entries, words",
    [
        ({}, "no file"),
        ({"bob/other/other.ipynb": b"1"}, "of other assignments: other"),
        ({"tiny.ipynb": b"1"}, "lines above"),
        ({"folder/": b""}, "no file"),
    ],
)
def test_where_nothing_is_taken_it_is_said_what_was_there(tmp_path, entries, words):
    source = archive(tmp_path / "a.zip", entries)
    found = collect(TINY, source, tmp_path / "in", FakeReader(True))
    assert words in nothing(found)
    assert lines(found) or words == "no file"


def test_a_source_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(CourseError, match="cannot be read"):
        collected("tiny", tmp_path / "none.zip", tmp_path / "in")


@pytest.mark.parametrize(
    "yml, words",
    [
        *((yml, "is missing or cannot be read") for yml in (b"", b"[1]", b"\xff{", b"@")),
        *((yml, "does not say whose it is") for yml in (b"submission_11: 3", b"a: &a [*a, *a]")),
    ],
)
def test_a_list_of_gradescopes_that_cannot_be_read_is_named(tmp_path, yml, words):
    entries = {"submission_11/tiny.ipynb": b"1", METADATA: yml}
    students, refused = collected("tiny", archive(tmp_path / "a.zip", entries), tmp_path / "in")
    assert students == [] and METADATA in refused[0][1] and words in refused[0][1]


def test_the_class_list_may_say_who_somebody_is(tmp_path):
    source = archive(tmp_path / "a.zip", contents(DOWNLOADS["moodle"][0]))
    names = {"11": "ada", "12": "bob"}
    found = collect(
        TINY, source, tmp_path / "in", FakeReader(True), tmp_path, lambda about: names[about.id]
    )
    assert sorted(found.taken) == ["ada", "bob"] and received(tmp_path, "tiny", "ada").id == "11"
    found = collect(TINY, source, tmp_path / "in", FakeReader(True), who=lambda about: "ada")
    assert list(found.taken) == ["ada"] and "another submission" in found.refused[0][1]


def test_what_is_kept_is_read_back_only_if_it_is_whole(tmp_path):
    kept(tmp_path, contents(DOWNLOADS["moodle"][0]))
    path = tmp_path / "grading" / "collected" / "tiny" / "Bob_12.json"
    stored = json.loads(path.read_text())
    for change in ({"late": 7}, {"platform": "x"}, {"student": "a\nb"}, {"members": [[1]]}):
        path.write_text(json.dumps(stored | change))
        assert received(tmp_path, "tiny", "Bob_12") is None
    path.write_text("{")
    assert received(tmp_path, "tiny", "Bob_12") is None
