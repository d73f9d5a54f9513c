"""The student's side, asked as the examiner asks it: cells, files, names and calls."""

import os
import socket
import time

import pytest
import torch
from forked import fork

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
    return deep(x - 1) if x else 1 / 0
def square(x):
    torch.nn.functional.relu(x)
    x.add_(0)
    return (x ** 2).sum()
def leave():
    raise SystemExit('bye')
class Own(Exception):
    __slots__ = ()
    def __setattr__(self, *_):
        raise RuntimeError
def odd():
    raise Own('odd')
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


def test_objects_are_used_where_they_are(calls):
    bag = calls("bag")
    assert (bag.field, len(bag), bag["k"], list(bag)) == (5, 2, "k", [3, 4])


def test_it_ends_when_the_examiner_hangs_up(shared):
    shared.channel.sock.close()
    pid, shared.pid = shared.pid, None
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
