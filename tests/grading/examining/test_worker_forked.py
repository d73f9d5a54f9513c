"""A whole examination without a sandbox, in forks of this process: quick, and all that is ours runs."""

import os
import signal
import sys
import time
import warnings
from subprocess import DEVNULL

import pytest
from doubling import RIGHT, assignment
from forked import fork

from cnncourse.grading.examining import child as children
from cnncourse.grading.examining import seeds, warmed
from cnncourse.grading.examining import worker as working
from cnncourse.grading.examining.inside import warm
from cnncourse.grading.examining.limits import GIVE_WAY, MB, Limits
from cnncourse.grading.examining.worker import Worker

LIMITS = Limits(cell_seconds=60, submission_seconds=100, file_bytes=3 * MB)


class Program:
    """Popen of the warm process, which is a fork instead of a new Python."""

    def __init__(self, program, *, env, stdin, stdout, stderr):
        assert program == [sys.executable, "-m", warm.__name__] and stdout == DEVNULL
        self.env, self.returncode = env, None

        def run():
            os.dup2(stdin, 0)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(stderr.fileno(), 2)
            # pytest has another one, and warnings are errors in tests.
            sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
            warnings.simplefilter("default")
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

    def wait(self):
        while self.poll() is None:
            os.sched_yield()
        return self.returncode

    def kill(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def worker():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warmed, "Popen", Program)
        with Worker(LIMITS, sandbox=False) as worker:
            yield worker
            started = list(worker.warm.values())
        for one in started:
            assert not os.path.exists(one.home) and one.process.returncode == -signal.SIGKILL
        assert len(started) == 2 and not worker.warm


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
    assert outcome.verdict == "time limit" and outcome.message.endswith(": it ran too long")


def test_a_test_that_never_ends_is_the_submissions_doing(examine, limited, monkeypatch):
    monkeypatch.setattr(working, "GRACE_SECONDS", 0.5)
    limited(cell_seconds=0.5)
    outcome = examine(test="while True: pass")
    assert outcome.verdict == "time limit"
    assert outcome.message.endswith(": a test ran too long on what the submission returned")


def test_the_worker_is_more_patient_than_the_examiner(examine, limited):
    limited(cell_seconds=12, submission_seconds=12)
    assert examine().verdict == "ok"


@pytest.mark.parametrize(
    "cell, submission, own", [(30, 100, 30 + GIVE_WAY), (60, 20, 20)], ids=["cell", "submission"]
)
def test_it_waits_some_seconds_longer_than_the_examiner_does(
    examine, worker, limited, monkeypatch, cell, submission, own
):
    limited(cell_seconds=cell, submission_seconds=submission)
    waits = []

    def note(student, examiner, deadline):
        waits.append(deadline - time.monotonic())
        return False

    monkeypatch.setattr(worker, "_overspent", note)
    assert examine().verdict == "ok"
    assert own + 5 < min(waits) and max(waits) < own + 20


def test_processor_time_is_limited(examine, limited, monkeypatch):
    limited(cpu_seconds=5)
    monkeypatch.setattr(children.Child, "cpu_seconds", lambda child: 5.5)
    outcome = examine()
    words = "it used more than 5 s of processor time"
    assert (outcome.verdict, outcome.message) == ("time limit", words)
    assert outcome.resources["cpu_seconds"] == 5.5


def test_an_examiner_that_was_handed_too_much_is_no_error_of_the_graders(examine, monkeypatch):
    found = "memory limit", "it used more than 3 MB of memory"
    monkeypatch.setattr(children.Child, "how_it_ended", lambda child, said: found)
    outcome = examine(test="import os\nos._exit(5)")
    assert (outcome.verdict, outcome.message) == (found[0], f"test: {found[1]}")


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
    for one in worker.warm.values():
        assert not [name for name in os.listdir(one.home) if name.startswith("tmp")]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("side", ["student", "examiner"])
def test_a_warm_process_that_died_is_started_anew(examine, worker, side):
    first = worker.warm[side]
    first.process.kill()
    first.process.wait()
    assert examine().verdict == "ok" and worker.warm[side] is not first
    assert first.requests.fileno() == -1 and not os.path.exists(first.home)


def test_a_word_of_the_source_brings_its_modules_along(examine, monkeypatch):
    look = "import sys\nloaded = 'sched' in sys.modules\nprint(loaded)\n" + RIGHT
    monkeypatch.setitem(warm.IF_NAMED, "events", ("sched",))
    assert examine(look).outputs["answer"][0]["text"] == "False\n"
    assert examine(look, setup="# events").outputs["answer"][0]["text"] == "True\n"


def test_errors_of_a_child_reach_the_worker(worker, examine, monkeypatch):
    monkeypatch.setattr(children.tempfile, "mkdtemp", lambda **_: "/nowhere/at/all")
    outcome = examine()
    assert outcome.verdict == "grader error" and "could not be confined" in outcome.message
    said = []
    for one in worker.warm.values():
        one._errors.seek(0)
        said.append(b"No such file or directory: '/nowhere/at/all'" in one._errors.read())
    assert any(said)


def test_what_is_too_much_for_one_message_is_refused(examine, monkeypatch):
    monkeypatch.setattr(working.Channel, "send", lambda *_: (_ for _ in ()).throw(ValueError))
    outcome = examine()
    words = "the cells hold too much text, or there are too many files"
    assert (outcome.verdict, outcome.message) == ("policy", words)
