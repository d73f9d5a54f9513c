"""The warm process: what it holds when it is ready, and what becomes of a request."""

import contextlib
import importlib
import json
import os
import signal
import socket
from types import SimpleNamespace

import pytest
from forked import fork, forked

from cnncourse.grading.examining.inside import warm
from cnncourse.grading.examining.inside.shell import make_shell
from cnncourse.grading.examining.limits import MB, Limits

LIMITS = Limits(file_bytes=3 * MB)


def test_a_warm_process_keeps_its_requests_and_where_errors_lead_and_nothing_else():
    """What it holds when it is ready; and every module that a submission may need is loaded."""
    reader, writer = os.pipe()

    def check():
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        found, steps = {}, []

        class Ready(BaseException):
            pass

        def look(requests, *_):
            assert signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN
            for number in range(256):
                if os.path.islink(f"/proc/self/fd/{number}"):
                    found[number] = os.readlink(f"/proc/self/fd/{number}").partition(":")[0]
            raise Ready

        only = warm.confine.only_descriptors
        warm.confine.only_descriptors = lambda *kept, **how: only(*kept, 200, 201, **how)
        warm.importlib = SimpleNamespace(import_module=steps.append)
        warm.rehearse = lambda shell: steps.append("rehearse")
        warm.freeze = lambda: steps.append("freeze")
        warm.socket.recv_fds = look
        os.dup2(theirs.fileno(), 0)
        os.dup2(ours.fileno(), 200)
        os.dup2(writer, 201)
        with contextlib.suppress(Ready):
            warm.main()
        said = socket.socket(fileno=200).recv(16).decode()
        with open(201, "w") as file:
            json.dump([sorted(found.items()), steps, said], file)

    pid = fork(check)
    os.close(writer)
    with open(reader) as file:
        found, steps, said = json.load(file)
    os.waitpid(pid, 0)
    assert said == "ready" and steps == [*warm.PRELOADED, "rehearse", "freeze"]
    kinds = dict(found)
    assert kinds[0] == kinds[1] == "/dev/null" != kinds[2]
    rest = [kind for number, kind in kinds.items() if 2 < number < 200]
    assert rest.count("socket") == 1 and rest.count("pipe") == 0


def test_rehearsing_leaves_nothing_behind():
    def check():
        shell = make_shell()
        warm.rehearse(shell)
        import matplotlib.pyplot as plt

        warm.freeze()
        import gc

        import torch

        x = torch.ones(1, 1, 2, 2)
        return (
            "plt" in shell.user_ns,
            plt.get_fignums(),
            shell.collector.size > 1000,
            gc.get_freeze_count() > 1000,
            torch.multiprocessing.get_sharing_strategy(),
            torch.nn.functional.conv2d(x, x).item(),  # nothing is refused any more
        )

    assert forked(check) == (False, [], True, True, "file_system", 4)


def test_each_request_is_a_fork_with_its_modules_until_the_worker_is_gone():
    def check():
        _ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        steps, before = [], []
        asked = warm.MANY * [{"modules": []}] + [{"modules": ["json", "not.there.yet"]}]
        messages = [*(json.dumps(request).encode() for request in asked), b""]

        def receive(*_):
            before.append(len(os.listdir("/proc/self/fd")))
            return messages.pop(0), [os.dup(1)], 0, None

        def fork():
            steps.append("fork")
            return 1

        warm.confine.only_descriptors = lambda *kept, **how: None
        warm.importlib = SimpleNamespace(import_module=steps.append)
        warm.rehearse = lambda shell: None
        warm.freeze = lambda: steps.append("freeze")
        warm.memory.use_huge_pages = lambda: steps.append("huge pages")
        warm.socket.recv_fds, warm.os.fork = receive, fork
        os.dup2(theirs.fileno(), 0)
        warm.main()
        return steps[len(warm.PRELOADED) + 1 :], len(set(before))

    steps, opened = forked(check)
    assert steps == warm.MANY * ["fork"] + ["huge pages", "not.there.yet", "freeze", "fork"]
    assert opened == 1  # what was passed on is not kept here


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_child_is_confined_before_it_says_who_it_is_and_runs_after_it_may(tmp_path, sandbox):
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    talk, other = socket.socketpair()
    one = min(os.sched_getaffinity(0))
    request = {
        "role": "student",
        "sandbox": sandbox,
        "folder": str(tmp_path),
        "limits": vars(LIMITS),
        "processors": [one],
    }
    shown = {"absent": " is not here"}
    if sandbox:
        request["shown"] = shown
    steps = []

    def absent():
        try:
            importlib.import_module("cnncourse.operations2")
        except ModuleNotFoundError as error:
            return str(error)

    def role(limits, shell, sock):
        about = [
            vars(limits),
            shell,
            steps,
            os.getcwd(),
            sorted(os.sched_getaffinity(0)),
            os.getsid(0) == os.getpid(),
            signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
            [n for n in range(256) if os.path.islink(f"/proc/self/fd/{n}")]
            == [0, 1, 2, sock.fileno()],
            absent(),
        ]
        sock.send(json.dumps(about).encode())
        os._exit(0 if sandbox else 4)

    def run():
        confine = warm.confine
        confine.enter_namespaces = lambda: steps.append("namespaces")
        confine.confine = lambda limits, shown: steps.append(["confine", limits.file_bytes, shown])
        confine.set_limits = lambda values: steps.append(["limits", max(values.values())])
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        warm._child(request, {"student": role, "examiner": None}, "shell", theirs, other)

    pid = fork(run)
    theirs.close()
    other.close()
    control.settimeout(60)
    told = json.loads(control.recv(256))
    assert set(told) == {"pid"} and told["pid"] not in (pid, os.getpid())
    talk.settimeout(0.2)
    with pytest.raises(TimeoutError):  # it waits until it may
        talk.recv(10)
    control.send(b"go")
    talk.settimeout(60)
    found = json.loads(talk.recv(10_000))
    assert found[:2] == [vars(LIMITS), "shell"] and found[4] == [one] and found[6]
    assert found[5]  # a group of its own: signals to one's group pass namespaces
    if sandbox:
        assert found[2] == ["namespaces", ["confine", LIMITS.file_bytes, shown]]
        assert found[8] == "cnncourse.operations2 is not here"
    else:
        assert found[2] == [["limits", LIMITS.file_bytes]] and found[3] == str(tmp_path)
    assert found[7]  # nothing else is open
    ended = json.loads(control.recv(4096))
    assert os.WEXITSTATUS(ended["status"]) == (0 if sandbox else 4)
    assert 0 <= ended["cpu_seconds"] < 60 and 10 * MB < ended["peak_memory_bytes"] < 100_000 * MB
    assert ended["peak_memory_bytes"] % 1024 == 0
    assert talk.recv(10) == b""  # its end is an end of file: nobody else holds the socket
    os.waitpid(pid, 0)
    for sock in (control, talk):
        sock.close()


def test_a_role_that_returns_has_done_its_work(tmp_path):
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request = {"role": "student", "sandbox": False, "folder": str(tmp_path), "limits": vars(LIMITS)}
    request["processors"] = None
    roles = {"student": lambda limits, shell: None}

    def run():
        wait, used = os.wait4, SimpleNamespace(ru_utime=1.5, ru_stime=0.25, ru_maxrss=3)
        warm.os.wait4 = lambda *process: (*wait(*process)[:2], used)
        warm._child(request, roles, "shell", theirs)

    pid = fork(run)
    theirs.close()
    control.recv(256)
    control.send(b"go")
    ended = {"status": 0, "cpu_seconds": 1.75, "peak_memory_bytes": 3072}
    assert json.loads(control.recv(4096)) == ended
    os.waitpid(pid, 0)
    control.close()
