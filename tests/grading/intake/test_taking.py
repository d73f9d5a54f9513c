"""What the confined process says of a download: in which words, how much of it, and of whom."""

import json

import pytest

from cnncourse.grading.intake import taking
from cnncourse.grading.intake.layouts import METADATA
from cnncourse.grading.intake.recognize import Expected

TINY = Expected("tiny", companions=("net.pt",))
MOODLE = "{0}_1_assignsubmission_file/"


def said(names, skip=0, files=None):
    """Bodies and buffers of a download whose files hold their own names."""
    read = (files or {}).get
    source = taking.Asked(names, lambda number, room: read(names[number], names[number].encode()))
    return list(taking.take(source, TINY, skip))


def of_one(*names, **options):
    """({path: bytes}, {entry: why it was refused}, the body) of the one student of a download."""
    names = [MOODLE.format("Ada") + name for name in names]
    *_, (body, (pairs, *contents)), _ = said(names, **options)
    files = dict(zip(body["paths"], contents, strict=True))
    refused = {path.rpartition("/")[2]: why for path, why in json.loads(pairs)}
    return files, refused, body


def test_first_it_says_what_there_is_then_of_one_student_after_the_other():
    names = [MOODLE.format(who) + "tiny.ipynb" for who in ("Cyd", "Ada", "Bob")] + ["nobody's"]
    (listing, [refused]), *students, end = said(names)
    assert listing == {
        "platform": "moodle",
        "students": 3,
        "entries": 4,
        "unlisted": 0,
        "elsewhere": {},
    }
    assert [path for path, _ in json.loads(refused)] == ["nobody's"] and end == ({"end": True}, [])
    told = [body["student"]["student"] for body, _ in students[::2]]
    assert told == ["Ada_1", "Bob_1", "Cyd_1"]
    assert students[1][1][1:] == [names[1].encode()]
    assert said(names, skip=2)[1:] == [*students[4:], end]


def test_so_many_refusals_are_listed_and_the_others_counted(monkeypatch):
    assert (taking.MOST, taking.LONG) == (2000, 1000)
    monkeypatch.setattr(taking, "MOST", 2)
    for count in (1, 2, 3, 4):
        body, [pairs] = said([f"{number}.txt" for number in range(count)])[0]
        assert (len(json.loads(pairs)), body["unlisted"]) == (min(count, 2), max(0, count - 2))


def test_of_so_many_other_assignments_the_commonest_are_told():
    names = [f"ada/other{n}/other{n}.ipynb" for n in range(21)] + ["bob/other7/other7.ipynb"]
    elsewhere = said(names)[0][0]["elsewhere"]
    assert len(elsewhere) == 20 and next(iter(elsewhere.items())) == ("other7", 2)


@pytest.mark.parametrize(
    "text, shown",
    [
        ("x" * 1000, "x" * 1000),
        ("x" * 1001, "x" * 999 + "…"),
        ("a\nb\x1b[2J", "a\\nb\\x1b[2J"),
        ("è", "è"),
    ],
    ids=["long", "too long", "control", "letter"],
)
def test_what_is_told_can_be_shown(text, shown):
    assert taking._shown(text) == shown


def test_so_many_files_are_taken_of_a_student(monkeypatch):
    monkeypatch.setattr(taking, "MAX_FILES", 2)
    files, refused, _ = of_one("tiny.ipynb", "a", "b")
    assert list(files) == ["tiny.ipynb", "a"]
    assert refused == {"b": "the student has more than 2 files"}


def test_each_file_has_the_room_that_the_others_leave(monkeypatch):
    monkeypatch.setattr(taking, "MAX_BYTES", 100)
    rooms = []
    names = [MOODLE.format("Ada") + name for name in ("a", "b", "tiny.ipynb")]
    source = taking.Asked(names, lambda number, room: rooms.append(room) or b"1234567")
    list(taking.take(source, TINY))
    assert rooms == [100, 93, 86]


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b/c", "a"), ("a/b", "a/b/c/d")])
def test_a_file_with_the_name_of_a_folder_on_the_way_is_refused(names):
    files, refused, _ = of_one("tiny.ipynb", *names)
    assert list(files) == ["tiny.ipynb", names[0]]
    assert list(refused.values()) == ["another file has the name of a folder on its way"]


@pytest.mark.parametrize(
    "names, taken, reason",
    [
        (["net-1.pt", "net (12).pt", "net-2.pt"], "net (12).pt", "which has the highest number"),
        (["net_1.pt", "net-1.pt"], "net-1.pt", "which has the highest number"),
        (["net-1.pt", "net.pt"], "net.pt", "which has the expected name"),
        (["Net.PT"], "Net.PT", None),
    ],
)
def test_of_files_that_a_browser_renamed_one_is_taken(names, taken, reason):
    files, refused, _ = of_one("tiny.ipynb", *names)
    prefix = MOODLE.format("Ada")
    assert set(files) == {"tiny.ipynb", "net.pt"} and files["net.pt"] == (prefix + taken).encode()
    assert refused == {name: f"{taken} was taken, {reason}" for name in names if name != taken}


def test_on_canvas_the_one_of_the_later_number_is_taken():
    names = [f"ada_7_{number}_{name}" for number, name in ((5, "net.pt"), (9, "net-1.pt"))]
    *_, (body, (pairs, *contents)), _ = said([*names, "ada_7_1_tiny.ipynb"])
    assert dict(zip(body["paths"], contents, strict=True))["net.pt"] == names[1].encode()
    assert json.loads(pairs) == [[names[0], "net-1.pt was handed in later"]]


def test_what_a_platform_typed_is_told_where_nothing_else_was_handed_in():
    name = "Lab_ada_attempt_2026-11-{}-09-05-59{}"
    only = said([name.format(16, ".txt"), name.format(17, ".txt")])
    *_, (body, (pairs,)), _ = only
    assert body["paths"] == [] and [path for path, _ in json.loads(pairs)] == [
        name.format(17, ".txt")
    ]
    both = said([name.format(16, ".txt"), name.format(16, "_tiny.ipynb")])
    *_, (body, (pairs, _)), _ = both
    assert body["paths"] == ["tiny.ipynb"] and json.loads(pairs) == []


def test_gradescopes_list_is_the_one_on_top():
    lists = {
        f"x/{METADATA}": b"submission_1:\n  :submitters:\n  - :name: Ada\n",
        f"x/submission_1/{METADATA}": b"submission_1:\n  :submitters:\n  - :name: Eve\n",
    }
    for names in (list(lists), list(lists)[::-1]):
        bodies = [body for body, _ in said([*names, "x/submission_1/tiny.ipynb"], files=lists)]
        assert [body["student"]["name"] for body in bodies if "student" in body] == ["Ada"]


@pytest.mark.parametrize(
    "text, time",
    [
        (b"2026-11-16 09:05:59 UTC\n", "2026-11-16T09:05:59+00:00"),
        (b"2026-11-16 09:05:59" + b" " * 99 + b"more", "2026-11-16T09:05:59+00:00"),
        (b"yesterday evening", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_nbgraders_time_is_read_where_it_is_one(text, time):
    assert taking.moment(text) == time
    path = "ada/tiny/timestamp.txt"
    *_, (body, _), _ = said([path, "ada/tiny/tiny.ipynb"], files={path: text})
    assert body["time"] == time
