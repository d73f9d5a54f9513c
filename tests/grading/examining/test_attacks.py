"""Hostile submissions: none gains a point, learns a secret, outlives its run or harms another.

Each file of attacks/ is examined in the same sandbox as any submission, with low limits, and an
honest submission after it by the same worker. attacks/README.md tells how an attack is written.
"""

import contextlib
import os
import re
import socket
import time
from pathlib import Path

import hostile
import pytest

from cnncourse.grading.examining import worker as workers
from cnncourse.grading.examining.limits import MB, Limits
from cnncourse.grading.examining.sandbox.cgroups import find_hierarchy

LEAST = 130  # of all kinds, each of which says in a line what it tries
VERDICTS = {"ok", "wrong", "time limit", "memory limit", "crashed", "unreadable", "policy"}
LIMITS = Limits(
    cell_seconds=3,
    submission_seconds=6,
    memory_bytes=512 * MB,
    processes=32,
    disk_bytes=32 * MB,
    file_bytes=16 * MB,
    output_bytes=MB // 4,
    message_bytes=16 * MB,
)

# What an honest submission finds of its predecessors: print says it, so the outputs show it.
LOOK_AROUND = """
import os
seen = [name for folder in (".", "/tmp", "/dev/shm") for name in os.listdir(folder)]
print("found:", seen, len([n for n in os.listdir("/proc") if n.isdigit()]))
"""


@pytest.fixture(scope="module")
def worker(warm):
    """The one of all these tests, with low limits; `alone` are its processes before any attack."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "GRACE_SECONDS", 2)
        warm.limits, warm.alone = LIMITS, descendants(warm)
        yield warm


@pytest.fixture(scope="module")
def listener():
    """A port of this machine, where nobody may call; (port, socket)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server.getsockname()[1], server


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """What lies around on a grading machine: another submission, the source, the gradebook."""
    root = tmp_path_factory.mktemp("course")
    for name in (
        "solutions/target/target.ipynb",
        "grading/submitted/other/target/target.ipynb",
        "grading/gradebook.db",
        "grading/verdicts/target/other.json",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(hostile.CANARY)
        path.chmod(0o666)
    return root


def contents(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def descendants(worker):
    """Process numbers of a worker's warm processes, and of all that they started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found, new = set(), {warmed.process.pid for warmed in worker.warm.values()}
    while new:
        found |= new
        new = {child for child, parent in parents.items() if parent in new} - found
    return found


def groups():
    _, bases = find_hierarchy()
    return [folder for base in bases.values() for folder in base.glob(f"cnncourse-{os.getpid()}-*")]


def test_there_are_enough_attacks():
    everyone = [*hostile.FOLDER.glob("*.py"), *hostile.FOLDER.glob("*/*.py")]
    aims = [path.read_text().splitlines()[0] for path in everyone]
    assert len(set(aims)) == len(everyone) >= LEAST and all(aim.startswith("# ") for aim in aims)


def test_no_attack_can_be_imported_outside_of_the_sandbox():
    for path in hostile.FOLDER.rglob("*.py"):
        first = next(line for line in path.read_text().splitlines() if not line.startswith("# "))
        assert first.startswith("raise ImportError("), path.name


@pytest.mark.parametrize("name", hostile.NAMES)
def test_attack_gains_nothing_and_leaves_nothing(name, worker, listener, course):
    port, server = listener
    attack = hostile.Attack(name, port)
    around = contents(course)

    outcome = worker.examine(hostile.source(), attack.notebook, attack.files, hostile.SEED)

    assert sum(outcome.points.values()) == attack.honest, outcome
    assert outcome.verdict in attack.verdicts and attack.verdicts <= VERDICTS, outcome
    assert outcome.sandboxed
    _is_harmless(outcome)
    end = time.monotonic() + 10  # a child's parent reports first and ends then
    while (left := descendants(worker) - worker.alone) and time.monotonic() < end:
        os.sched_yield()
    assert not left and not groups()
    assert contents(course) == around
    with pytest.raises(BlockingIOError):
        server.accept()

    honest = worker.examine(
        hostile.source(), hostile.released(hostile.RIGHT + LOOK_AROUND), {}, hostile.SEED
    )
    assert (honest.verdict, sum(honest.points.values())) == ("ok", hostile.MOST), honest
    assert re.search(r"found: \[(.*)\] 1\n", honest.outputs["answer"][0]["text"])[1] == ""


def _is_harmless(outcome):
    """Nothing secret in what comes out, and nothing that a terminal, a table or SQLite trips on."""
    said = repr(outcome)
    for secret in (hostile.CANARY, str(hostile.SEED), hostile.ESCAPED):
        assert secret not in said
    assert outcome.message.isprintable() and len(outcome.message) <= 500
    for key, text in [*outcome.messages.items(), *((key, "") for key in outcome.outputs)]:
        assert text.replace("\n", "").isprintable() and len(text) <= 10_000
        assert key.isprintable() and len(key) <= 200
    assert outcome.resources.get("seconds", 0) < 60
    order = list(outcome.outputs)  # what ran after a test is not for the student's eyes
    tests = [order.index(key) for key in outcome.messages if key in order]
    first = min(tests, default=len(order))
    assert set(order[first:]) - set(outcome.messages) <= set(outcome.withheld)
