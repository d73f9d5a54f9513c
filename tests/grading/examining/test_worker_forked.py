"""A whole examination without a sandbox, in forks of this process: quick, and all that is ours runs."""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from subprocess import DEVNULL, TimeoutExpired
from types import SimpleNamespace

import pytest
from forked import fork, forked
from nbformat.v4 import new_code_cell, new_notebook

from cnncourse.course import PACKAGE
from cnncourse.grading.examining import child as children
from cnncourse.grading.examining import seeds
from cnncourse.grading.examining import worker as working
from cnncourse.grading.examining.child import Child, GraderError, processors
from cnncourse.grading.examining.inside import warm
from cnncourse.grading.examining.limits import MB, Limits
from cnncourse.grading.examining.protocol.frames import Broken
from cnncourse.grading.examining.worker import Worker

LIMITS = Limits(cell_seconds=60, submission_seconds=100, file_bytes=3 * MB)
RIGHT = "def double(x):\n    return 2 * x"


def cell(name, source, **about):
    about = {"grade_id": name, "grade": False, "solution": False, "locked": True} | about
    return new_code_cell(source, id=name, metadata={"nbgrader": about})


def assignment(
    answer=RIGHT, test="assert double(4) == 8", setup="import math", last="assert double(1) == 2"
):
    return new_notebook(
        cells=[
            cell("setup", setup),
            cell("answer", answer, solution=True, locked=False),
            cell("test", test, grade=True, points=2),
            cell("last", last, grade=True, points=1),
        ]
    )


class Program:
    """Popen of the warm process, which is a fork instead of a new Python."""

    def __init__(self, program, *, env, stdin, stdout, stderr):
        assert program == [sys.executable, "-m", warm.__name__] and stdout == DEVNULL
        self.env, self.returncode = env, None

        def run():
            os.dup2(stdin, 0)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(stderr.fileno(), 2)
            os.environ.clear()
            os.environ.update(env)
            signal.alarm(0)
            warm.main()

        self.pid = fork(run)

    def poll(self):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout=100):
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise TimeoutExpired("warm", timeout)
            os.sched_yield()
        return self.returncode

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def worker():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working, "Popen", Program)
        with Worker(LIMITS, sandbox=False) as worker:
            yield worker
            home, program = worker.home, worker._warm
        assert not os.path.exists(home) and program.returncode == 0 and worker._warm is None


@pytest.fixture
def examine(worker):
    def examine(answer=RIGHT, files=None, seed=0, **source):
        return worker.examine(assignment(**source), assignment(answer), files or {}, seed)

    return examine


@pytest.fixture
def limited(worker):
    def limited(**changes):
        worker.limits = Limits(**{**vars(LIMITS), **changes})

    yield limited
    worker.limits = LIMITS


# Examinations


def test_a_right_answer(examine):
    outcome = examine()
    assert (outcome.verdict, outcome.points) == ("ok", {"test": 2, "last": 1}), outcome
    assert not outcome.sandboxed and outcome.message == "every test passed"
    used = outcome.resources
    assert 0 < used["cpu_seconds"] < 60 and 0 < used["seconds"] < 60
    assert 10 * MB < used["peak_memory_bytes"] < 100_000 * MB and used["output_bytes"] == 0
    for name in ("seconds", "cpu_seconds"):
        assert round(used[name], 3) == used[name]


def test_the_seed_and_the_files_are_there_and_the_graders_environment_is_not(examine, monkeypatch):
    outcome = examine(
        "import os\ndef double(x):\n    return 2 * x\n"
        "assert 'CNNCOURSE_SEED' not in os.environ and 'SECRET' not in os.environ\n"
        "print(open('a/data.txt').read(), os.environ['HOME'], os.getcwd())",
        {"a/data.txt": b"from a file"},
        77,
        test=f"import os\nassert os.environ == os.environ | {seeds.environment(77, 'test')}",
    )
    assert outcome.verdict == "ok", outcome.message
    said = outcome.outputs["answer"][0]["text"].split()
    assert said[:3] == ["from", "a", "file"]
    assert said[4].startswith(said[3]) and said[4] != said[3]  # a folder of its own, in the home
    assert not os.path.exists(said[4])


def test_nothing_of_one_submission_is_seen_by_the_next(examine):
    for _ in range(2):
        outcome = examine(
            "import builtins\nassert not hasattr(builtins, 'left')\nbuiltins.left = 1\n" + RIGHT
        )
        assert outcome.outputs["answer"] == [] and outcome.verdict == "ok"


@pytest.mark.parametrize(
    "code, words",
    [
        ("os._exit(3)", r"the Python process died \(exit code 3\)"),
        ("os.kill(os.getpid(), 9)", r"the Python process died \(SIGKILL\)"),
        ("os.kill(os.getpid(), 15)", r"the Python process died \(SIGTERM\)"),
    ],
)
def test_a_death_says_how_and_in_which_cell(examine, code, words):
    outcome = examine(f"import os\ndef double(x):\n    {code}")
    assert outcome.verdict == "crashed" and outcome.points == {"test": 0, "last": 0}
    assert outcome.message == f"test: {words}".replace("\\", "")
    assert examine().verdict == "ok"


def test_a_closed_connection_is_a_death(examine, monkeypatch):
    monkeypatch.setattr(children.Child, "wait", lambda child, seconds: None)
    outcome = examine("import os, time\ndef double(x):\n    os.closerange(3, 64); time.sleep(60)")
    assert (outcome.verdict, outcome.message) == ("crashed", "test: it closed its connection")


def test_time_is_limited(examine, limited):
    limited(cell_seconds=0.5)
    outcome = examine("def double(x):\n    while True: pass")
    assert (outcome.verdict, outcome.message) == ("time limit", "test: it ran too long")


def test_a_test_that_never_ends_is_the_submissions_doing(examine, limited, monkeypatch):
    monkeypatch.setattr(working, "GRACE_SECONDS", 0.5)
    limited(cell_seconds=0.5)
    outcome = examine(test="while True: pass")
    assert outcome.verdict == "time limit"
    assert outcome.message == "test: a test ran too long on what the submission returned"


def test_what_is_slow_but_within_its_time_is_not_late(examine, limited):
    limited(cell_seconds=30, submission_seconds=30)
    assert examine("import time\ntime.sleep(0.3)\n" + RIGHT).verdict == "ok"


def test_the_examiners_death_is_the_graders_error(examine):
    outcome = examine(test="import os\nos._exit(5)")
    assert outcome.verdict == "grader error"
    assert outcome.message == "test: the examiner: the examiner died (exit code 5)"


def test_limits_without_a_sandbox_hold_for_files(examine):
    big = "open('big', 'wb').write(bytes(4 << 20))"
    outcome = examine(f"def double(x):\n    {big}")
    assert "File too large" in outcome.messages["test"]


def test_everything_that_was_started_ends_with_the_examination(examine, worker):
    before = sorted(os.listdir("/proc/self/fd"))
    outcome = examine(
        "import os\nprint(os.getpid())\npid = os.fork()\nif pid == 0:\n"
        "    import time; time.sleep(600)\nprint(pid)\n" + RIGHT
    )
    numbers = [int(line) for line in outcome.outputs["answer"][0]["text"].split()]
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in numbers) and time.monotonic() < deadline:
        os.sched_yield()
    assert len(numbers) == 2 and not [pid for pid in numbers if alive(pid)]
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert not os.listdir(worker.home) or "tmp" not in "".join(os.listdir(worker.home))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_warm_process_that_died_is_started_anew(examine, worker):
    first = worker._warm
    first.kill()
    first.wait()
    assert examine().verdict == "ok" and worker._warm is not first


# What is not even tried


@pytest.fixture
def idle():
    """A worker whose processes must not be needed."""
    worker = Worker(Limits(disk_bytes=20, message_bytes=10), sandbox=False)
    worker._examine = lambda *_: pytest.fail("this must not be examined")
    return worker


@pytest.mark.parametrize("name", ["/tmp/x", "../x", "a/../../x", "a\0b", "a/.."])
def test_a_file_that_leads_elsewhere_is_refused(idle, name):
    outcome = idle.examine(assignment(), assignment(), {"good": b"", name: b""}, 0)
    assert (outcome.verdict, outcome.message) == (
        "policy",
        f"a file's name leads elsewhere: {name!r}",
    )
    assert outcome.points == {"test": 0, "last": 0} and outcome.resources["seconds"] < 60


def test_files_are_as_large_as_may_be_and_no_larger(idle):
    outcome = idle.examine(assignment(), assignment(), {"a": b"123456", "b": b"12345"}, 0)
    assert (outcome.verdict, outcome.message) == ("policy", "its files are larger than 0 MB")
    assert idle._refusal({"files": ["a/b..c", "..d"], "steps": []}, [b"123456", b"1234"]) is None
    idle.limits = Limits(disk_bytes=5, message_bytes=10)
    assert idle._refusal({"files": [], "steps": []}, [b"123456"])[0] == "policy"


def test_cells_are_as_many_and_as_long_as_may_be(idle, monkeypatch):
    assert (working.MOST_CELLS, working.MOST_TEXT) == (2000, 4 * MB)
    monkeypatch.setattr(working, "MOST_CELLS", 3)
    monkeypatch.setattr(working, "MOST_TEXT", 10)

    def refused(*texts):
        return idle._refusal({"files": [], "steps": [{"source": text} for text in texts]}, [])

    words = "the notebook has too many cells, or too much text in them"
    assert refused("12345", "1234", "1") is None
    assert refused("", "", "", "") == refused("12345", "123456") == ("policy", words)


@pytest.mark.parametrize(
    "error", [GraderError("no"), OSError("no"), Broken("time limit", "no"), BrokenPipeError("no")]
)
def test_what_fails_around_an_examination_is_the_graders_error(idle, error):
    def fail(*_):
        raise error

    idle._examine = fail
    outcome = idle.examine(assignment(), assignment(), {}, 0)
    assert outcome.verdict == "grader error" and outcome.message == f"{type(error).__name__}: no"


def test_what_is_too_much_for_one_message_is_refused(examine, monkeypatch):
    monkeypatch.setattr(working.Channel, "send", lambda *_: (_ for _ in ()).throw(ValueError))
    outcome = examine()
    words = "the cells hold too much text, or there are too many files"
    assert (outcome.verdict, outcome.message) == ("policy", words)


# Starting and stopping


def test_what_a_warm_process_is_told_without_a_sandbox(worker):
    env, home = worker._warm.env, worker.home
    assert env["PYTHONPATH"] == str(PACKAGE.parent) and os.path.isdir(home)
    assert (env["HOME"], env["TMPDIR"]) == (home, home)
    assert env["IPYTHONDIR"].startswith(home) and env["MPLCONFIGDIR"].startswith(home)
    assert os.path.basename(home).startswith("cnncourse-")


def stub(monkeypatch, said, errors=b""):
    """A worker whose program answers with some bytes."""
    log = []

    class Stub:
        def __init__(self, program, *, env, stdin, stdout, stderr):
            log.append((program, env))
            with socket.socket(fileno=os.dup(stdin)) as theirs:
                if said:
                    theirs.send(said)
            stderr.write(errors)

        def wait(self, timeout=None):
            log.append(timeout)
            if timeout is not None and errors == b"hang":
                raise TimeoutExpired("x", timeout)

        def kill(self):
            log.append("kill")

        def poll(self):
            return None

    monkeypatch.setattr(working, "Popen", Stub)
    return log


@pytest.mark.parametrize("said", [b"", b"no", b"readyreadyready!"])
def test_a_program_that_does_not_start_says_why(monkeypatch, said):
    stub(monkeypatch, said, b"x" * 2000 + b"no bubbles\xff \n")
    worker = Worker(sandbox=False)
    with pytest.raises(
        GraderError, match=r"^the sandbox did not start: x+no bubbles\ufffd$"
    ) as error:
        worker._start()
    assert len(str(error.value)) == len("the sandbox did not start: ") + 1000
    assert worker._warm is None and not os.path.exists(worker.home)


def test_a_program_that_does_not_end_is_ended(monkeypatch):
    log = stub(monkeypatch, b"ready", b"hang")
    with Worker(sandbox=False) as worker:
        os.rmdir(worker.home)  # what is gone already is no error
    assert log[1:] == [10, "kill", None]


# A child, its group and its end


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
    worker = SimpleNamespace(
        limits=LIMITS, sandbox=False, hierarchy=None, home=str(tmp_path), requests=requests
    )
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
    assert os.path.dirname(child.folder) == child.worker.home and os.path.isdir(child.folder)
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
        worker = SimpleNamespace(limits=LIMITS, sandbox=True, hierarchy=None, requests=left)
        with Child(worker, "student", []) as child:
            assert child.folder == ""


def test_processors_are_those_of_this_thread(monkeypatch):
    assert processors() == sorted(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processors() is None


# The warm process


def test_a_warm_process_keeps_its_requests_and_where_errors_lead_and_nothing_else():
    """What it holds when it is ready; and every module that a submission may need is loaded."""

    def check():
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        found = {}

        class Ready(BaseException):
            pass

        def look(requests, *_):
            assert (
                requests.getsockname() == "" and signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN
            )
            for number in os.listdir("/proc/self/fd"):
                with contextlib.suppress(OSError):
                    found[int(number)] = os.readlink(f"/proc/self/fd/{number}").partition(":")[0]
            raise Ready

        steps = []
        warm.importlib = SimpleNamespace(import_module=steps.append)
        warm.rehearse = lambda shell: steps.append("rehearse")
        warm.freeze = lambda: steps.append("freeze")
        warm.socket.recv_fds = look
        os.dup2(theirs.fileno(), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        keep = os.dup(2)
        os.dup2(ours.fileno(), 50)
        confine = warm.confine.only_descriptors
        warm.confine.only_descriptors = lambda *kept, **how: confine(*kept, WRITER, 50, **how)
        with contextlib.suppress(Ready):
            warm.main()
        said = socket.socket(fileno=50).recv(16)
        return found, steps, said, keep

    global WRITER
    reader, WRITER = os.pipe()

    def answer():
        with open(WRITER, "w") as file:
            found, steps, said, _ = check()
            json.dump(
                [{str(k): v for k, v in found.items()}, list(map(str, steps)), said.decode()], file
            )

    pid = fork(answer)
    os.close(WRITER)
    with open(reader) as file:
        found, steps, said = json.load(file)
    os.waitpid(pid, 0)
    assert said == "ready" and tuple(steps[:-2]) == warm.PRELOADED
    assert steps[-2:] == ["rehearse", "freeze"]
    kinds = {int(number): kind for number, kind in found.items()}
    assert kinds[0] == kinds[1] == "/dev/null" != kinds[2]
    rest = {
        number: kind for number, kind in kinds.items() if number > 2 and number not in (WRITER, 50)
    }
    assert list(rest.values()).count("socket") == 1 and len(rest) <= 2  # and the folder being read


def test_rehearsing_leaves_nothing_behind():
    from cnncourse.grading.examining.inside.shell import make_shell

    def check():
        shell = make_shell()
        warm.rehearse(shell)
        import matplotlib.pyplot as plt

        warm.freeze()
        import gc

        return (
            "plt" in shell.user_ns,
            plt.get_fignums(),
            shell.collector.size > 1000,
            gc.get_freeze_count() > 1000,
        )

    assert forked(check) == (False, [], True, True)


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
    steps = []

    def role(limits, shell, sock):
        names = {
            os.readlink(f"/proc/self/fd/{n}").partition(":")[0]
            for n in os.listdir("/proc/self/fd")
            if n != "3"
        }
        about = [
            vars(limits),
            shell,
            steps,
            os.getcwd(),
            sorted(os.sched_getaffinity(0)),
            os.getsid(0) == os.getpid(),
            signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
            sum(os.path.islink(f"/proc/self/fd/{n}") for n in range(64)),
            "pipe" in names,
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
    if sandbox:
        assert found[2] == ["namespaces", ["confine", LIMITS.file_bytes, None]] and not found[5]
    else:
        assert (
            found[2] == [["limits", LIMITS.file_bytes]] and found[3] == str(tmp_path) and found[5]
        )
    assert found[7] <= 5 and not found[8]
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
    pid = fork(lambda: warm._child(request, roles, "shell", theirs))
    theirs.close()
    control.recv(256)
    control.send(b"go")
    assert json.loads(control.recv(4096))["status"] == 0
    os.waitpid(pid, 0)
    control.close()
