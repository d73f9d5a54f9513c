"""A text as hashes of its passages: which there are, where, and which of them are kept."""

import json

import pytest

from cnncourse.grading.intake import passages
from cnncourse.grading.intake.passages import (
    as_bytes,
    code,
    every_passage,
    from_bytes,
    places,
    tokens,
    written,
)

LINES = "x = 1\n\n# a comment\nif x:\n    y = f(x, 'a')\n"
WORDS = [
    *("name", "=", "NUMBER", "NEWLINE", "if", "name", ":", "NEWLINE", "INDENT"),
    *("name", "=", "name", "(", "name", ",", "STRING", ")", "NEWLINE", "DEDENT"),
]


def test_names_numbers_and_strings_are_equal_and_keywords_are_not():
    assert tokens(LINES) == WORDS
    assert tokens("x = (1\n")[:4] == ["name", "=", "(", "NUMBER"]


def test_a_passage_has_so_many_tokens_and_knows_its_lines():
    found = places(LINES, k=9)
    assert len(found) == len(WORDS) - 9 + 1 and len({hash_ for hash_, _ in found}) == len(found)
    assert [lines for _, lines in found][:3] == [(1, 5), (1, 5), (1, 5)]
    assert places("a = 1\nb = 2\n", k=4)[0][1] == (1, 1) and places("a", k=9) == []
    assert [lines for _, lines in places("a = 1\nb = 2\n", k=3)[:5]] == [
        *((1, 1), (1, 1), (1, 2), (1, 2), (2, 2))
    ]
    assert all(0 <= hash_ < 1 << 64 for hash_, _ in found)
    assert max(hash_ for hash_, _ in found) > 1 << 32, "eight bytes"


def test_the_least_of_each_window_is_kept():
    hashes = [hash_ for hash_, _ in places(LINES, k=3)]
    assert len(hashes) == 17
    assert passages.passages(LINES, 3, 16) == {min(hashes[:16]), min(hashes[1:])}
    assert passages.passages(LINES, 3, 17) == passages.passages(LINES, 3, 99) == {min(hashes)}
    assert passages.passages(LINES, 3, 1) == set(hashes)
    assert passages.passages("a", 3) == set()
    assert (passages.K, passages.WINDOW) == (12, 8)
    assert every_passage(LINES) == {hash_ for hash_, _ in places(LINES)}
    assert written(LINES).kept == passages.passages(LINES)
    assert written(LINES).places == tuple(places(LINES))


def test_what_a_student_wrote_is_their_code_and_no_other_cell(monkeypatch):
    def cell(source, kind="code", name=None):
        metadata = {"nbgrader": {"grade_id": name}} if name else {}
        return {"cell_type": kind, "source": source, "metadata": metadata}

    cells = [
        cell("a = 1", name="one"),
        cell("# text", "markdown"),
        cell("b", name="test"),
        cell("c"),
    ]
    file = json.dumps({"cells": cells, "nbformat": 4}).encode()
    assert code(file, "tiny.ipynb", {"test"}) == "a = 1\nc"
    monkeypatch.setattr(passages, "MOST", 3)
    assert code(file, "tiny.ipynb", {"test"}) == "a ="
    assert code(b"none", "tiny.ipynb", set()) == ""


def test_it_crosses_to_the_trusted_side_whole():
    one = written("é = 1\n" * 9)
    text, numbers = as_bytes(one)
    assert text.decode() == one.text and json.loads(numbers)[0] == sorted(one.kept)
    assert from_bytes([bytearray(text), numbers]) == one
    assert from_bytes(as_bytes(written("\ud800"))).text == "?"
    assert from_bytes([b"\xff", b"[[], []]"]).text == "\ufffd"


@pytest.mark.parametrize(
    "numbers", ["[[1.0], []]", "[[true], []]", "[[], [[1, 2]]]", "[[], [[1, 2, 3, 4]]]"]
)
def test_what_has_another_form_is_refused(numbers):
    with pytest.raises(ValueError, match="passages of no known form"):
        from_bytes([b"", numbers.encode()])
