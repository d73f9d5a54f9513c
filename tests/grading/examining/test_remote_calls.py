"""Tests run beside the student's process as they would inside it."""

import copy

import pytest
from cells import added, answer, cell
from tiny_notebook import RIGHT, notebook, one_test, tiny

from cnncourse.grading.examining import seeds
from cnncourse.grading.examining.limits import Limits

LIMITS = Limits(cell_seconds=60, submission_seconds=120)


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
        cell("given", given),
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
    mine = seeds.environment(1234, "test")["CNNCOURSE_SEED"]
    test = (
        "import os\nfrom cnncourse.checks import generator\n"
        f"assert os.environ['CNNCOURSE_SEED'] == '{mine}'\n"
        f"assert 'CNNCOURSE_SEED' not in f() and '{mine}' not in str(f()), 'seen'\n"
        "assert g(generator(1)) != generator(1).initial_seed()"
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
