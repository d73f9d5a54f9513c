"""Tests run beside the student's process as they would inside it, and believe nothing it says."""

import copy

import pytest
import torch
from grader import ALL, RIGHT, added, answer, cell, notebook, one_test, tiny
from nbformat.v4 import new_markdown_cell

from cnncourse.grading.examining.inside.shell import clean
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.plan import plan
from cnncourse.grading.examining.worker import Worker

LIMITS = Limits(cell_seconds=60, submission_seconds=120)


@pytest.fixture(scope="module")
def worker(sandboxed):
    with Worker(LIMITS) as worker:
        yield worker


@pytest.fixture
def grade(worker):
    """The outcome of a submission; of `solution` in the place of the source's answer."""

    def grade(source, solution, files=None, seed=0):
        if isinstance(solution, str):
            text, solution = solution, copy.deepcopy(source)
            next(c for c in solution.cells if c.metadata.nbgrader.solution).source = text
        outcome = worker.examine(source, solution, files or {}, seed)
        assert outcome.sandboxed and outcome.verdict != "grader error", outcome.message
        return outcome

    return grade


@pytest.fixture
def passes(grade):
    def passes(test, solution, given="", seed=0):
        """Whether a test of 1 point is passed, or what it says."""
        source = one_test(test, given=given)
        # The names of the source's solution are the student's: here all that the answer defines.
        source.cells[1].source = solution
        outcome = grade(source, solution, seed=seed)
        assert outcome.points["test"] == (outcome.messages["test"] == "")
        return outcome.messages["test"] or True

    return passes


# Which cells run, and in which order


def keys(source, submission):
    return [step["key"] for step in plan(source, submission)]


SOURCE = notebook(
    cell("setup", "import math", locked=True),
    answer("a = 1", "a"),
    cell("test-a", "assert a == 1", 1),
    answer("b = a", "b"),
    cell("test-b", "assert b == 1", 1),
)


def test_a_submission_as_released_runs_in_the_sources_order():
    assert keys(SOURCE, SOURCE) == ["setup", "a", "test-a", "b", "test-b"]


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells.pop(2),
        lambda cells: cells.append(cells[2]),
        lambda cells: cells.insert(0, cells.pop()),
        lambda cells: cells.pop(4),
        lambda cells: cells[2].update(source="pass"),
        lambda cells: cells[2].update(cell_type="markdown"),
        lambda cells: cells[2].metadata.update(tags=["skip-execution"]),
        lambda cells: cells[2].metadata.nbgrader.update(grade=False, solution=True, points=100),
        lambda cells: cells[1].metadata.nbgrader.update(grade=True, solution=False, points=9),
        lambda cells: cells[1].update(cell_type="raw"),
        lambda cells: [cells.pop(i) for i in (4, 2, 0)],
    ],
    ids=range(11),
)
def test_what_is_done_to_test_cells_makes_no_difference(change):
    submission = copy.deepcopy(SOURCE)
    change(submission.cells)
    assert plan(SOURCE, submission) == plan(SOURCE, SOURCE)


def test_a_test_waits_for_the_answers_before_it_wherever_they_went():
    submission = copy.deepcopy(SOURCE)
    cells = submission.cells
    cells[1], cells[3] = cells[3], cells[1]
    assert keys(SOURCE, submission) == ["setup", "b", "a", "test-a", "test-b"]
    del cells[1]  # an answer that is not there is not waited for
    assert keys(SOURCE, submission) == ["setup", "a", "test-a", "test-b"]


def test_added_cells_keep_their_place_and_copies_are_added_cells():
    submission = copy.deepcopy(SOURCE)
    submission.cells.insert(1, added("x = 1", "mine"))
    submission.cells.insert(3, copy.deepcopy(submission.cells[2]))
    submission.cells[5].metadata.nbgrader.grade_id = submission.cells[5].id = "renamed"
    submission.cells.append(new_markdown_cell("words"))
    steps = plan(SOURCE, submission)
    assert [s["key"] for s in steps] == [
        "setup",
        "mine",
        "a",
        "a, copy 3",
        "test-a",
        "renamed",
        "test-b",
    ]
    assert all(not s["names"] for s in steps if s["key"] in ("mine", "a, copy 3", "renamed"))


def test_given_cells_that_only_show_the_students_work_run_on_their_side_alone():
    source = notebook(
        cell("helper", "k = 3", locked=True),
        answer("def f(x): return x"),
        cell("show", "shown = f(1)\nprint(shown)", locked=True),
        cell("wanted", "from_f = f(1)", locked=True),
        cell("test", "assert from_f == 1 and k", 1),
    )
    assert {s["key"]: s["here"] for s in plan(source, source) if s["kind"] == "given"} == {
        "helper": True,
        "show": False,
        "wanted": True,
    }


# Points and words


def test_right_answers_get_everything(grade):
    outcome = grade(tiny(), RIGHT)
    assert (outcome.verdict, outcome.points) == ("ok", ALL)
    assert set(outcome.messages.values()) == {""} and outcome.message == "every test passed"
    assert outcome.resources["cpu_seconds"] > 0 and outcome.resources["peak_memory_bytes"] > 0


def test_each_test_stands_alone_and_says_why(grade):
    outcome = grade(tiny(), RIGHT.replace("/", "//"))
    assert (outcome.verdict, outcome.points) == ("wrong", {**ALL, "hidden": 0})
    assert outcome.messages["hidden"] == "odd" and outcome.message == "hidden: odd"
    outcome = grade(tiny(), "def double(x):\n    return 2 * x")
    assert outcome.points == {"double": 2, "half": 0, "hidden": 0}
    assert outcome.messages["half"] == "name 'half' is not defined"


def test_noise_costs_nothing_and_is_shown(grade):
    noisy = "import sys, warnings\nprint('hello')\nprint('!', file=sys.stderr)\n" + RIGHT.replace(
        "return x", "warnings.warn('careful')\n    print('!')\n    return x"
    )
    outcome = grade(tiny(), noisy)
    assert (outcome.verdict, outcome.points) == ("ok", ALL)
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
    assert outcome.points == ALL and outcome.verdict == "ok"
    error = outcome.outputs["solution"][0]
    assert error["ename"] == "ZeroDivisionError" and "1 / 0" in "".join(error["traceback"])


def test_feedback_shows_the_students_lines_and_never_the_tests(grade):
    outcome = grade(tiny(), RIGHT.replace("x / 2", "[][x]"))
    shown = "\n".join(outcome.outputs["hidden"][0]["traceback"])
    assert "return [][x]" in shown and shown.endswith("IndexError: list index out of range")
    text = repr(outcome)
    assert "the_hidden_number" not in text and "assert" not in text


# Tests as people write them


@pytest.mark.parametrize(
    "test, solution",
    [
        (
            "assert f(3, k=4) == (3, [4], {'a': None})",
            "def f(x, k):\n    return x, [k], {'a': None}",
        ),
        ("assert value == [1, 2.5]", "value = [1, 2.5]"),
        (
            "from cnncourse.checks import expect_error\nexpect_error(f, 1)\nexpect_error(f, 1, "
            "error=IndexError)",
            "class Own(ValueError, IndexError): pass\ndef f(x):\n    raise Own('no')",
        ),
        (
            "try:\n    f(1)\nexcept ValueError as e:\n    assert str(e) == 'no'\nelse:\n    assert 0",
            "def f(x):\n    raise ValueError('no')",
        ),
        (
            "from cnncourse.checks import unchanged, expect\nimport torch\nx = torch.ones(2)\n"
            "expect(unchanged(f, x), x + 1)",
            "def f(x):\n    return x + 1",
        ),
        (
            "from cnncourse.checks import gradient, expect\nimport torch\nx = torch.tensor([1., 2.])\n"
            "expect(gradient(f, x, upstream=torch.tensor([1., 10.])), [torch.tensor([2., 40.])])",
            "def f(x):\n    return x ** 2",
        ),
        (
            "from cnncourse.checks import by_hand\nimport torch\n"
            "assert by_hand(f, torch.ones(3), without=('torch.nn.functional.relu',)) == 3",
            "def f(x):\n    return x.sum()",
        ),
        (
            "m = M()\nassert m.n == 3 and m.twice(4) == 8 and [v for v in m.each()] == [0, 1, 2]\n"
            "assert next(m.each()) == 0 and len(m) == 3 and m['k'] == 'k'",
            "class M:\n    n = 3\n    def twice(self, x): return 2 * x\n    def each(self):\n"
            "        yield from range(3)\n    def __len__(self): return 3\n"
            "    def __getitem__(self, key): return key",
        ),
        (
            "import torch\nmodel = Net()\nfirst = next(iter(model.parameters()))\n"
            "assert [tuple(p.shape) for p in model.parameters()] == [(2, 3), (2,)]\n"
            "other = Net()\nother.load_state_dict(model.state_dict())\nx = torch.ones(4, 3)\n"
            "assert torch.equal(model(x), other(x)) and model(x).detach().argmax(dim=1).shape == (4,)\n"
            "assert model.training and not model.eval().training",
            "from torch import nn\nclass Net(nn.Linear):\n    def __init__(self): super().__init__(3, 2)",
        ),
        (
            "import torch\nassert f(torch.tanh, torch.zeros(2)).tolist() == [0, 0]\n"
            "assert f(lambda x: x + helper(1), 1) == 3\nassert kind(float)",
            "def f(g, x):\n    return g(x)\ndef kind(t):\n    return t is float",
        ),
        (
            "import torch\ng = torch.Generator().manual_seed(1)\na, b = f(g), f(g)\n"
            "assert not torch.equal(a, b)\nassert torch.equal(a, f(torch.Generator().manual_seed(1)))",
            "import torch\ndef f(g):\n    return torch.rand(3, generator=g)",
        ),
        (
            "import torch\ntorch.manual_seed(1)\na, b = f(), f()\nassert not torch.equal(a, b)\n"
            "torch.manual_seed(1)\nassert torch.equal(a, f())",
            "import torch\ndef f():\n    return torch.rand(3)",
        ),
        (
            "import torch\nwith torch.no_grad():\n    assert f() == (False, 'torch.float32')\n"
            "torch.set_default_dtype(torch.float64)\nassert f() == (True, 'torch.float64')\n"
            "torch.set_default_dtype(torch.float32)",
            "import torch\ndef f():\n    return torch.is_grad_enabled(), str(torch.get_default_dtype())",
        ),
    ],
    ids=range(13),
)
def test_a_right_answer_passes_as_in_one_process(passes, test, solution):
    assert passes(test, solution, given="def helper(x):\n    return x + 1") is True


@pytest.mark.parametrize(
    "test, solution, words",
    [
        (
            "from cnncourse.checks import unchanged\nunchanged(f, [1])",
            "def f(x):\n    x.append(1)",
            "argument 1 was modified",
        ),
        (
            "from cnncourse.checks import expect_error\nexpect_error(f, 1)",
            "def f(x):\n    return 2",
            "a ValueError was expected, but it returned 2",
        ),
        (
            "from cnncourse.checks import by_hand\nimport torch\nby_hand(f, torch.ones(2), "
            "without=('torch.nn.functional.relu',))",
            "import torch.nn.functional as F\ndef f(x):\n    return F.relu(x)",
            "f(…): this calls torch.nn.functional.relu",
        ),
        (
            "from cnncourse.checks import expect\nexpect(f(), 3)",
            "def f():\n    return object()",
            "the type is wrong",
        ),
        (
            "assert f() == 3",
            "def f():\n    return type('E', (), {'__eq__': lambda *_: True})()",
            "cannot be compared",
        ),
        ("assert f()", "def f():\n    return object()", "cannot be compared"),
        ("f()", "def f():\n    raise SystemExit", "SystemExit"),
        ("f()", "def f():\n    raise KeyboardInterrupt('x')", "KeyboardInterrupt: x"),
        (
            "for x in map(f, [1, 2]): assert x",
            "def f(x):\n    raise StopIteration",
            "StopIteration",
        ),
    ],
    ids=range(9),
)
def test_a_wrong_answer_hears_why(passes, test, solution, words):
    assert words in passes(test, solution)


PROBE = """
import torch
from torch import nn


class Probe(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.largest, self.secret = nn.Linear(3, 2), 0, lambda: 42

    def forward(self, x):
        self.largest = max(self.largest, len(x))
        return self.layer(x)
"""
USE = "probe = Probe()\nf(probe, torch.ones(5, 3))\nassert probe.largest <= 2, 'too large'"


def test_a_students_function_may_use_a_module_that_a_test_hands_to_it(passes):
    right = (
        "def f(model, x):\n    next(model.parameters()).device\n    model.eval()\n"
        "    assert not model.training and model.layer.out_features == 2\n"
        "    return [model(part).sum().item() for part in x.split(2)]"
    )
    assert passes(USE, right, given=PROBE) is True
    assert passes(USE, "def f(model, x):\n    return model(x)", given=PROBE) == "too large"
    assert (
        passes(
            "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.ReLU(), nn.Tanh())\n"
            "assert f(model) == f(model[:1]) * 2 == 2",
            "import torch\ndef f(model):\n"
            "    return len([layer(torch.ones(1)) for layer in model])",
        )
        is True
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "model.largest = -100",
        "model.secret()",
        "model._parameters",
        "model.layer.weight.x",
        "model.register_forward_hook(print)",
        "model.load_state_dict({})",
        "model.forward.__globals__",
        "model(type('Short', (), {'__len__': lambda s: 1, 'mean': 3})())",
        "model.apply(print)",
        "model.__dict__",
        "iter(model)",
        "model[0]",
        "len(model)",
    ],
)
def test_and_do_nothing_else_with_it(passes, attempt):
    solution = (
        f"def f(model, x):\n    try:\n        {attempt}\n    except Exception:\n"
        "        return model(x)\n    return 'done'"
    )
    assert passes(USE, solution, given=PROBE) == "too large"


def test_only_names_of_the_sources_solution_come_from_the_student(passes, grade):
    given = "def reference(x):\n    return 2 * x"
    source = notebook(
        cell("given", given, locked=True),
        answer("def f(x):\n    return 2 * x"),
        cell(
            "test",
            "assert f(3) == reference(3)\nassert print is __builtins__['print'] and len([1]) == 1",
            1,
        ),
    )
    outcome = grade(
        source,
        "def f(x):\n    return 0\nreference = len = print = expect = f\n"
        "import builtins\nbuiltins.len = f",
    )
    assert outcome.points == {"test": 0}


def test_a_later_answer_is_seen_by_later_tests(grade):
    source = notebook(
        answer("n = 1", "one"),
        cell("a", "assert n == 1", 1),
        answer("n = 2", "two"),
        cell("b", "assert n == 2", 1),
    )
    assert grade(source, copy.deepcopy(source)).verdict == "ok"


def test_the_seed_is_the_tests_alone(passes):
    test = (
        "import os\nfrom cnncourse.checks import generator\n"
        "assert os.environ['CNNCOURSE_SEED'] == '1234'\n"
        "assert generator(1).initial_seed() == 1234001\n"
        "assert 'CNNCOURSE_SEED' not in f() and '1234' not in str(f()), 'seen'\n"
        "assert g(generator(1)) != 1234001"
    )
    solution = (
        "import os\ndef f():\n    return {**os.environ, 'proc': "
        "open('/proc/self/environ').read()}\ndef g(x):\n    return x.initial_seed()"
    )
    assert passes(test, solution, seed=1234) is True


def test_files_come_along_and_their_names_lead_nowhere_else(worker, grade):
    source = one_test("assert student == 42")
    use = "import helper\nstudent = helper.n + int(open('folder/data.txt').read())"
    files = {"helper.py": b"n = 40", "folder/data.txt": b"2"}
    assert grade(source, use, files).verdict == "ok"
    for name in ("/tmp/x", "../x", "a/../../x", "a\0b"):
        assert worker.examine(source, source, {name: b""}, 0).verdict == "policy"


@pytest.mark.parametrize(
    "cells",
    [[added("x" * (5 << 20))], [added("1", str(i)) for i in range(2100)]],
    ids=["text", "cells"],
)
def test_a_giant_notebook_is_refused(worker, cells):
    assert worker.examine(tiny(), tiny(RIGHT, *cells), {}, 0).verdict == "policy"


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


def test_limits_must_be_positive():
    with pytest.raises(ValueError, match="memory_bytes must be above 0, not 0"):
        Limits(memory_bytes=0)
    assert torch.is_tensor(torch.ones(1))
