"""From the examiner's events to the outcome: points, one line, and nothing that harms a terminal."""

import pytest

from cnncourse.grading.examining.findings import LINE, Findings, Outcome, in_one_line, printable

STEPS = [
    {"kind": "given", "key": "setup", "source": ""},
    {"kind": "student", "key": "answer", "source": "", "names": []},
    {"kind": "test", "key": "one", "source": "", "points": 2},
    {"kind": "test", "key": "two", "source": "", "points": 3},
]


@pytest.fixture
def found():
    return Findings(STEPS)


def error(name, value):
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": []}


def graded(key, points, message="", outputs=(), measured=None):
    return {
        "event": "test",
        "key": key,
        "points": points,
        "message": message,
        "outputs": list(outputs),
        "measured": measured or {},
    }


def test_before_anything_happens_there_are_no_points_and_nothing_was_reached(found):
    assert not found.over
    outcome = found.outcome(True)
    assert outcome.verdict == "wrong" and outcome.points == {"one": 0.0, "two": 0.0}
    assert set(outcome.messages.values()) == {"this test was not reached"}
    assert outcome.message == "a test gave part of its points"
    counted = ("seconds", "cpu_seconds", "peak_memory_bytes", "output_bytes")
    assert outcome.resources == dict.fromkeys(counted, 0)
    assert outcome.measured == outcome.outputs == {}


def test_every_test_at_its_most_is_ok(found):
    text = {"output_type": "stream", "name": "stdout", "text": "x"}
    for event in (
        {"event": "start", "key": "answer"},
        {"event": "student", "key": "answer", "outputs": [text], "size": 7},
        {"event": "start", "key": "one"},
        graded("one", 2, measured={"accuracy": 0.5}),
        {"event": "given", "key": "setup", "outputs": [], "size": 5},
        graded("two", 3),
        {"event": "done"},
    ):
        assert not found.over
        found.take(event)
    assert found.over
    assert found.outcome(False) == Outcome(
        "ok",
        {"one": 2, "two": 3},
        {"one": "", "two": ""},
        {"one": {"accuracy": 0.5}},
        {"answer": [text], "one": [], "setup": [], "two": []},
        "every test passed",
        {"seconds": 0, "cpu_seconds": 0, "peak_memory_bytes": 0, "output_bytes": 12},
        False,
        ["setup"],  # which ran after a test
    )


def test_what_cells_say_after_a_test_is_withheld_and_not_in_the_line(found):
    told = error("ValueError", "the hidden input is 7")
    found.take({"event": "student", "key": "answer", "outputs": [told], "size": 7})
    assert found.outcome(True).message == "answer: the hidden input is 7"  # nothing was hidden yet
    found.take({"event": "student", "key": "more", "outputs": [], "size": 0})
    found.errors.clear()
    found.take(graded("one", 2))
    for key, name in (("own", "ValueError"), ("own2", "the_hidden_input_is_7"), ("own3", "eval")):
        lied = error(name, "the hidden input is 7")
        found.take({"event": "student", "key": key, "outputs": [lied], "size": 7})
    assert found.errors == ["own: ValueError", "own2: an error", "own3: an error"]
    assert found.outcome(True).withheld == ["own", "own2", "own3"]


def test_more_than_the_most_passes_and_less_does_not(found):
    found.take(graded("one", 2))
    found.take(graded("two", 2.5))
    outcome = found.outcome(True)
    assert (outcome.verdict, outcome.message) == ("wrong", "a test gave part of its points")
    assert outcome.sandboxed and outcome.points == {"one": 2, "two": 2.5}
    found.take(graded("two", 3.5))
    assert found.outcome(True).verdict == "ok"


def test_the_line_is_the_first_error_with_the_cell_that_it_came_from(found):
    late = graded("two", 0, "late\nmore", [error("E", "late")])
    shown = [
        {"output_type": "stream", "name": "stdout", "text": "no"},
        error("KeyError", "  odd\nmore "),
        error("X", "y"),
    ]
    found.take({"event": "student", "key": "answer", "outputs": shown})
    found.take(late)
    outcome = found.outcome(True)
    assert outcome.message == "answer: odd" and outcome.messages["two"] == "late\nmore"
    assert outcome.resources["output_bytes"] == 0
    nameless = Findings(STEPS)
    nameless.take(graded("one", 0, "x", [error("StopIteration", " ")]))
    assert nameless.outcome(True).message == "one: StopIteration"


def test_an_error_that_costs_no_points_is_none(found):
    found.take({"event": "student", "key": "answer", "outputs": [error("E", "no")]})
    found.take(graded("one", 2))
    found.take(graded("two", 3))
    assert found.outcome(True).message == "every test passed"


def test_what_breaks_off_keeps_what_was_earned_and_names_the_cell(found):
    found.take(graded("one", 2))
    found.take({"event": "start", "key": "two"})
    found.take({"event": "broken", "verdict": "time limit", "message": "it ran too long\x1b[2J"})
    assert found.over
    outcome = found.outcome(True)
    assert outcome.verdict == "time limit" and outcome.points == {"one": 2, "two": 0}
    assert outcome.message == "two: it ran too long\ufffd[2J"
    assert outcome.messages == {"one": "", "two": "it ran too long\ufffd[2J"}


def test_what_breaks_off_in_an_answer_or_before_the_first_cell_is_no_tests_message(found):
    found.take({"event": "start", "key": "answer"})
    found.take({"event": "broken", "verdict": "crashed", "message": "it died"})
    outcome = found.outcome(True)
    assert outcome.message == "answer: it died"
    assert outcome.messages == dict.fromkeys(("one", "two"), "this test was not reached")
    early = Findings(STEPS)
    early.broken = "policy", "too many cells"
    assert (early.outcome(True).verdict, early.outcome(True).message) == (
        "policy",
        "too many cells",
    )


def test_what_is_broken_is_never_ok_whatever_was_earned_before(found):
    found.take(graded("one", 2))
    found.take(graded("two", 3))
    found.take({"event": "broken", "verdict": "policy", "message": "a forged message"})
    assert found.outcome(True).verdict == "policy"


def test_the_line_is_one_line_of_a_tables_length(found):
    found.take(graded("one", 0, "x" * 1000, [error("E", "x" * 1000)]))
    outcome = found.outcome(True)
    assert len(outcome.message) == LINE == 300 and len(outcome.messages["one"]) == 1000
    found.broken = "grader error", "\nfirst\nsecond"
    assert found.outcome(True).message == ""


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a b\nc", "a b\nc"),
        ("ünï 中", "ünï 中"),
        ("a\tb\r\u2028c\xa0d", "a b  c d"),
        ("\x1b[31m\x07", "\ufffd[31m\ufffd"),
        ("half \ud800", "half \ufffd"),
        ("a\u202eb", "a\ufffdb"),  # turns the direction of what follows
    ],
)
def test_texts_are_shown_without_commands_to_the_terminal(found, text, shown):
    assert printable(text) == shown
    found.take(graded("one", 0, text))
    assert found.outcome(True).messages["one"] == shown


def test_an_outcome_of_a_verdict_alone_is_empty_and_sandboxed():
    outcomes = Outcome("unreadable"), Outcome("unreadable")
    for name in ("points", "messages", "measured", "outputs", "resources"):
        assert getattr(outcomes[0], name) == {}
        assert getattr(outcomes[0], name) is not getattr(outcomes[1], name)
    assert outcomes[0].sandboxed and outcomes[0].message == ""


def test_a_line_is_full_before_its_cause_is_cut():
    line = in_one_line("x" * 400 + "\nmore\nLikely cause: the flip was forgotten.")
    assert len(line) == LINE and line.endswith("x Likely cause: the flip was forgotten.")
    line = in_one_line("x" * 400 + "\nLikely cause: " + "y" * 400)
    assert line == f"{'x' * 60} Likely cause: {'y' * (LINE - 75)}"
    assert in_one_line("x" * 400) == "x" * LINE
