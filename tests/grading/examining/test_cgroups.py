"""Control groups, on folders that look like them: the real ones of this machine limit the sandbox."""

import os
from pathlib import Path

import pytest

from cnncourse.grading.examining.sandbox import cgroups


def fake_version_2(root, path, controllers="memory pids"):
    base = root / path.lstrip("/")
    base.mkdir(parents=True, exist_ok=True)
    (root / "cgroup.controllers").write_text("cpu memory pids")
    (base / "cgroup.subtree_control").write_text(controllers)
    (base / "cgroup.procs").write_text("")
    own = root / "own"
    own.write_text(f"0::{path}\n")
    return base, own


@pytest.mark.parametrize("user, path", [(0, "/"), (1000, "/user.slice/run-1.scope")])
def test_version_2_is_found_at_the_top_or_where_it_was_delegated(tmp_path, monkeypatch, user, path):
    base, own = fake_version_2(tmp_path, path)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert cgroups.find_hierarchy(tmp_path, own) == (2, dict.fromkeys(cgroups.KINDS, base))


def test_version_2_limits_and_counts(tmp_path):
    base, _ = fake_version_2(tmp_path, "/")
    group = cgroups.Cgroup((2, {"memory": base, "pids": base}), 1000, 7)
    folder = group.folders["memory"]
    assert (folder / "memory.max").read_text() == "1000" and (
        folder / "pids.max"
    ).read_text() == "7"
    group.add(123)
    assert (folder / "cgroup.procs").read_text() == "123"
    assert not group.out_of_memory() and group.peak_memory() == 0
    (folder / "memory.events").write_text("low 0\noom 2\noom_kill 1\n")
    (folder / "memory.peak").write_text("900\n")
    assert group.out_of_memory() and group.peak_memory() == 900


def test_a_version_2_group_that_holds_processes_is_emptied_first(tmp_path, monkeypatch):
    base, own = fake_version_2(tmp_path, "/a", controllers="")
    (base / "cgroup.procs").write_text("11\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    refused = []
    write = Path.write_text

    def busy_once(path, text, *args, **kwargs):
        if path.name == "cgroup.subtree_control" and not refused:
            refused.append(path)
            raise OSError(16, "Device or resource busy")
        return write(path, text, *args, **kwargs)

    monkeypatch.setattr(Path, "write_text", busy_once)
    cgroups.find_hierarchy(tmp_path, own)
    assert (base / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (base / "cnncourse-supervisor" / "cgroup.procs").read_text() == "11"
