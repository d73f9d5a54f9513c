"""What a worker does not even try, and how it starts and stops its warm processes."""

import os
import socket
import sys
import time
from types import SimpleNamespace

import pytest
from doubling import assignment

from cnncourse.course import PACKAGE
from cnncourse.grading.examining import warmed
from cnncourse.grading.examining import worker as working
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.inside import warm
from cnncourse.grading.examining.limits import MB, Limits
from cnncourse.grading.examining.protocol.frames import Broken
from cnncourse.grading.examining.warmed import GraderError, Warmed
from cnncourse.grading.examining.worker import Worker


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


@pytest.mark.parametrize("source", [5, ["x"], {}])
def test_a_notebook_that_is_malformed_is_unreadable(idle, source):
    submission = assignment()
    submission.cells[1].source = source
    outcome = idle.examine(assignment(), submission, {}, 0)
    assert (outcome.verdict, outcome.sandboxed) == ("unreadable", False)
    assert outcome.message.startswith("a cell of the notebook is malformed: TypeError(")


def test_the_sentence_of_it_fits_a_table(idle, monkeypatch):
    def fail(*_):
        raise KeyError("x" * 1000)

    monkeypatch.setattr(working, "plan", fail)
    assert len(idle.examine(assignment(), assignment(), {}, 0).message) == working.LINE


def test_files_are_as_large_as_may_be_and_no_larger(idle):
    outcome = idle.examine(assignment(), assignment(), {"a": b"123456", "b": b"12345"}, 0)
    assert (outcome.verdict, outcome.message) == ("policy", "its files are larger than 0 MB")
    assert idle._refusal({"files": ["a/b..c", "..d"], "steps": []}, [b"123456", b"1234"]) is None
    idle.limits = Limits(disk_bytes=5, message_bytes=10)
    assert idle._refusal({"files": [], "steps": []}, [b"123456"])[0] == "policy"


def test_processor_time_is_used_up_above_the_limit_or_the_examiner_speaks_first(idle):
    idle.limits = Limits(cpu_seconds=5)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for used, word, over in (5.1, b"", True), (5, b"x", False):
            theirs.send(word)
            student = SimpleNamespace(cpu_seconds=lambda used=used: used)
            assert idle._overspent(student, ours, time.monotonic() + 60) is over


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


def test_seconds_are_told_to_the_millisecond(idle, monkeypatch):
    clock = SimpleNamespace(monotonic=iter([1000.0, 1001.23456]).__next__)
    monkeypatch.setattr(working, "time", clock)
    outcome = idle.examine(assignment(), assignment(), {"/tmp/x": b""}, 0)
    assert outcome.resources["seconds"] == 1.235


def test_a_sandbox_shows_what_the_assignment_uses(monkeypatch):
    monkeypatch.setattr(working.bwrap, "check", lambda data: None)
    worker, seen = Worker(), []
    worker._examine = lambda job, files, modules, shown, found: seen.append(shown)
    worker.examine(assignment(), assignment(), {}, 0)
    used = working.library(assignment())
    assert seen == [working.bwrap.shown(used, worker.data)] and used.absent() in seen[0]["absent"]


# Starting and stopping


class Programs:
    """Popen of programs that answer with some bytes; `log` has what was done, in order."""

    def __init__(self, said, errors=b""):
        self.said, self.errors, self.log, self.started = said, errors, [], []

    def __call__(self, program, *, env, stdin, stdout, stderr):
        self.started.append((program, env))
        with socket.socket(fileno=os.dup(stdin)) as theirs:
            if self.said:
                theirs.send(self.said)
        stderr.write(self.errors)
        return SimpleNamespace(
            wait=lambda: self.log.append("wait"), kill=lambda: self.log.append("kill")
        )


@pytest.fixture
def programs(monkeypatch):
    def stub(*answers):
        stubbed = Programs(*answers)
        monkeypatch.setattr(warmed, "Popen", stubbed)
        return stubbed

    return stub


@pytest.mark.parametrize("said", [b"", b"no", b"readyreadyready!"])
def test_a_program_that_does_not_start_says_why(programs, said):
    stub = programs(said, b"x" * 2000 + b"no bubbles\xff \n")
    worker = Worker(sandbox=False)
    with pytest.raises(
        GraderError, match=r"^the sandbox did not start: x+no bubbles\ufffd$"
    ) as error:
        worker.wait_until_ready()
    assert len(str(error.value)) == len("the sandbox did not start: ") + 1000
    assert not worker.warm and not any(os.path.exists(env["HOME"]) for _, env in stub.started)
    # It ended before its errors were read; then both.
    assert stub.log == ["wait", *2 * ["kill", "wait"]]


def test_one_that_cannot_be_started_ends_the_other(programs, monkeypatch):
    stub = programs(b"ready")
    made = []

    def start(*arguments):
        if made:
            raise OSError("no more processes")
        made.append(Warmed(*arguments))
        return made[0]

    monkeypatch.setattr(working, "Warmed", start)
    worker = Worker(sandbox=False)
    with pytest.raises(OSError, match="no more processes"):
        worker.wait_until_ready()
    assert stub.log == ["kill", "wait"] and not worker.warm and not os.path.exists(made[0].home)


def test_programs_are_ended_whether_they_are_ready_or_not(programs):
    stub = programs(b"")
    worker = Worker(sandbox=False)
    worker.begin()  # waits for nothing
    for one in worker.warm.values():
        os.rmdir(one.home)  # what is gone already is no error
    worker.__exit__()
    assert stub.log == 2 * ["kill", "wait"] and not worker.warm


def test_what_was_begun_is_waited_for_once(programs):
    stub = programs(b"ready")
    worker = Worker(sandbox=False)
    worker.begin()
    for one in worker.warm.values():
        one.process.poll = lambda: None
    for _ in range(2):
        worker.wait_until_ready()
    assert len(stub.started) == 2 and stub.log == []
    worker.__exit__()


def test_without_a_sandbox_each_program_has_a_home_of_its_own(programs, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    stub = programs(b"ready")
    with Worker(sandbox=False) as worker:
        homes = [one.home for one in worker.warm.values()]
        assert all(os.path.isdir(home) for home in homes) and len(set(homes)) == 2
    for home, (program, env) in zip(homes, stub.started, strict=True):
        assert os.path.basename(home).startswith("cnncourse-")
        assert program == [sys.executable, "-m", warm.__name__]
        assert env["PYTHONPATH"] == str(PACKAGE.parent)
        assert (env["HOME"], env["TMPDIR"]) == (home, home)
        assert env["IPYTHONDIR"].startswith(home) and env["MPLCONFIGDIR"].startswith(home)
        assert env["USER"] == "student" and "SECRET" not in env and "PYTHONHASHSEED" not in env
        assert not os.path.exists(home)


def test_a_sandbox_is_the_default_and_is_checked_with_the_data(monkeypatch):
    data = DataSets(None, "folder")
    monkeypatch.setattr(working.bwrap, "check", lambda data: (2, {"data": data}))
    worker = Worker(data=data)
    assert worker.sandbox and worker.hierarchy == (2, {"data": data})
    assert worker.limits == Limits() and worker.data is data
    assert Worker(sandbox=False).hierarchy is None
    worker._stop()  # nothing was started


def test_in_a_sandbox_bubblewrap_starts_it_and_sets_its_variables(programs, monkeypatch):
    stub = programs(b"ready")
    monkeypatch.setattr(working.bwrap, "check", lambda data: None)
    monkeypatch.setattr(working.bwrap, "command", lambda program, data: ["bwrap", data, *program])
    with Worker() as worker:
        started = list(worker.warm.values())
        for one in started:
            assert one.requests.gettimeout() == warmed.START_SECONDS == 300
            assert one.home == ""
    program = ["bwrap", worker.data, sys.executable, "-m", warm.__name__]
    assert stub.started == 2 * [(program, None)] and stub.log == 2 * ["kill", "wait"]
    assert all(one._errors.closed and one.requests.fileno() == -1 for one in started)
    assert not worker.warm
