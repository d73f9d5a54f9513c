"""A child of the warm process, seen from the worker: begun, limited, ended, and how it ended."""

import json
import os
import signal
import socket
import time
from types import SimpleNamespace

import pytest
from forked import fork

from cnncourse.grading.examining import child as children
from cnncourse.grading.examining.child import Child, processors
from cnncourse.grading.examining.limits import MB, Limits
from cnncourse.grading.examining.warmed import GraderError

LIMITS = Limits(file_bytes=3 * MB)


class Group:
    def __init__(self, hierarchy=None, memory=None, processes=None):
        self.made, self.added, self.full, self.peak = (hierarchy, memory, processes), [], False, 0
        self.removed, self.used = False, 0.0

    def add(self, pid):
        self.added.append(pid)

    def out_of_memory(self):
        return self.full

    def peak_memory(self):
        return self.peak

    def cpu_seconds(self):
        return self.used

    def remove(self):
        self.removed = True


def bare(ended=None, group=None):
    child = Child.__new__(Child)
    child.ended, child.group = ended, group
    child.worker = SimpleNamespace(limits=Limits(memory_bytes=3 << 30), sandbox=True)
    return child


@pytest.mark.parametrize(
    "status, verdict",
    [(3 << 8, "it died (exit code 3)"), (9, "it died (SIGKILL)"), (11 | 128, "it died (SIGSEGV)")],
)
def test_how_it_ended(status, verdict):
    assert bare({"status": status}).how_it_ended("it died") == ("crashed", verdict)
    group = Group()
    assert bare({"status": status}, group).how_it_ended("it died") == ("crashed", verdict)
    group.full = True
    assert bare({"status": status}, group).how_it_ended("it died") == (
        "memory limit",
        "it used more than 3,072 MB of memory",
    )


def test_what_it_used():
    assert bare().resources() == {"cpu_seconds": 0.0, "peak_memory_bytes": 0}
    ended = {"status": 0, "cpu_seconds": 1.23456, "peak_memory_bytes": 50}
    assert bare(ended).resources() == {"cpu_seconds": 1.235, "peak_memory_bytes": 50}
    group = Group()
    assert bare(ended, group).resources() == bare(ended).resources()
    group.peak, group.used = 70, 2.00049  # of all its processes, not of the first alone
    assert bare(ended, group).resources() == {"cpu_seconds": 2.0, "peak_memory_bytes": 70}
    assert bare({"status": 0}, None).resources() == bare().resources()


@pytest.fixture
def requested(tmp_path):
    """A child, and the other ends of its request and of its control socket."""
    requests, warm_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    talk, other = socket.socketpair()
    warm = {"examiner": SimpleNamespace(home=str(tmp_path), requests=requests)}
    worker = SimpleNamespace(limits=LIMITS, sandbox=False, hierarchy=None, warm=warm)
    child = Child(worker, "examiner", ["a"], talk)
    message, descriptors, _, _ = socket.recv_fds(warm_end, 1 << 16, 4)
    control, passed = (socket.socket(fileno=number) for number in descriptors)
    child.request = json.loads(message)
    yield child, control, passed, other
    for sock in (requests, warm_end, talk, other, control, passed, child.control):
        sock.close()


def test_a_request_tells_all_that_a_child_needs(requested):
    child, _control, passed, other = requested
    assert child.request == {
        "role": "examiner",
        "sandbox": False,
        "folder": child.folder,
        "limits": dict(vars(LIMITS).items()),
        "processors": processors(),
        "modules": ["a"],
    }
    home = child.worker.warm["examiner"].home
    assert os.path.dirname(child.folder) == home and os.path.isdir(child.folder)
    passed.send(b"through")
    assert other.recv(10) == b"through"
    assert child.control.gettimeout() == 60


def test_a_child_begins_when_the_kernel_told_who_it_is_and_it_is_limited(requested, monkeypatch):
    child, control, _, _ = requested
    child.worker.hierarchy = (2, {})
    monkeypatch.setattr(children, "Cgroup", Group)
    control.send(json.dumps({"pid": 1}).encode())  # a claim; the kernel knows better
    child.begin()
    assert child.pid == os.getpid() and child.group.added == [os.getpid()]
    assert child.group.made == ((2, {}), LIMITS.memory_bytes, LIMITS.processes)
    assert control.recv(16) == b"go"
    assert os.readlink(f"/proc/self/fd/{child.pidfd}") == "anon_inode:[pidfd]"
    os.close(child.pidfd)


@pytest.mark.parametrize("message", [b"", b"{}", b'{"status": 256}'])
def test_one_that_could_not_be_confined_is_an_error_of_the_machinery(requested, message):
    child, control, _, _ = requested
    control.send(message) if message else control.close()
    with pytest.raises(GraderError, match="could not be confined"):
        child.begin()
    assert child.pidfd is None
    child.kill()
    assert child.wait(1) is None


def test_its_end_is_heard_once(requested):
    child, control, _, _ = requested
    child.pidfd = 5
    assert child.wait(0.01) is None and child.control.gettimeout() == 0.01
    control.send(b'{"status": 9}')
    assert child.wait(30) == child.wait(0) == {"status": 9} and child.control.gettimeout() == 30
    child.kill()  # which has ended, so nobody is ended


def test_a_parent_that_died_is_an_error_and_a_child_that_never_read_was_killed(requested):
    child, control, _, _ = requested
    child.pidfd = 5
    child.control.send(b"go")
    control.close()
    assert child.wait(5) == {"status": signal.SIGKILL}


def test_a_parent_that_died_is_an_error(requested):
    child, control, _, _ = requested
    child.pidfd = 5
    control.close()
    with pytest.raises(GraderError, match="the parent of a child died"):
        child.wait(5)


@pytest.mark.parametrize("sandbox", [True, False])
def test_leaving_ends_it_and_tidies_up(tmp_path, sandbox, requested):
    child, control, _, _ = requested
    child.worker.sandbox = sandbox
    child.group = group = Group()
    child.pid = fork(lambda: (os.setsid(), time.sleep(100)))
    while os.getpgid(child.pid) != child.pid:
        os.sched_yield()
    child.pidfd = os.pidfd_open(child.pid)
    number, folder = child.pidfd, child.folder
    with child as same:
        assert same is child
        control.send(b'{"status": 9}')
    assert os.waitpid(child.pid, 0)[1] == signal.SIGKILL
    assert child.ended == {"status": 9} and group.removed and not os.path.exists(folder)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    assert child.control.fileno() == -1


def test_one_that_has_ended_meanwhile_is_no_error(requested):
    child, _, _, _ = requested
    for sandbox in (True, False):
        child.worker.sandbox = sandbox
        child.pid = fork(os.setsid)
        child.pidfd = os.pidfd_open(child.pid)
        os.waitpid(child.pid, 0)
        child.kill()
        os.close(child.pidfd)


def test_in_a_sandbox_there_is_no_folder_of_ours():
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with left, right:
        warm = {"student": SimpleNamespace(home="", requests=left)}
        worker = SimpleNamespace(limits=LIMITS, sandbox=True, hierarchy=None, warm=warm)
        with Child(worker, "student", []) as child:
            assert child.folder == ""


def test_a_folder_that_is_gone_already_is_no_error(requested):
    with requested[0] as child:
        os.rmdir(child.folder)


def test_what_a_sandbox_shows_goes_along():
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    shown = {"absent": " is not here"}
    with left, right:
        warm = {"student": SimpleNamespace(home="", requests=left)}
        worker = SimpleNamespace(limits=LIMITS, sandbox=True, hierarchy=None, warm=warm)
        with Child(worker, "student", [], shown=shown):
            assert json.loads(right.recv(1 << 16))["shown"] == shown


def test_processors_are_those_of_this_thread(monkeypatch):
    assert processors() == sorted(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processors() is None
