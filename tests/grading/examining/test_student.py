"""The student's side, asked as the examiner asks it: cells, files, names and calls."""

import importlib
import os
import random
import socket
import sys
import time
import warnings

import numpy as np
import pytest
import torch
from forked import fork, forked

from cnncourse.grading.examining.inside import student
from cnncourse.grading.examining.inside.shell import make_shell
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.protocol.frames import Channel
from cnncourse.grading.examining.protocol.link import Link
from cnncourse.grading.examining.protocol.proxies import Remote

LIMITS = Limits(output_bytes=2000, message_bytes=1 << 20)
SETTINGS = (True, torch.float32, 1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One process for the tests of this file; what they leave in it does not matter to the others."""
    left, right = socket.socketpair()
    folder = tmp_path_factory.mktemp("student")

    def serve():
        left.close()
        os.chdir(folder)
        warnings.simplefilter("default")  # in tests they are errors
        random.seed(1)  # as in every process that is forked from one
        np.random.seed(1)
        student.main(LIMITS, make_shell(), right)
        os._exit(7)  # it ends by itself

    pid = fork(serve)
    right.close()
    channel = Channel(left, LIMITS.message_bytes)
    channel.deadline = time.monotonic() + 100
    end = Link(channel, {"call": lambda f, args, kwargs, _: f(*args)}, callable, trusted=True)
    end.pid, end.folder = pid, folder
    yield end
    left.close()
    if end.pid is not None:
        os.waitpid(end.pid, 0)


@pytest.fixture
def ask(shared):
    return shared.ask


def test_a_cell_is_run_and_its_outputs_told(ask):
    outputs, size = ask("run", "print('a')\nx = 3\nx")
    assert [output["output_type"] for output in outputs] == ["stream", "execute_result"]
    assert outputs[0]["text"] == "a\n" and 20 < size < 200
    assert ask("run", "pass") == ([], 0)
    assert ask("name", "x") == 3
    with pytest.raises(NameError, match="name 'nothing' is not defined"):
        ask("name", "nothing")


def test_files_lie_where_the_cells_look_for_them(ask, shared):
    files = {
        "helper_of_mine.py": b"n = 40",
        "a/b/data.txt": b"2",
        "a/more.txt": b"3",
        "top.txt": b"",
    }
    assert ask("files", files) is None
    assert ask("files", {"top.txt": b"again", "a/b/data.txt": b"2"}) is None
    assert (shared.folder / "top.txt").read_bytes() == b"again"
    outputs, _ = ask(
        "run", "import helper_of_mine\nhelper_of_mine.n + int(open('a/b/data.txt').read())"
    )
    assert outputs[0]["data"]["text/plain"] == "42"


def test_a_module_that_came_along_comes_before_one_that_is_installed(ask):
    ask("files", {"tabulate.py": b"mine = 5"})
    ask("run", "import sys; sys.modules.pop('tabulate', None)\nfrom tabulate import mine")
    assert ask("name", "mine") == 5
    outputs, _ = ask("run", "sys.path[0]")
    assert outputs[0]["data"]["text/plain"] == "''"  # where the notebook lies


CALLS = """
import sys, torch
def f(*args, **kwargs):
    print('noise')
    return args, kwargs, torch.is_grad_enabled()
def inner(x):
    return [][x]
def fail(x):
    return inner(x)
def deep(x):
    return deeper(x - 1) if x else 1 / 0
def deeper(x):
    return deep(x - 1)
def square(x):
    torch.nn.functional.relu(x)
    return (x ** 2).sum()
def leave():
    raise SystemExit('bye')
class Bag:
    field = 5
    def __len__(self): return 2
    def __iter__(self): return iter([3, 4])
    def __getitem__(self, key): return key
bag = Bag()
"""


@pytest.fixture(scope="module")
def calls(shared):
    shared.ask("run", CALLS)
    return lambda name: shared.ask("name", name)


def test_a_function_is_called_there_and_what_it_prints_is_nobodys_business(calls, ask):
    f = calls("f")
    assert type(f) is Remote
    assert f(1, k=[2]) == ((1,), {"k": [2]}, True)
    with torch.no_grad():
        assert f()[2] is False
    assert ask("run", "1")[0][0]["data"]["text/plain"] == "1"


def test_an_error_comes_with_the_lines_of_the_student_and_no_others(calls):
    with pytest.raises(IndexError, match="list index out of range") as error:
        calls("fail")(5)
    shown = "\n".join(error.value.shown)
    assert "return inner(x)" in shown and "return [][x]" in shown
    assert "student.py" not in shown and "proxies.py" not in shown
    assert not any(line.endswith("\n") for line in error.value.shown)
    with pytest.raises(ZeroDivisionError) as error:
        calls("deep")(50)
    assert len(error.value.shown) == 5 and "1 / 0" in error.value.shown[-1]


def test_no_error_ends_the_process(calls, ask):
    with pytest.raises(Exception, match="bye") as error:
        calls("leave")()
    assert type(error.value).__name__ == "SystemExit"
    assert ask("run", "pass") == ([], 0)


def test_a_call_is_watched_there(calls):
    square = calls("square")
    x = torch.tensor([1.0, 3.0])
    watched = ("torch.nn.functional.relu", "torch.sigmoid")
    seen = square.__observe__([x], {}, True, None, watched)
    assert seen.value == 10 and seen.error is None and seen.kwargs == {}
    assert [g.tolist() for g in seen.gradients] == [[2.0, 6.0]]
    assert seen.used == ["torch.nn.functional.relu"] and seen.args[0].tolist() == [1, 3]
    failed = calls("fail").__observe__([5], {}, False, None, ())
    assert failed.error[0][0] == "IndexError" and failed.value is None


def test_what_is_refused_there_is_told_as_used_and_as_no_error(calls, ask):
    ask("run", "def convolve(x):\n    return torch.nn.functional.conv2d(x, x)")
    x = torch.ones(1, 1, 2, 2)
    seen = calls("convolve").__observe__([x], {}, False, None, ("aten.convolution",))
    assert "aten.convolution" in seen.used and seen.error is None and seen.value is None
    seen = calls("convolve").__observe__([x], {}, False, None, ())
    assert seen.used == [] and seen.value.tolist() == [[[[4.0]]]]


def test_a_device_that_there_is_not_is_the_cpu_and_said_so(ask):
    outputs, _ = ask(
        "run", "import torch\ntorch.set_default_device('cuda')\nprint(torch.empty(1).device)"
    )
    assert outputs[0]["text"] == (
        "The grader has no device 'cuda': this notebook runs on the CPU.\ncpu\n"
    )
    kinds = "torch.cuda.FloatTensor", "'torch.cuda.DoubleTensor'", "torch.DoubleTensor"
    tell = "print(torch.empty(1).device, torch.empty(1).dtype)"
    for kind, dtype, lines in zip(kinds, ("float32", "float64", "float64"), (2, 2, 1), strict=True):
        outputs, _ = ask("run", f"torch.set_default_tensor_type({kind})\n{tell}")
        texts = [output["text"] for output in outputs if output["name"] == "stdout"]
        said = "".join(texts).splitlines()
        assert len(said) == lines and said[-1] == f"cpu torch.{dtype}"
    outputs, _ = ask("run", "torch.set_default_device('meta')\nprint(torch.empty(1).device)")
    assert outputs[0]["text"] == "meta\n"
    ask("run", "torch.set_default_device(None); torch.set_default_tensor_type('torch.FloatTensor')")


def test_the_limit_of_recursion_is_the_students_in_their_code_alone(calls, ask):
    ask("run", "import sys\nsys.setrecursionlimit(150)")
    assert calls("f")(1)[0] == (1,)
    outputs, _ = ask("run", "print(sys.getrecursionlimit())")
    assert outputs[0]["text"] == "150\n"
    assert ask("name", "sys").getrecursionlimit() == 150
    ask("run", "sys.setrecursionlimit(1000)")


def test_objects_are_used_where_they_are(calls):
    bag = calls("bag")
    assert (bag.field, len(bag), bag["k"], list(bag)) == (5, 2, "k", [3, 4])


def test_what_is_lent_takes_the_place_of_the_students_own_until_it_is_taken_back(ask):
    def value(text):
        return ask("run", text)[0][0]["data"]["text/plain"]

    ask("run", "half, plain = (lambda x: x // 2), (lambda x: x / 2)\ntwice = lambda x: 2 * half(x)")
    ask("lend", {"half": "plain", "third": lambda x: x / 3})
    assert (value("twice(3)"), value("third(6)")) == ("3.0", "2.0")
    ask("lend", {"third": "plain"})  # in the place of what was lent before
    assert (value("twice(3)"), value("third(6)")) == ("2", "3.0")
    ask("lend", {})
    with pytest.raises(NameError, match="name 'third' is not defined"):
        ask("name", "third")
    ask("run", "half = lambda x: x")
    ask("lend", {})  # there is nothing left to be taken back
    assert value("twice(3)") == "6"


def test_random_numbers_are_others_in_each_process(ask):
    ask("run", "import random, numpy\none, two = random.random(), numpy.random.rand()")
    assert ask("name", "one") != random.Random(1).random()
    assert ask("name", "two") != np.random.RandomState(1).rand()


def test_asyncio_waits_by_what_the_sandbox_allows(ask):
    outputs, _ = ask("run", "import asyncio\nasyncio.new_event_loop()._selector.__class__.__name__")
    assert outputs[0]["data"]["text/plain"] == "'PollSelector'"


def test_what_of_the_library_is_not_shown_is_said_where_it_is_imported(tmp_path):
    def check():
        sys.path.insert(0, str(tmp_path))
        said = []
        for name in ("later", "cnncourse.operations2", "no_such_module", "later"):
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                said.append(str(error))
            if not os.listdir(tmp_path):
                # What lies in a folder was remembered, and its time does not tell that it changed.
                before = tmp_path.stat()
                (tmp_path / "later.py").write_text("")
                os.utime(tmp_path, ns=(before.st_atime_ns, before.st_mtime_ns))
                student.only_shown({"absent": " is not here"})
        return said, os.environ[student.WITHHELD]

    assert forked(check) == (
        [
            "No module named 'later'",
            "cnncourse.operations2 is not here",
            "No module named 'no_such_module'",
        ],
        "1",
    )


def test_outputs_are_limited_for_all_cells_together():
    """In a process of its own, whose limit is used up."""

    def check():
        left, right = socket.socketpair()
        pid = fork(lambda: (left.close(), student.main(LIMITS, make_shell(), right)))
        right.close()
        end = Link(Channel(left, 1 << 20), {}, callable, trusted=True)
        sizes, kept = [], []
        rest = LIMITS.output_bytes - 1506 - 6
        for cell in ("print('x' * 1500)", f"print('y' * {rest})", "print('z' * 1500)", "1"):
            outputs, size = end.ask("run", cell)
            sizes.append(size)
            kept.append(sum(len(output.get("text", "")) for output in outputs))
        left.close()
        return sizes, kept, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    sizes, kept, code = forked(check)
    assert sizes[:2] == [1502 + 4, LIMITS.output_bytes - 1506]
    assert sizes[2] > 1000 and sizes[3] > 0
    assert kept == [1501, sizes[1] - 5, 0, 0]  # the limit is reached, and nothing kept beyond
    assert code == 0


def test_it_ends_when_the_examiner_hangs_up(shared):
    shared.channel.sock.close()
    pid, shared.pid = shared.pid, None
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
