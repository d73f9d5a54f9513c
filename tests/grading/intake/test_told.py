"""What the confined process says of a download is believed as far as it was checked."""

import json

import pytest

from cnncourse.grading.intake import taking
from cnncourse.grading.intake.folders import MAX_BYTES, MAX_FILES, Refused
from cnncourse.grading.intake.received import Received, as_text, checked, path_of, received

NONE = json.dumps([]).encode()
LISTING = {"platform": "canvas", "students": 2, "entries": 3, "unlisted": 1, "elsewhere": {"a": 4}}
ADA = Received("ada_1", "moodle", "1", "Ada")


def test_a_listing_is_taken_over_field_by_field():
    found = taking.listed(LISTING, [b'[["entry", "why"]]'])
    assert found == taking.Listed("canvas", 2, 3, [("entry", "why")], 1, {"a": 4})
    assert taking.listed(LISTING | {"platform": None}, [NONE]).platform is None


@pytest.mark.parametrize(
    "change",
    [
        {"platform": "elsewhere"},
        {"students": "2"},
        {"students": True},
        {"entries": 3.0},
        {"unlisted": None},
        {"elsewhere": {"a": "4"}},
        {"elsewhere": {"a\n": 4}},
    ],
)
def test_a_listing_of_another_form_is_none(change):
    with pytest.raises(ValueError, match="a listing of no known form"):
        taking.listed(LISTING | change, [NONE])


@pytest.mark.parametrize(
    "pairs",
    [
        *("7", '["ab"]', '[["a"]]', '[["a", "b", "c"]]', '[["a", 1]]', '[["a", "\\u001b"]]'),
        json.dumps([["a", "x" * 8001]]),
    ],
)
def test_refusals_are_pairs_of_words_that_can_be_shown(pairs):
    with pytest.raises(ValueError, match="refusals of no known form"):
        taking.listed(LISTING, [pairs.encode()])
    assert taking.listed(LISTING, [json.dumps([["a", "x" * 8000]]).encode()]).refused


def test_a_submission_is_taken_over_file_by_file():
    body = {"paths": ["tiny.ipynb", "a/b.pt"], "notes": ["opened"], "time": "2026-11-16T09:05:59"}
    found = taking.handed(ADA, body, [b'[["x", "why"]]', b"{}", bytearray(b"1")])
    assert found.files == {"tiny.ipynb": b"{}", "a/b.pt": b"1"} and found.refused == [("x", "why")]
    assert type(found.files["a/b.pt"]) is bytes
    assert (found.about.notes, found.about.time) == (["opened"], "2026-11-16T09:05:59")
    assert (found.about.student, found.about.name) == ("ada_1", "Ada")
    platforms = Received("ada_1", "canvas", time="2026-11-16")
    assert taking.handed(platforms, {"paths": [], "notes": []}, [NONE]).about.time == "2026-11-16"


@pytest.mark.parametrize(
    "body, contents",
    [
        ({"paths": "a"}, [b"1"]),
        ({"paths": ["a", "b"]}, [b"1"]),
        ({"paths": ["a"]}, [b"1", b"2"]),
        ({"paths": ["a", "a"]}, [b"1", b"2"]),
        ({"paths": ["a", "a/b"]}, [b"1", b"2"]),
        ({"paths": ["a/b/c", "a/b"]}, [b"1", b"2"]),
        ({"notes": "words"}, []),
        ({"notes": ["a\nb"]}, []),
        ({"notes": [7]}, []),
        ({"time": "x" * 50}, []),
        ({"time": "a\0"}, []),
        ({"time": 7}, []),
    ],
)
def test_a_submission_of_another_form_is_none(body, contents):
    with pytest.raises(ValueError, match="of no known form"):
        taking.handed(ADA, {"paths": [], "notes": []} | body, [NONE, *contents])


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "a\nb", "/".join("abcdefghijk")])
def test_a_path_that_leads_elsewhere_is_refused_once_more(path):
    with pytest.raises(Refused):
        taking.handed(ADA, {"paths": [path], "notes": []}, [NONE, b"1"])
    ten = "/".join("abcdefghij")
    assert taking.handed(ADA, {"paths": [ten], "notes": []}, [NONE, b"1"]).files == {ten: b"1"}


def test_so_many_files_and_bytes_are_taken_over_and_no_more(monkeypatch):
    assert (MAX_FILES, MAX_BYTES) == (200, 64 << 20)
    names = [f"{number}" for number in range(MAX_FILES + 1)]
    for count, size in (MAX_FILES, MAX_FILES), (1, 300):
        monkeypatch.setattr(taking, "MAX_BYTES", size)
        contents = [b"1" * (size // count)] * count
        body = {"paths": names[:count], "notes": []}
        assert len(taking.handed(ADA, body, [NONE, *contents]).files) == count
        with pytest.raises(ValueError, match="of no known form"):
            taking.handed(ADA, body, [NONE, *contents[:-1], contents[-1] + b"1"])
    monkeypatch.setattr(taking, "MAX_BYTES", 1000)
    with pytest.raises(ValueError, match="of no known form"):
        taking.handed(ADA, {"paths": names, "notes": []}, [NONE, *[b"1"] * len(names)])


def test_whose_a_submission_is_must_be_a_folders_name():
    assert taking.who({"student": {"student": "ada_1", "platform": "moodle"}}).student == "ada_1"
    for name in (".ada", "a/b", "..", "", "a\tb", "x" * 256):
        with pytest.raises((Refused, ValueError)):
            taking.who({"student": {"student": name, "platform": "moodle"}})


# What is kept of what a platform said

WHOLE = {
    "student": "ada_1",
    "platform": "gradescope",
    "id": "1",
    "name": "Ada",
    "email": "ada@example.org",
    "late": False,
    "time": "2026-11-16",
    "anonymous": True,
    "members": [["1", None, "ada@example.org"], [None, "Bob", None]],
    "notes": ["a note\nof two lines"],
}


def test_what_was_kept_is_read_back_as_it_was(tmp_path):
    found = checked(WHOLE)
    path = path_of(tmp_path, "tiny", "ada_1")
    assert path == tmp_path / "grading" / "collected" / "tiny" / "ada_1.json"
    path.parent.mkdir(parents=True)
    path.write_text(as_text(found), encoding="utf-8")
    assert received(tmp_path, "tiny", "ada_1") == found
    assert json.loads(path.read_text(encoding="utf-8")) == WHOLE
    text = as_text(Received("Zoë", "moodle"))
    assert "Zoë" in text and text.count("\n") == 12
    assert checked({"student": "ada_1", "platform": "moodle"}) == Received("ada_1", "moodle")
    nothing = dict.fromkeys(WHOLE) | {"anonymous": False, "members": [], "notes": []}
    assert json.loads(text) == nothing | {"student": "Zoë", "platform": "moodle"}
    assert checked(WHOLE | {"more": 1, "student": "x" * 300}).student == "x" * 300


@pytest.mark.parametrize(
    "change",
    [{"student": None}, {"student": "x" * 301}, {"student": "a\nb"}, {"platform": None}]
    + [{name: 7} for name in WHOLE]
    + [{name: "x" * 301} for name in ("id", "name", "email", "time")]
    + [{"members": [["1", "2"]]}, {"members": [["1", "2", "3", "4"]]}, {"members": ["abc"]}]
    + [{"members": [["1", "2", 3]]}, {"members": {}}, {"notes": [7]}, {"notes": {}}]
    + [{"anonymous": 1}, {"anonymous": None}, {"late": "yes"}],
    ids=str,
)
def test_what_has_another_form_is_not_read_back(change):
    with pytest.raises(ValueError, match="has no known form"):
        checked(WHOLE | change)


def test_what_is_no_object_is_none():
    with pytest.raises(ValueError, match="list is no object"):
        checked([])
