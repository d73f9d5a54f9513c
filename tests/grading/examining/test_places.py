"""Where a course, its Python and its data may lie: anywhere, or grading refuses to start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnncourse.course import PACKAGE
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.sandbox import bwrap
from cnncourse.grading.examining.sandbox.confine import WRITABLE
from cnncourse.grading.examining.worker import Worker
from cnncourse.grading.records import fingerprint

# Examines one submission, which lists what it sees, in whatever place this is run.
SCRIPT = """
import sys
from tiny_notebook import one_test
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.worker import Worker

submission = one_test("")
submission.cells[1].source = (
    "import os, sys, torch\\nfrom cnncourse.data import data_folder\\n"
    "student = sorted(os.listdir(data_folder())), [os.listdir(p) for p in ('/tmp', '.')]\\n"
    "open('/tmp/written', 'w').close()"
)
with Worker(data=DataSets.here(sys.argv[1])) as worker:
    print(sys.prefix, worker.examine(one_test("print(student)"), submission, {}, 0))
"""


MOVE = 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"'


def examine(place, data, *before):
    """What the script says when the course lies in `place`; its Python is the one in there."""
    python = place / Path(sys.executable).relative_to(PACKAGE.parent)
    done = subprocess.run(
        [*before, python, "-c", SCRIPT, data],
        env=os.environ | {"PYTHONPATH": f"{place}:{place}/tests"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(place) in done.stdout and "verdict='ok'" in done.stdout
    assert "['cifar10', 'training.txt']" in done.stdout


@pytest.fixture
def data(tmp_path):
    """A folder of data, with a link at its top."""
    (tmp_path / "big disk" / "cifar10" / "train").mkdir(parents=True)
    (tmp_path / "big disk" / "cifar10" / "train" / "ü.png").write_bytes(b"1")
    data = tmp_path / "data ä"
    data.mkdir()
    (data / "training.txt").write_bytes(b"2")
    (data / "cifar10").symlink_to("../big disk/cifar10")
    return data


inside_the_course = pytest.mark.skipif(
    not Path(sys.executable).is_relative_to(PACKAGE.parent),
    reason="this Python's environment does not lie in the course",
)


@inside_the_course
def test_a_course_over_a_link_below_tmp(sandboxed, tmp_path, data):
    place = tmp_path / "eine Straße"
    place.symlink_to(PACKAGE.parent)
    examine(place, data)


@inside_the_course
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount the course somewhere else")
@pytest.mark.parametrize("folder", WRITABLE[1:])
def test_a_course_where_the_sandbox_writes(sandboxed, data, folder):
    """In a mount namespace of its own, the whole course is seen there."""
    place = Path(folder, f"cnncourse-test-{os.getpid()} ß")
    place.mkdir()
    try:
        examine(place, data, "unshare", "-m", "sh", "-c", MOVE, "sh", PACKAGE.parent, place)
    finally:
        place.rmdir()


def test_data_that_cannot_be_seen_inside_is_an_error(sandboxed, data):
    bwrap.check(DataSets.here(data))
    (data / "deep").mkdir()
    (data / "deep" / "link").symlink_to(data.parent / "big disk" / "cifar10" / "train" / "ü.png")
    with pytest.raises(bwrap.SandboxError, match=r"1 of 3 files in .*data ä.*'deep/link'"):
        Worker(data=DataSets.here(data))


def test_data_that_are_not_on_this_machine_are_an_error(sandboxed, tmp_path):
    with pytest.raises(bwrap.SandboxError, match="nowhere"):
        bwrap.check(DataSets(tmp_path / "nowhere"))


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user can read all that is theirs")
def test_data_of_root_alone_are_an_error(sandboxed, data):
    (data / "training.txt").chmod(0o600)
    with pytest.raises(bwrap.SandboxError, match=r"first is 'training.txt'.*chmod -R a\+rX"):
        bwrap.check(DataSets.here(data))


def test_the_trial_finds_what_the_library_needs(sandboxed, monkeypatch):
    monkeypatch.setattr(sys, "prefix", "/usr")
    with pytest.raises(bwrap.SandboxError, match="cannot make a sandbox here"):
        bwrap.check()


def test_data_over_links_are_part_of_the_fingerprint(data):
    before = fingerprint(DataSets.here(data))
    (data.parent / "big disk" / "cifar10" / "train" / "ü.png").write_bytes(b"3")
    assert fingerprint(DataSets.here(data)) != before
