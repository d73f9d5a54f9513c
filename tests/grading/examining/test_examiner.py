"""Points and words of a submission, and that its process is not believed."""

import pytest
from tiny_notebook import RIGHT, TESTS, one_test, tiny

from cnncourse.grading.examining.inside.shell import clean
from cnncourse.grading.examining.limits import Limits

LIMITS = Limits(cell_seconds=60, submission_seconds=120)


# Points and words


def test_right_answers_get_everything(grade):
    outcome = grade(tiny(), RIGHT)
    assert (outcome.verdict, outcome.points) == ("ok", TESTS)
    assert set(outcome.messages.values()) == {""} and outcome.message == "every test passed"
    assert outcome.resources["cpu_seconds"] > 0 and outcome.resources["peak_memory_bytes"] > 0


def test_each_test_stands_alone_and_says_why(grade):
    outcome = grade(tiny(), RIGHT.replace("/", "//"))
    assert (outcome.verdict, outcome.points) == ("wrong", {**TESTS, "hidden": 0})
    assert outcome.messages["hidden"] == "odd" and outcome.message == "hidden: odd"
    outcome = grade(tiny(), "def double(x):\n    return 2 * x")
    assert outcome.points == {"double": 2, "half": 0, "hidden": 0}
    assert outcome.messages["half"] == "name 'half' is not defined"


def test_noise_costs_nothing_and_is_shown(grade):
    noisy = "import sys, warnings\nprint('hello')\nprint('!', file=sys.stderr)\n" + RIGHT.replace(
        "return x", "warnings.warn('careful')\n    print('!')\n    return x"
    )
    outcome = grade(tiny(), noisy)
    assert (outcome.verdict, outcome.points) == ("ok", TESTS)
    assert [o["text"] for o in outcome.outputs["solution"]] == ["hello\n", "!\n"]


@pytest.mark.parametrize(
    "last, points",
    [
        ("1.5", 1.5),
        ("2", 2),
        ("99", 4),
        ("-1", 0),
        ("float('nan')", 0),
        ("True", 4),
        ("'1'", 4),
        ("None", 4),
        ("x = 1", 4),
        ("raise ValueError", 0),
    ],
)
def test_the_last_value_of_a_test_is_partial_credit(grade, last, points):
    outcome = grade(one_test(f"pass\n{last}", 4), "student = 1")
    assert outcome.points == {"test": points}
    assert outcome.verdict == ("ok" if points == 4 else "wrong")


def test_the_students_outputs_are_kept_in_the_form_of_nbformat(grade):
    outcome = grade(
        tiny(),
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        + RIGHT
        + "\nplt.plot([1, 2])\nplt.show()\n!echo from a shell\n1 + 1",
    )
    kinds = [(o["output_type"], sorted(o.get("data", []))) for o in outcome.outputs["solution"]]
    assert kinds == [
        ("display_data", ["image/png", "text/plain"]),
        ("stream", []),
        ("execute_result", ["text/plain"]),
    ]
    assert "from a shell" in outcome.outputs["solution"][1]["text"]
    outcome = grade(tiny(), RIGHT + "\n1 / 0")
    assert outcome.points == TESTS and outcome.verdict == "ok"
    error = outcome.outputs["solution"][0]
    assert error["ename"] == "ZeroDivisionError" and "1 / 0" in "".join(error["traceback"])


def test_feedback_shows_the_students_lines_and_never_the_tests(grade):
    outcome = grade(tiny(), RIGHT.replace("x / 2", "[][x]"))
    shown = "\n".join(outcome.outputs["hidden"][0]["traceback"])
    assert "return [][x]" in shown and shown.endswith("IndexError: list index out of range")
    text = repr(outcome)
    assert "the_hidden_number" not in text and "assert" not in text


# A process that lies

LIAR = """
import gc, json, struct
from cnncourse.grading.examining.protocol.link import Link
link, = [thing for thing in gc.get_objects() if type(thing) is Link]
def send(body):
    text = json.dumps([[], body]).encode()
    link.channel.sock.sendall(struct.pack("!I", len(text)) + text)
"""


@pytest.mark.parametrize(
    "lie",
    [
        "send([['value', 99], [True]])",
        "send([['ask', 7, 'call', []], []])",
        "send([['value', 1], [['tensor', 'float32', [9**9], None, 0, False, None]]])",
        "send('x')",
        "link.channel.sock.sendall(b'\\xff' * 100)",
        "send([['ask', 1, 'call', []], [['yours', 1]]])",
        "link._send = None",
    ],
    ids=range(7),
)
def test_forged_messages_end_the_examination_with_what_was_earned_before(grade, lie):
    outcome = grade(tiny(), LIAR + RIGHT.replace("return x / 2", f"{lie}\n    return x / 2"))
    assert outcome.verdict in ("policy", "crashed")
    assert outcome.points == {"double": 2, "half": 0, "hidden": 0}
    assert outcome.messages["hidden"] == "this test was not reached"


def test_outputs_are_rebuilt_from_what_may_be_shown():
    script = "<script>alert(1)</script>"
    made = clean(
        [
            {"output_type": "stream", "name": script, "text": "a\ud800"},
            {
                "output_type": "display_data",
                "data": {"text/html": script, "text/plain": "b"},
                "metadata": {"x": script},
            },
            {"output_type": "display_data", "data": {"image/png": '"><script>'}},
            {"output_type": "display_data", "data": {"application/javascript": "x"}},
            {"output_type": "error", "ename": 1, "evalue": None, "traceback": [2]},
            {"output_type": script},
            script,
            None,
            {"output_type": "stream", "text": [1]},
        ],
        1000,
    )
    assert script not in repr(made.taken())
    assert [o["output_type"] for o in made.taken()] == ["stream", "display_data", "error"]
    assert made.taken()[0] == {"output_type": "stream", "name": "stdout", "text": "a?"}
