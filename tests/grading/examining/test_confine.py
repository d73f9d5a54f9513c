"""What a child does to itself, step by step: in which order, with which flags, and that it is checked."""

import contextlib
import ctypes
import errno
import os
import resource
import socket

import pytest

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.sandbox import confine

LIMITS = Limits(disk_bytes=12345, file_bytes=6789)


@pytest.fixture
def steps(monkeypatch):
    """The calls to the kernel in their order; `steps.refused` is the one that fails."""

    class Steps(list):
        refused = None

        def unshare(self, flags):
            return self.taken("unshare", flags)

        def mount(self, *arguments):
            return self.taken("mount", *arguments)

        def prctl(self, *arguments):
            return self.taken("prctl", *arguments)

        def capset(self, header, data):
            return self.taken("capset", type(header)._length_, list(header), list(data))

        def taken(self, *step):
            self.append(step)
            ctypes.set_errno(errno.EPERM)
            return -1 if step[: len(self.refused or ())] == self.refused else 0

    steps = Steps()
    monkeypatch.setattr(confine, "libc", steps)
    monkeypatch.setattr(
        confine.Path, "write_text", lambda path, text: steps.append(("write", str(path), text))
    )
    monkeypatch.setattr(confine.os, "chdir", lambda folder: steps.append(("chdir", folder)))
    monkeypatch.setattr(confine, "_shown_below", lambda folder: [])  # see test_places.py
    monkeypatch.setattr(confine, "filter_calls", lambda: steps.append(("filter",)))
    monkeypatch.setattr(
        confine.resource, "setrlimit", lambda kind, pair: steps.append(("limit", kind, pair))
    )
    return steps


def test_namespaces_are_all_new_and_the_user_is_who_it_was(steps, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 7)
    monkeypatch.setattr(os, "getgid", lambda: 8)
    confine.enter_namespaces()
    # CLONE_NEWUSER, NEWNS, NEWPID, NEWIPC, NEWUTS, NEWNET, NEWCGROUP of linux/sched.h
    flags = 0x10000000, 0x20000, 0x20000000, 0x8000000, 0x4000000, 0x40000000, 0x2000000
    assert steps == [
        ("unshare", sum(flags)),
        ("write", "/proc/self/setgroups", "deny"),  # else the map of groups is refused
        ("write", "/proc/self/uid_map", "7 7 1"),
        ("write", "/proc/self/gid_map", "8 8 1"),
    ]


def test_what_is_writable_is_fresh_limited_and_without_devices(steps):
    confine.confine(LIMITS)
    options = b"size=12345,nr_inodes=20000,mode=0700"
    mounts = [step for step in steps if step[0] == "mount"]
    nosuid, nodev, noexec = 2, 4, 8  # MS_… of linux/mount.h
    assert mounts == [
        *(
            ("mount", b"tmpfs", folder, b"tmpfs", nosuid | nodev, options)
            for folder in (b"/home/student", b"/tmp", b"/dev/shm")
        ),
        (
            "mount",
            b"devpts",
            b"/dev/pts",
            b"devpts",
            nosuid | noexec,
            b"newinstance,ptmxmode=0666,max=16",
        ),
        ("mount", b"proc", b"/proc", b"proc", nosuid | nodev | noexec, None),
        ("mount", b"proc", b"/proc", b"proc", nosuid | nodev | noexec, b"subset=pid"),
    ]


def test_rights_are_given_up_after_they_were_needed_and_the_filter_comes_last(steps):
    confine.confine(LIMITS)
    closed = ("write", "/proc/sys/user/max_user_namespaces", "0")  # before it cannot be seen
    last_mount = max(n for n, step in enumerate(steps) if step[0] == "mount")
    assert steps.index(closed) == last_mount - 1
    rest = [step for step in steps[last_mount + 1 :] if step[:2] != ("prctl", 24)]
    assert [step[0] for step in rest] == [*["limit"] * 6, "prctl", "capset", "filter", "chdir"]
    assert ("prctl", 38, 1, 0, 0, 0) in rest  # PR_SET_NO_NEW_PRIVS
    assert ("chdir", "/home/student") in rest
    # Every capability that there may ever be is out of reach: PR_CAPBSET_DROP
    dropped = [step for step in steps if step[:2] == ("prctl", 24)]
    assert dropped[:64] == [("prctl", 24, number, 0, 0, 0) for number in range(64)]
    # Version 3 of the sets, of this process, all of them empty: 2 words of 3 sets
    assert ("capset", 2, [0x20080522, 0], [0] * 6) in rest
    assert steps.index(("capset", 2, [0x20080522, 0], [0] * 6)) > steps.index(dropped[-1])


@pytest.mark.parametrize(
    "refused, words",
    [
        (("unshare",), "unshare: Operation not permitted"),
        (("mount", b"tmpfs", b"/tmp"), "mount /tmp: "),
        (("mount", b"proc"), "mount /proc: "),
        (("prctl", 38), "no_new_privs: "),
        (("capset",), "capset: "),
    ],
)
def test_a_step_that_the_kernel_refuses_ends_it(steps, refused, words):
    steps.refused = refused
    with pytest.raises(OSError, match=words) as error:  # noqa: PT012  # one of two steps
        confine.enter_namespaces()
        confine.confine(LIMITS)
    assert error.value.errno == errno.EPERM
    assert ("filter",) not in steps and ("chdir", "/home/student") not in steps


def test_an_error_is_any_result_but_0():
    for bad in (-1, 1, 2):
        with pytest.raises(OSError, match="x"):
            confine._check(bad, "x")
    confine._check(0, "x")
    # Python keeps an error number of its own for the libraries that are loaded to use it.
    ctypes.set_errno(0)
    assert confine.libc.unshare(-1) == -1 and ctypes.get_errno() == errno.EINVAL


def test_files_are_limited_in_size_and_number_and_no_memory_is_dumped(steps, monkeypatch):
    unlimited = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (5, unlimited))
    confine.set_limits(confine.common(LIMITS))
    expected = {resource.RLIMIT_FSIZE: 6789, resource.RLIMIT_NOFILE: 1024, resource.RLIMIT_CORE: 0}
    assert {kind: pair for _, kind, pair in steps} == {k: (v, v) for k, v in expected.items()}


def test_a_limit_is_never_above_the_one_that_holds_already(steps, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (5, 100))
    confine.set_limits(confine.common(LIMITS))
    assert sorted(pair for _, _, pair in steps) == [(0, 0), (100, 100), (100, 100)]


def descriptors_after(change):
    """{number: what it leads to} of a child that has some open, after a change to them."""
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(writer, 100)
            for number in (0, 1, 2, *range(3, 40)):
                os.dup2(reader, number)
            change()
            found = {}
            for number in range(101):
                with contextlib.suppress(OSError):
                    found[number] = os.readlink(f"/proc/self/fd/{number}").partition(":")[0]
            os.write(100, repr(found).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    return eval(said)


def test_only_the_descriptors_that_are_named_stay_open():
    kept = descriptors_after(lambda: confine.only_descriptors(100, 7, 5, 6, 20))
    assert kept == {**dict.fromkeys((0, 1, 2), "/dev/null"), 5: "pipe", 6: "pipe", 7: "pipe"} | {
        20: "pipe",
        100: "pipe",
    }


def test_the_lowest_can_be_kept_and_the_errors_can_lead_where_they_did():
    kept = descriptors_after(lambda: confine.only_descriptors(3, 100, standard=(0, 1)))
    assert kept == {0: "/dev/null", 1: "/dev/null", 2: "pipe", 3: "pipe", 100: "pipe"}


def test_those_above_the_last_are_closed_as_well():
    def change():
        _left, _right = socket.socketpair()
        os.dup2(100, 4)
        confine.only_descriptors(4)
        os.dup2(4, 100)
        os.close(4)

    assert descriptors_after(change) == {**dict.fromkeys((0, 1, 2), "/dev/null"), 100: "pipe"}
