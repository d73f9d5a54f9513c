"""`cnncourse try`: slips and listed mistakes of an assignment that has some of each."""

import json
import os
import signal
import sys

import pytest
from cells import answer, cell
from tiny_notebook import notebook

from cnncourse.grading.trying.answers import (
    Graded,
    apart,
    bring_in,
    grade,
    slips,
    spared,
    unconcerned,
)
from cnncourse.grading.trying.memory import Memory
from cnncourse.grading.trying.pairs import pairs_of
from cnncourse.grading.trying.results import gather, in_words, page, read, write

MODEL = """
def double(x):
    ### BEGIN SOLUTION
    y = x + x
    if x < 0:
        y = 2 * x
    return y
    ### END SOLUTION
"""
TEST = """
from cnncourse.checks import expect, gathered, passed

@gathered
def check(x, right):
    expect(double(x), right, "double", {"squared": x * x, "four": 4, "zero": 0 * x})

check(2, 4)
check(3, 6)
passed()
"""
SOURCE = notebook(answer(MODEL, "double"), cell("test", TEST, 3))


def test_slips_are_graded_and_those_that_no_test_notices_are_told():
    found = {slip.text: grade(SOURCE, {"double": slip.text}) for slip in slips(SOURCE)}
    lost = {text for text, graded in found.items() if graded.lost}
    assert any("y = x - x" in text for text in lost)
    assert any("return None" in text for text in lost)
    # No input is negative, so nothing tells what happens there.
    assert any("2 + x" in text for text in found.keys() - lost)
    assert all("SOLUTION" not in text and text for text in found)


def test_tests_that_use_nothing_of_an_answer_need_not_run():
    source = notebook(
        answer("def f(): return 1", "f"),
        cell("first", "assert f() == 1", 1),
        answer("def g(): return f()", "g"),
        cell("second", "assert g() == 1", 1),
        answer("def h(): return 1", "h"),
        cell("third", "def one(): return 1", 1),
        cell("fourth", "assert h() == one()", 1),
    )
    assert unconcerned(source, {"f": ""}) == {"third", "fourth"}
    assert unconcerned(source, {"g": ""}) == {"first", "third", "fourth"}
    assert unconcerned(source, {"h": ""}) == {"first", "second"}
    assert unconcerned(source, {"g": "k = 1", "h": "def m(): return g()"}) == {"first"}
    found = grade(source, {"g": "def g(): return 2"}, unconcerned(source, {"g": ""}))
    assert found.lost == ["second"] and list(found.said) == ["second"]


def test_a_slip_that_is_noticed_cannot_fail_the_tests_that_may_borrow_its_function():
    source = notebook(
        cell("given", "def stand_in(): return 1"),
        answer("def f(): return 1", "f"),
        cell("first", "from cnncourse.checks import expect\nexpect(f(), 1)", 1),
        answer("def g(): return f()", "g"),
        cell("second", "expect(g(), 1)", 1),
    )
    assert spared(source, "f") == set()
    source.metadata["cnncourse"] = {"given": {"f": "stand_in"}}
    assert spared(source, "f") == {"second"} and spared(source, "g") == set()
    assert grade(source, {"f": "def f(): return 2"}).lost == ["first"]


def test_the_order_of_steps_and_missing_lines_are_slips():
    source = notebook(answer("def f(x):\n    y = x.new_zeros(1)\n    z = y\n    return z", "f"))
    texts = [slip.text for slip in slips(source)]
    assert any(text.index("z = y") < text.index("y = x.new") for text in texts if "y = x.n" in text)
    assert any("z = y" not in text for text in texts)
    assert any("torch.zeros(1)" in text for text in texts)


def test_mistakes_that_no_input_tells_apart_are_found_with_one_that_does():
    alike = TEST.replace("check(3, 6)\n", "").replace('"squared"', '"four too": 4, "squared"')
    source = notebook(answer(MODEL, "double"), cell("test", alike.replace("2, 4", "3, 6"), 3))
    assert [(p.first, p.second) for p in pairs_of(source)] == [("four too", "four")]
    source = notebook(
        answer(MODEL, "double"),
        cell("test", TEST.replace("check(2, 4)\n", "").replace('"four": 4', '"nine": 9'), 3),
    )
    source.cells[1].source = source.cells[1].source.replace("check(x, right)", "check(x, right=6)")
    source.cells[1].source = source.cells[1].source.replace("(3, 6)", "(3)")
    [pair] = pairs_of(source)
    assert (pair.first, pair.second) == ("squared", "nine")
    assert list(pairs_of(SOURCE)) == []


def test_an_answer_that_never_ends_or_dies_ends_alone():
    def endless():
        while True:
            pass

    def dies():
        os.kill(os.getpid(), signal.SIGKILL)

    assert apart(endless, 0.5).ended == "too slow"
    assert apart(dies).ended == "Python itself ended"
    assert apart(lambda: 3) == 3


def test_what_one_fork_imports_all_later_ones_have(tmp_path, monkeypatch):
    (tmp_path / "slow_module.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    bring_in(lambda: __import__("slow_module"))
    assert "slow_module" in sys.modules
    bring_in(lambda: os._exit(1))  # one that ends brings nothing


def test_what_was_found_is_not_done_again_after_an_interruption(tmp_path):
    asked = []

    def ask(memory, text, skip=(), said="no"):
        work = lambda: asked.append(text) or Graded({"test": said}, "")  # noqa: E731
        return memory.found({"double": text}, skip, work)

    memory = Memory(tmp_path, SOURCE, 7)
    assert ask(memory, "a").said == ask(memory, "a", said="yes").said == {"test": "no"}
    memory.path.write_text(memory.path.read_text() + '["half of a li')
    again = Memory(tmp_path, SOURCE, 7)
    assert ask(again, "a", said="yes").said == {"test": "no"} and asked == ["a"]
    ask(again, "b")
    ask(again, "a", skip=["test"])
    assert asked == ["a", "b", "a"]
    other = Memory(tmp_path, SOURCE, 8)
    ask(other, "a")
    assert asked == ["a", "b", "a", "a"] and list(tmp_path.iterdir()) == [other.path]


@pytest.fixture
def tried():
    answers = {
        "right_one": Graded({"test": ""}),
        "wrong_one": Graded({"test": "double(2): wrong\nLikely cause: it | was squared."}),
        "wrong_two": Graded({"test": "double(2): wrong"}),
    }
    made = list(slips(SOURCE))[:3]
    graded = [Graded({"test": "no"}), Graded({"test": ""}), Graded({"test": ""})]
    why = {str(made[2]): "It is the same for all numbers."}
    return gather(answers, list(zip(made, graded, strict=True)), [], why)


def test_what_was_found_is_counted_kept_and_shown_without_the_model_answer(tried, tmp_path):
    assert tried.killed == (1, 2) and tried.caused == (1, 2)
    write(tried, tmp_path / "tried.json")
    assert read(tmp_path / "tried.json") == tried
    assert "1 of 2 slips" in in_words("tiny", tried) and tried.survivors[0]["slip"] in in_words(
        "tiny", tried
    )
    text = page({"tiny": tried})
    assert "| `tiny` | 1 | 2 | 1 | 2 | 50.0 % |" in text
    assert "it \\| was squared" in text and "It is the same for all numbers." in text
    assert "x + x" not in text
    json.dumps(vars(tried))
