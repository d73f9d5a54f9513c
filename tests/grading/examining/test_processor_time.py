"""Processor time is limited beside wall-clock time, and a group of version 2 stays where it is."""

import os
from dataclasses import replace

import pytest
from tiny_notebook import RIGHT, tiny

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.sandbox import cgroups

LIMITS = Limits(cell_seconds=60, cpu_seconds=1)
BUSY = "while True: pass"


@pytest.mark.parametrize("code", [BUSY, f"import os\nfor _ in range(3): os.fork()\n{BUSY}"])
@pytest.mark.parametrize("where", ["a cell", "a call"])
def test_processor_time_is_limited(worker, code, where):
    inside = code.replace("\n", "\n    ")
    answer = f"{RIGHT}\n{code}" if where == "a cell" else f"{RIGHT}\ndef half(x):\n    {inside}"
    outcome = worker.examine(tiny(), tiny(answer), {}, 0)
    assert outcome.verdict == "time limit", outcome
    assert outcome.message.endswith("it used more than 1 s of processor time")
    assert sum(outcome.points.values()) == (0 if where == "a cell" else 2)
    assert outcome.resources["cpu_seconds"] > 1 and outcome.resources["seconds"] < 60


def test_to_wait_takes_none(worker):
    outcome = worker.examine(tiny(), tiny(f"{RIGHT}\nimport time\ntime.sleep(2)"), {}, 0)
    assert outcome.verdict == "ok" and outcome.resources["cpu_seconds"] < 1


def test_what_ended_is_counted_too(worker):
    worker.limits = replace(LIMITS, cpu_seconds=100)
    lost = "subprocess.Popen(['sh', '-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'])"
    code = f"import subprocess\nprocess = {lost}\nprocess.wait()"
    seconds = [
        worker.examine(tiny(), tiny(f"{RIGHT}\n{more}"), {}, 0).resources["cpu_seconds"]
        for more in ("", code)
    ]
    worker.limits = LIMITS
    assert seconds[1] > 2 * seconds[0]


# Version 2, on folders that look like it


@pytest.mark.parametrize("user", [0, 1000])
def test_asking_again_nests_no_group_deeper(tmp_path, monkeypatch, user):
    """The kernel's rules: no group that holds processes hands controllers on."""
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    base = tmp_path / "user.slice" / "run.scope"
    base.mkdir(parents=True)
    for folder in (tmp_path, base.parent, base):
        (folder / "cgroup.subtree_control").write_text("")
        (folder / "cgroup.procs").write_text("")
    (base / "cgroup.procs").write_text("11\n12\n")
    if user == 0:
        (tmp_path / "cgroup.subtree_control").unlink()  # not to be had in a container
    own = tmp_path / "own"
    own.write_text("0::/user.slice/run.scope\n")
    write, make = type(base).write_text, type(base).mkdir

    def write_as_the_kernel(path, text, *args, **kwargs):
        if path.name == "cgroup.subtree_control":
            if (path.parent / "cgroup.procs").read_text():
                raise OSError(16, "Device or resource busy")
            text = text.replace("+", "")
        if path.name == "cgroup.procs":  # it leaves the group that it was in
            for other in tmp_path.rglob("cgroup.procs"):
                stay = [pid for pid in other.read_text().split() if pid != text]
                write(other, "".join(f"{pid}\n" for pid in stay))
            write(own, f"0::/{path.parent.relative_to(tmp_path)}\n")
            text = path.read_text() + f"{text}\n"
        return write(path, text, *args, **kwargs)

    def make_as_the_kernel(path, *args, **kwargs):
        make(path, *args, **kwargs)
        for name in ("cgroup.subtree_control", "cgroup.procs"):
            if not (path / name).exists():
                write(path / name, "")

    monkeypatch.setattr(type(base), "write_text", write_as_the_kernel)
    monkeypatch.setattr(type(base), "mkdir", make_as_the_kernel)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    wanted = 2, dict.fromkeys(cgroups.KINDS, base)
    for _ in range(4):
        assert cgroups.find_hierarchy(tmp_path, own) == wanted
    assert [path.name for path in base.iterdir() if path.is_dir()] == [cgroups.SUPERVISOR]
    assert (base / cgroups.SUPERVISOR / "cgroup.procs").read_text() == "11\n12\n"


def test_processor_time_of_both_versions(tmp_path):
    for version, name, text in (
        (2, "cpu.stat", "usage_usec 2500000\n"),
        (1, "cpuacct.usage", "2500000000\n"),
    ):
        base = tmp_path / str(version)
        base.mkdir()
        group = cgroups.Cgroup((version, dict.fromkeys(cgroups.KINDS, base)), 1000, 7)
        (group.folders["cpuacct"] / name).write_text(text)
        assert group.cpu_seconds() == 2.5
