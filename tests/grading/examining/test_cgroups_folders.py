"""Control groups of both versions, on folders that look like the kernel's."""

import os
from pathlib import Path

import pytest

from cnncourse.grading.examining.sandbox import cgroups
from cnncourse.grading.examining.sandbox.cgroups import (
    KINDS,
    MISSING,
    Cgroup,
    CgroupError,
    find_hierarchy,
)


@pytest.fixture
def own(tmp_path):
    """Writes what /proc/self/cgroup says."""

    def own(*lines):
        (tmp_path / "own").write_text("".join(f"{line}\n" for line in lines))
        return tmp_path / "own"

    return own


@pytest.fixture
def user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "cgroup"
    root.mkdir()
    return root


def version_1(root, *paths):
    for path in paths:
        (root / path).mkdir(parents=True, exist_ok=True)
        (root / path / "cgroup.procs").write_text("")


def version_2(root, path, controllers, processes=""):
    (root / "cgroup.controllers").write_text("cpu memory pids")
    (root / path).mkdir(parents=True, exist_ok=True)
    (root / path / "cgroup.subtree_control").write_text(controllers)
    (root / path / "cgroup.procs").write_text(processes)
    return root / path


def writable(monkeypatch, *paths):
    """Root may write everywhere; here only to these."""
    access = os.access

    def asked(path, mode):
        return Path(path) in paths if mode == os.W_OK else access(path, mode)

    monkeypatch.setattr(os, "access", asked)


# Which groups there are


def test_version_1_has_a_folder_for_each_kind_and_the_process_its_own_in_each(root, own):
    version_1(root, "memory", "memory/a/b", "pids", "pids/c", "cpuacct")
    lines = own("5:cpu,memory:/a/b", "4:pids:/c", "1:name=systemd:/d:e", "0::/")
    folders = {"memory": "memory/a/b", "pids": "pids/c", "cpuacct": "cpuacct"}
    assert find_hierarchy(root, lines) == (1, {kind: root / at for kind, at in folders.items()})


def test_in_a_container_the_path_is_the_hosts_and_the_folder_the_top(root, own):
    version_1(root, *KINDS)
    assert find_hierarchy(root, own("5:memory:/docker/1", "4:pids:/docker/1")) == (
        1,
        {kind: root / kind for kind in KINDS},
    )
    assert find_hierarchy(root, own("4:pids:/")) == find_hierarchy(root, own())


@pytest.mark.parametrize("missing", KINDS)
def test_version_1_needs_every_kind(root, own, missing):
    version_1(root, *set(KINDS) - {missing})
    with pytest.raises(CgroupError) as error:
        find_hierarchy(root, own("5:memory:/", "4:pids:/"))
    assert str(error.value) == MISSING and error.value.__suppress_context__


def test_version_1_must_be_writable(root, own, monkeypatch):
    version_1(root, *KINDS)
    writable(monkeypatch, root / "memory")
    with pytest.raises(CgroupError, match="systemd-run --user"):
        find_hierarchy(root, own())
    writable(monkeypatch, *(root / kind for kind in KINDS))
    assert find_hierarchy(root, own())[0] == 1


def test_root_takes_the_top_and_its_own_group_where_the_top_is_closed(root, own, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    top, inner = version_2(root, "", "memory pids"), version_2(root, "a/b", "pids memory cpu")
    writable(monkeypatch, top / "cgroup.subtree_control", inner / "cgroup.subtree_control")
    assert find_hierarchy(root, own("0::/a/b"))[1]["memory"] == top
    writable(monkeypatch, inner / "cgroup.subtree_control")
    assert find_hierarchy(root, own("0::/a/b")) == (2, dict.fromkeys(KINDS, inner))


def test_a_user_takes_what_was_delegated_never_the_top(root, own, user):
    version_2(root, "", "memory pids")
    inner = version_2(root, "user/run.scope", "memory pids")
    assert find_hierarchy(root, own("0::/user/run.scope")) == (2, dict.fromkeys(KINDS, inner))
    assert find_hierarchy(root, own())[1]["pids"] == root


def test_where_nothing_was_delegated_it_says_what_to_do(root, own, user):
    version_2(root, "", "memory pids")
    with pytest.raises(CgroupError, match="systemd-run --user --scope -p Delegate=yes") as error:
        find_hierarchy(root, own("0::/elsewhere"))
    assert str(error.value) == MISSING


@pytest.mark.parametrize("there", ["", "memory", "pids", "cpu io"])
def test_controllers_that_are_not_handed_on_are_asked_for(root, own, user, there):
    base = version_2(root, "a", there)
    find_hierarchy(root, own("0::/a"))
    assert (base / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert not (base / "cnncourse-supervisor").exists()


@pytest.mark.parametrize("there", ["memory pids", "pids io memory"])
def test_those_that_are_stay_as_they_are(root, own, user, there):
    base = version_2(root, "a", there)
    find_hierarchy(root, own("0::/a"))
    assert (base / "cgroup.subtree_control").read_text() == there


@pytest.fixture
def busy(monkeypatch):
    """The first so many requests for controllers are refused, and every move of the process 13."""
    write = Path.write_text
    left = [0]
    moved = []

    def write_text(path, text, *arguments, **settings):
        if path.name == "cgroup.subtree_control" and left[0]:
            left[0] -= 1
            raise OSError(16, "Device or resource busy")
        if path.parent.name == "cnncourse-supervisor":
            moved.append(text)
            if text == "13":
                raise ProcessLookupError(3, "No such process")
        return write(path, text, *arguments, **settings)

    monkeypatch.setattr(Path, "write_text", write_text)
    return left, moved


@pytest.mark.parametrize("made", [False, True])
def test_a_group_that_holds_processes_is_emptied_into_a_leaf(root, own, user, busy, made):
    base = version_2(root, "a", "", "11\n13\n12\n")
    busy[0][0] = 1
    if made:
        (base / "cnncourse-supervisor").mkdir()
    assert find_hierarchy(root, own("0::/a"))[1]["memory"] == base
    assert busy[1] == ["11", "13", "12"]  # one that has ended meanwhile holds up nobody
    assert (base / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_one_that_cannot_be_says_why(root, own, user, busy):
    version_2(root, "a", "")
    busy[0][0] = 2
    with pytest.raises(CgroupError) as error:
        find_hierarchy(root, own("0::/a"))
    assert str(error.value) == f"{MISSING}. ([Errno 16] Device or resource busy)"


def test_whoever_was_moved_aside_by_an_earlier_call_goes_back_to_the_group_above(root, own, user):
    """Otherwise each run would lie a folder deeper than the one before."""
    base = version_2(root, "a", "memory pids")
    version_2(root, "a/cnncourse-supervisor", "", "11\n")
    assert find_hierarchy(root, own("0::/a/cnncourse-supervisor"))[1]["memory"] == base
    assert not (base / "cnncourse-supervisor" / "cnncourse-supervisor").exists()


def test_the_places_are_the_kernels_unless_said_otherwise():
    assert find_hierarchy.__defaults__ == (Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"))


# A group


def separate(tmp_path):
    for kind in ("memory", "pids"):
        (tmp_path / kind).mkdir()
    return 1, {"memory": tmp_path / "memory", "pids": tmp_path / "pids"}


def together(tmp_path):
    return 2, {"memory": tmp_path, "pids": tmp_path}


def test_version_1_limits_memory_and_processes(tmp_path):
    group = Cgroup(separate(tmp_path), 1000, 7)
    memory, pids = group.folders["memory"], group.folders["pids"]
    assert memory.parent == tmp_path / "memory" and pids.parent == tmp_path / "pids"
    assert {file.name: file.read_text() for file in memory.iterdir()} == {
        "memory.limit_in_bytes": "1000"
    }
    assert {file.name: file.read_text() for file in pids.iterdir()} == {"pids.max": "7"}
    group.add(12)
    assert [(folder / "cgroup.procs").read_text() for folder in (memory, pids)] == ["12"] * 2


def test_version_2_limits_memory_and_processes(tmp_path):
    group = Cgroup(together(tmp_path), 1000, 7)
    (folder,) = set(group.folders.values())
    assert {file.name: file.read_text() for file in folder.iterdir()} == {
        "memory.max": "1000",
        "pids.max": "7",
    }
    group.add(12)
    assert (folder / "cgroup.procs").read_text() == "12"


@pytest.mark.parametrize(
    "kind, swap",
    [
        (together, {"memory.swap.max": "0", "memory.oom.group": "1"}),
        (separate, {"memory.memsw.limit_in_bytes": "1000"}),
    ],
)
def test_swap_is_no_way_around_where_the_kernel_counts_it(tmp_path, monkeypatch, kind, swap):
    mkdir = Path.mkdir

    def full(path, *arguments, **settings):
        mkdir(path, *arguments, **settings)
        for name in swap:
            (path / name).touch()

    hierarchy = kind(tmp_path)
    monkeypatch.setattr(Path, "mkdir", full)
    memory = Cgroup(hierarchy, 1000, 7).folders["memory"]
    assert {name: (memory / name).read_text() for name in swap} == swap


def test_a_kernel_that_refuses_a_setting_of_swap_is_no_error(tmp_path, monkeypatch):
    mkdir, write = Path.mkdir, Path.write_text

    def full(path, *arguments, **settings):
        mkdir(path, *arguments, **settings)
        (path / "memory.swap.max").touch()

    def write_text(path, text):
        if path.name == "memory.swap.max":
            raise OSError(95, "Operation not supported")
        return write(path, text)

    monkeypatch.setattr(Path, "mkdir", full)
    monkeypatch.setattr(Path, "write_text", write_text)
    assert Cgroup(together(tmp_path), 1000, 7).folders["memory"].exists()


def test_each_group_is_its_own_and_tells_whose_it_is(tmp_path):
    one, two = (Cgroup(together(tmp_path), 1, 1).folders["memory"].name for _ in range(2))
    assert one != two and one.startswith(f"cnncourse-{os.getpid()}-")


@pytest.mark.parametrize(
    "kind, events, peak",
    [
        (together, "memory.events", "memory.peak"),
        (separate, "memory.oom_control", "memory.max_usage_in_bytes"),
    ],
)
def test_what_a_group_used_and_whether_it_was_too_much(tmp_path, kind, events, peak):
    group = Cgroup(kind(tmp_path), 1000, 7)
    assert group.out_of_memory() is False and group.peak_memory() == 0  # there are no such files
    folder = group.folders["memory"]
    (folder / peak).write_text("12345\n")
    assert group.peak_memory() == 12345
    for text, expected in (
        ("low 0\noom_kill 0\n", False),
        ("low 5\noom_kill 1\noom_group_kill 1\n", True),
        ("oom_kill 2\n", True),
        ("oom 3\n", False),
    ):
        (folder / events).write_text(text)
        assert group.out_of_memory() is expected


def test_a_count_is_the_one_of_its_name(tmp_path):
    (tmp_path / "events").write_text("low 1\nhigh 22\nmax 3 4\n")
    counts = [cgroups._field(tmp_path / "events", name) for name in ("high", "max", "oom", "1")]
    assert counts == [22, 3, 0, 0]
    assert cgroups._field(tmp_path / "none", "high") == 0


@pytest.fixture
def clock(monkeypatch):
    slept = []
    monkeypatch.setattr(cgroups.time, "sleep", slept.append)
    return slept


def test_a_group_is_removed(tmp_path, clock):
    group = Cgroup(separate(tmp_path), 1, 1)
    for folder in group.folders.values():
        for file in folder.iterdir():
            file.unlink()  # the kernel's files vanish with their folder
    group.folders["pids"].rmdir()
    group.remove()
    assert not group.folders["memory"].exists() and clock == []


def test_a_group_that_is_not_let_go_of_is_tried_again_for_half_a_second(
    tmp_path, clock, monkeypatch
):
    group = Cgroup(together(tmp_path), 1, 1)  # whose files no rmdir removes here
    group.remove()
    assert sum(clock) == pytest.approx(0.5) and all(0 < seconds < 0.1 for seconds in clock)
    clock.clear()
    rmdir, tries = Path.rmdir, []

    def late(path):
        tries.append(path)
        if len(tries) == 3:
            for file in path.iterdir():
                file.unlink()
        rmdir(path)

    monkeypatch.setattr(Path, "rmdir", late)
    group.remove()
    assert not group.folders["memory"].exists() and len(tries) == 3 and len(clock) == 2


@pytest.mark.parametrize("kind", [separate, together])
def test_groups_of_processes_that_were_killed_are_swept_and_no_others(tmp_path, kind):
    hierarchy = kind(tmp_path)
    gone = 2**22 + 1  # above the kernel's largest number of a process
    for base in hierarchy[1].values():
        for name in (
            f"cnncourse-{gone}-{os.getpid()}",
            f"cnncourse-{os.getpid()}-{gone}",
            "other-1-2",
        ):
            (base / name).mkdir(exist_ok=True)
        (base / f"cnncourse-{gone}-0").mkdir(exist_ok=True)
        (base / f"cnncourse-{gone}-0" / "held").touch()  # cannot be removed
    cgroups.sweep(hierarchy)
    for base in hierarchy[1].values():
        assert sorted(path.name for path in base.iterdir() if "-" in path.name) == sorted(
            [f"cnncourse-{os.getpid()}-{gone}", "other-1-2", f"cnncourse-{gone}-0"]
        )
