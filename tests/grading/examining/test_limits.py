"""What a submission can use: as much as the limits say, and what was earned before counts."""

from dataclasses import replace

import pytest
from tiny_notebook import RIGHT, tiny

from cnncourse.grading.examining.limits import MB, Limits

LIMITS = Limits(
    cell_seconds=60,
    submission_seconds=90,
    memory_bytes=256 * MB,
    processes=24,
    file_bytes=8 * MB,
    disk_bytes=16 * MB,
    output_bytes=100_000,
)


def test_limits_must_be_positive():
    with pytest.raises(ValueError, match="memory_bytes must be above 0, not 0"):
        Limits(memory_bytes=0)


@pytest.fixture
def limited(worker):
    """Other limits, until the test ends or changes them again."""

    def limited(**changes):
        worker.limits = replace(LIMITS, **changes)

    return limited


def verdict(worker, code):
    """The outcome of the tiny assignment when `half` runs this first."""
    indented = "\n    ".join(code.splitlines())
    outcome = worker.examine(
        tiny(), tiny(RIGHT.replace("return x / 2", f"{indented}\n    return x / 2")), {}, 0
    )
    assert outcome.points["double"] == 2  # what was earned before counts
    return outcome


def test_memory_is_limited(worker):
    outcome = verdict(
        worker,
        "keep = bytearray(400 << 20)\nkeep[::4096] = keep[::4096]\n"
        "keep = [bytes([7]) * (1 << 20) for _ in range(400)]",
    )
    assert (outcome.verdict, sum(outcome.points.values())) == ("memory limit", 2)
    assert outcome.message == "half: it used more than 256 MB of memory"
    assert verdict(worker, "").verdict == "ok"


def test_files_in_memory_count_as_memory_and_are_limited(worker, limited):
    limited(disk_bytes=1024 * MB, file_bytes=1024 * MB)
    fill = "with open('/tmp/f', 'wb') as f:\n    for _ in range(500): f.write(bytes(1 << 20))"
    assert verdict(worker, fill).verdict == "memory limit"
    limited()
    outcome = verdict(worker, fill)
    assert outcome.verdict == "wrong" and "File too large" in outcome.messages["half"]
    outcome = verdict(
        worker, "for n in range(9):\n    open(f'/tmp/{n}', 'wb').write(bytes(7 << 20))"
    )
    assert outcome.verdict == "wrong" and "No space left" in outcome.messages["half"]


def test_processes_are_limited(worker):
    outcome = verdict(
        worker,
        "import os, time\nfor _ in range(100):\n    if os.fork() == 0:\n        time.sleep(1000)",
    )
    assert outcome.verdict == "wrong" and "BlockingIOError" in outcome.messages["half"]


def test_a_fork_bomb_ends_at_the_time_limit(worker, limited):
    limited(cell_seconds=3)
    outcome = verdict(
        worker, "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError: pass"
    )
    assert outcome.verdict in ("time limit", "policy")  # children share the connection
    limited()
    assert verdict(worker, "").verdict == "ok"


@pytest.mark.parametrize(
    "code, exit",
    [
        ("import os; os._exit(3)", "exit code 3"),
        ("import os; os.abort()", "SIG"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os; os.closerange(3, 64)", "process died"),
    ],
    ids=range(4),
)
def test_a_death_is_told_from_the_rest(worker, code, exit):
    outcome = verdict(worker, code)
    assert (outcome.verdict, sum(outcome.points.values())) == ("crashed", 2)
    assert exit in outcome.messages["half"] or "closed its connection" in outcome.messages["half"]


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
        "while True: pass",
        "import time, sys\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass",
    ],
    ids=range(3),
)
def test_time_is_limited_for_a_cell(worker, limited, code):
    limited(cell_seconds=1)
    outcome = verdict(worker, code)
    assert (outcome.verdict, outcome.message) == ("time limit", "half: it ran too long")


def test_time_is_limited_for_all_cells_together(worker, limited):
    limited(submission_seconds=2)
    outcome = worker.examine(tiny(), tiny(RIGHT + "\nimport time\ntime.sleep(1000)"), {}, 0)
    assert outcome.verdict == "time limit" and sum(outcome.points.values()) == 0


@pytest.mark.parametrize(
    "code",
    [
        "print('x' * (50 << 20))",
        "for i in range(100_000): print(i)",
        "from IPython.display import display\nfor i in range(3000): display('y' * 1000)",
        "raise ValueError('z' * (1 << 20))",
    ],
    ids=range(4),
)
def test_output_is_cut_and_costs_nothing(worker, code):
    outcome = worker.examine(tiny(), tiny(RIGHT + "\n" + code), {}, 0)
    assert outcome.verdict == "ok"
    assert len(repr(outcome.outputs["solution"])) < 2 * LIMITS.output_bytes
    assert "longer than what is kept" in repr(outcome.outputs["solution"])
    assert outcome.resources["output_bytes"] > LIMITS.output_bytes


def test_what_a_test_is_handed_is_limited(worker, limited):
    limited(message_bytes=MB)
    outcome = verdict(worker, "return bytes(2 << 20)")
    assert outcome.verdict == "wrong" and "more than 1 MB" in outcome.messages["half"]
