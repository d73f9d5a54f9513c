"""The instructor's report: which tests fail and why, and which submissions look alike."""

import random
import re

import pytest
from answers import COURSE, hand_in
from bs4 import BeautifulSoup
from tiny_course import FakeReader, tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.grading.commands import report as program
from cnncourse.grading.intake.passages import (
    WINDOW,
    K,
    as_bytes,
    code,
    every_passage,
    from_bytes,
    passages,
    tokens,
    written,
)
from cnncourse.grading.records import Record, write_record
from cnncourse.grading.reports.report import cause, report
from cnncourse.grading.reports.side_by_side import page
from cnncourse.grading.reports.similarity import Pair, clusters, pairs, taken_from
from cnncourse.grading.reports.tables import as_markdown

# Five ways to write a window's sum, none of which is another one renamed.
ONE = """
def window_sum(image, size):
    rows, columns = image.shape
    result = []
    for top in range(rows - size + 1):
        line = []
        for left in range(columns - size + 1):
            total = 0
            for i in range(size):
                for j in range(size):
                    total += image[top + i, left + j]
            line.append(total)
        result.append(line)
    return result
"""
RENAMED = (
    ONE.replace("image", "x")
    .replace("total", "s")
    .replace("top", "a")
    .replace("left", "b")
    .replace("    rows, columns", "    # mine\n    h, w")
    .replace("rows", "h")
    .replace("columns", "w")
)
OTHERS = [
    "def window_sum(image, size):\n    return image.unfold(0, size, 1).unfold(1, size, 1).sum((2, 3))\n",
    "def window_sum(x, k):\n    c = x.cumsum(0).cumsum(1)\n    p = pad(c, (1, 0, 1, 0))\n"
    "    return p[k:, k:] - p[:-k, k:] - p[k:, :-k] + p[:-k, :-k]\n",
    "def window_sum(x, k):\n    out = zeros(x.shape[0] - k + 1, x.shape[1] - k + 1)\n"
    "    while k > len(out):\n        k -= 1\n    out += sum(x[i:i + 3, j:j + 3] for i, j in pairs(k))\n"
    "    return out\n",
]


def alike(sources, given="", earlier=()):
    """The pairs among {who: source}."""
    prints = {who: passages(source) for who, source in sources.items()}
    return pairs(prints, every_passage(given), earlier)


def test_a_renamed_copy_stands_out_among_answers_that_differ():
    sources = {"ada": ONE, "eve": RENAMED} | {f"s{i}": text for i, text in enumerate(OTHERS)}
    pair, *others = alike(sources)
    assert (pair.one, pair.other, pair.share) == ("ada", "eve", 1.0)
    assert not others


def test_what_everybody_was_given_or_wrote_does_not_count():
    assert alike({"ada": ONE, "eve": RENAMED}, given=ONE) == []
    assert alike({f"s{i}": ONE for i in range(50)}) == []


def test_every_shared_passage_of_the_promised_length_is_found():
    rng = random.Random(0)
    words = ["a", "1", "+", "-", "*", "(", ")", "[", "]", "if", "for", "in", ",", ":"]
    for _ in range(50):
        shared = rng.choices(words, k=K + WINDOW - 1)
        one, other = (
            " ".join(rng.choices(words, k=30) + shared + rng.choices(words, k=30)) for _ in range(2)
        )
        if len(tokens(one)) >= 79 and len(tokens(other)) >= 79:
            assert passages(one) & passages(other)


def test_code_with_a_mistake_is_read_as_far_as_it_goes():
    assert tokens("x = (1\n")[:3] == ["name", "=", "("]
    assert passages("") == set() and passages("'''") == set()


def test_three_people_with_one_text_are_one_cluster():
    sources = {"ada": ONE, "bob": RENAMED, "eve": ONE} | {
        f"s{i}": text for i, text in enumerate(OTHERS)
    }
    [found] = clusters(alike(sources))
    assert set(found.members) == {"ada", "bob", "eve"} and len(found.pairs) == 3


def test_six_of_a_class_of_twenty_do_not_hide_each_other():
    rng = random.Random(0)
    words = "a = b + 1\n c(d) e[f] - * if for in ,".split(" ")
    others = {f"s{i}": " ".join(rng.choices(words, k=80)) for i in range(14)}
    [found] = clusters(alike({f"six{i}": ONE for i in range(6)} | others))
    assert len(found.members) == 6


def test_a_chain_of_weak_pairs_joins_nobody():
    chain = [Pair(str(n), str(n + 1), 0.3, 9) for n in range(4)]
    assert [cluster.members for cluster in clusters(chain)] == [
        (str(n), str(n + 1)) for n in range(4)
    ]
    strong = [Pair("0", "1", 0.9, 9), Pair("1", "2", 0.9, 9), Pair("0", "2", 0.3, 5)]
    [found] = clusters(strong)
    assert len(found.pairs) == 3  # the weak one is inside


def test_who_handed_in_earlier_is_compared_with_those_of_now_alone():
    sources = {"eve": RENAMED, "old/ada": ONE, "old/bob": ONE, "s": OTHERS[0]}
    found = alike(sources, earlier=["old/ada", "old/bob"])
    assert {(pair.one, pair.other) for pair in found} == {("eve", "old/ada"), ("eve", "old/bob")}


def test_what_a_whole_class_took_from_the_library_is_told():
    library = {"cnncourse.operations": every_passage("import torch\n" + ONE + OTHERS[0])}
    prints = {f"s{i}": passages(RENAMED) for i in range(30)} | {"ada": passages(OTHERS[1])}
    found = taken_from(prints, library)
    assert len(found) == 30 and {pair.share for pair in found} == {1.0}
    assert taken_from(prints, library, known=every_passage(ONE)) == []


def test_the_page_marks_what_is_shared_runs_nothing_and_shows_any_text():
    evil = "x = '<script>alert(1)</script>'\n" + ONE
    texts = {"<b>eve": evil, "ada": RENAMED}
    shown = page("tiny: ada & eve", {who: written(text) for who, text in texts.items()})
    assert "<script" not in shown and "<b>eve" not in shown and "default-src 'none'" in shown
    parsed = BeautifulSoup(shown, "html.parser")
    one, other = parsed.select("section")
    assert one.h2.text == "<b>eve" and "alert(1)" in one.text
    for section, text in ((one, evil), (other, RENAMED)):
        lines = [line.text for line in section.select("pre > *")]
        assert [re.sub(r"^\d+", "", line) for line in lines] == text.split("\n")
        marked = [line.text for line in section.select("mark")]
        assert any("def window_sum" in line for line in marked)
        assert any("return" in line for line in marked) and not any(
            "alert" in line for line in marked
        )


def test_what_was_written_crosses_to_the_trusted_side_whole_or_not_at_all():
    one = written(ONE)
    assert from_bytes(as_bytes(one)) == one and one.kept == passages(ONE)
    for numbers in (b"{", b"[[], [[1, 2]]]", b'[["x"], []]', b"[1]", b"7"):
        with pytest.raises((ValueError, TypeError)):
            from_bytes([b"text", numbers])
    assert code(b"no notebook", "tiny", []) == ""


def test_the_tables_of_the_report_are_words():
    text = as_markdown(["a"], [["<img src=http://x> [y](javascript:1) \x1b[2J `|`"]])
    assert "<img" not in text and "[y](" not in text and "\x1b" not in text
    assert "\\[y\\](javascript:1)" in text


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "Reader", FakeReader)
    root = tiny_course(tmp_path)
    for number in range(4):
        student, wrong = f"s{number}", number < 3
        hand_in(root, student, "tiny", tiny(RIGHT))
        half = f"half(4): the value is {number}.\nLikely cause: rounded down." if wrong else ""
        write_record(
            Record(
                "tiny",
                student,
                "wrong" if wrong else "ok",
                "…",
                {"double": 2.0, "half": 0.0 if wrong else 3.0, "hidden": 4.0},
                {"half": half},
                resources={"seconds": number + 1.0, "peak_memory_bytes": 5e7},
                sandboxed=number > 0,
            ),
            root / "grading" / "verdicts" / "tiny" / f"{student}.json",
        )
    return root


def test_the_report_names_the_hardest_test_its_cause_the_cost_and_missing_sandboxes(course):
    text = report(course, "tiny", course / "grading" / "submitted", FakeReader(True))
    rows = [re.sub(" +", " ", line) for line in text.splitlines() if line.startswith("| ")]
    assert "| half | 3 of 4 | rounded down (3) |" in rows
    assert rows.index("| half | 3 of 4 | rounded down (3) |") < rows.index("| double | 0 of 4 | |")
    assert "| wrong | 3 |" in rows and "1 ran **without a sandbox**" in text
    assert "seconds: median 2.5, most: s3 4, s2 3" in text and "memory in MB: median 50" in text


def test_the_command_writes_it_and_asks_for_grades_first(course, capsys):
    assert command.main(["report", "tiny", "--root", str(course)]) == 0
    assert (course / "grading/reports/tiny.md").read_text() in capsys.readouterr().out
    for path in (course / "grading/verdicts/tiny").iterdir():
        path.unlink()
    assert command.main(["report", "tiny", "--root", str(course)]) == 2
    assert "grade first: cnncourse grade tiny" in capsys.readouterr().err


def test_the_report_shows_clusters_earlier_terms_and_the_library(course, tmp_path_factory, capsys):
    library = (COURSE / "cnncourse" / "windows.py").read_text()
    for student, text in (("s0", ONE), ("s1", RENAMED), ("s2", OTHERS[0]), ("s3", library)):
        hand_in(course, student, "tiny", tiny(text))
    old = tmp_path_factory.mktemp("old") / "2025"
    hand_in(old, "zoe", "tiny", tiny(RENAMED))
    earlier = old / "grading" / "submitted"
    words = ["report", "tiny", "--root", str(course), "--earlier"]
    assert command.main([*words, str(earlier)]) == 0
    text = capsys.readouterr().out
    [row] = [line for line in text.splitlines() if "tiny-alike/1.html" in line]
    assert all(who in row for who in ("s0", "s1", "submitted/zoe")) and "100%" in row
    assert re.search(r"\| s3 +\| cnncourse.windows +\| 100%", text)
    shown = (course / "grading/reports/tiny-alike/1.html").read_text()
    assert len(BeautifulSoup(shown, "html.parser").select("section")) == 3
    hand_in(course, "s1", "tiny", tiny(OTHERS[1]))
    assert command.main(["report", "tiny", "--root", str(course)]) == 0
    assert not (course / "grading/reports/tiny-alike").exists()  # nothing of the report before
    assert command.main([*words, str(old / "nowhere")]) == 2
    assert "is no folder of an earlier term" in capsys.readouterr().err


def test_a_reason_is_told_whole():
    words = "the sum runs over " + "the windows of every channel and " * 5 + "nothing else"
    assert cause(words) == words and cause(f"f\nLikely cause: {words}.") == words


def test_a_message_without_a_cause_counts_by_its_first_line():
    assert cause("") == "no message" and cause("f: 3.5 is wrong\nmore") == "f: … is wrong"
    assert cause("im2col(x, 2) of 3×4: wrong") == "im2col(x, …) of …×…: wrong"
