"""The instructor's report: which tests fail and why, and which submissions look alike."""

import random
import re

import pytest
from answers import hand_in
from tiny_course import tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.grading.records import Record, write_record
from cnncourse.grading.reports.report import cause, report
from cnncourse.grading.reports.similarity import WINDOW, K, alike, fingerprints, tokens

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
            assert fingerprints(one) & fingerprints(other)


def test_code_with_a_mistake_is_read_as_far_as_it_goes():
    assert tokens("x = (1\n")[:3] == ["name", "=", "("]
    assert fingerprints("") == set() and fingerprints("'''") == set()


@pytest.fixture
def course(tmp_path):
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
    text = report(course, "tiny", course / "grading" / "submitted")
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


def test_a_message_without_a_cause_counts_by_its_first_line():
    assert cause("") == "no message" and cause("f: 3.5 is wrong\nmore") == "f: … is wrong"
    assert cause("im2col(x, 2) of 3×4: wrong") == "im2col(x, …) of …×…: wrong"
