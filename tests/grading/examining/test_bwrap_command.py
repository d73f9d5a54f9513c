"""The words of the command in full, for a user and for root, on systems of several kinds."""

import os
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_bwrap import PROGRAM, binds, made_before_use, split

from cnncourse.course import PACKAGE
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.sandbox import bwrap


@pytest.fixture
def data(tmp_path):
    """A folder with a set of its own and a link to another."""
    folder, other = tmp_path / "data", tmp_path / "disk" / "scans"
    (folder / "cifar10").mkdir(parents=True)
    other.mkdir(parents=True)
    (folder / "scans").symlink_to(other)
    return DataSets(folder, "folder")


def become(monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user)


def settings(options):
    return {option[1]: option[2] for option in options if option[0] == "--setenv"}


@pytest.mark.parametrize("user", [1, 1000])
def test_a_user_needs_one(monkeypatch, data, user):
    become(monkeypatch, user)
    options, program = split(bwrap.command(PROGRAM, data))
    assert program == PROGRAM
    for word in ("--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session", "--clearenv"):
        assert (word,) in options
    assert not [option for option in options if option[0] == "--bind"]
    seen = binds(options)
    assert seen["/course/cnncourse"] == str(PACKAGE)
    assert seen["/course/data/cifar10"] == str(data.folder / "cifar10")
    assert seen["/course/data/scans"] == str((data.folder / "scans").resolve())
    assert not {str(PACKAGE), str(data.folder)} & set(seen)
    made_before_use(options)


def test_what_a_program_is_told_is_where_it_sees_things(monkeypatch, data):
    become(monkeypatch, 1000)
    told = settings(split(bwrap.command(PROGRAM, data))[0])
    assert told == bwrap.variables(DataSets(Path("/course/data"), "folder"))
    assert (told["CNNCOURSE_DATA"], told["CNNCOURSE_CIFAR10"]) == ("/course/data", "folder")
    told = settings(split(bwrap.command(PROGRAM, DataSets(None, "synthetic")))[0])
    assert told["CNNCOURSE_CIFAR10"] == "synthetic" and "CNNCOURSE_DATA" not in told


def test_variables_are_set_after_all_others_were_cleared(monkeypatch):
    become(monkeypatch, 1000)
    kinds = [option[0] for option in split(bwrap.command(PROGRAM))[0]]
    assert kinds.index("--clearenv") < kinds.index("--setenv")
    mounts = [kinds.index(kind) for kind in ("--proc", "--dev", "--tmpfs")]
    assert max(mounts) < kinds.index("--ro-bind") < kinds.index("--remount-ro")


def test_root_binds_first_becomes_nobody_and_goes_on_like_a_user(monkeypatch, data):
    become(monkeypatch, 0)
    outer, words = split(bwrap.command(PROGRAM, data))
    assert binds(outer)["/course/cnncourse"] == str(PACKAGE)
    assert binds(outer)["/course/data/cifar10"] == str(data.folder / "cifar10")
    assert ("--die-with-parent",) in outer and ("--unshare-all",) not in outer
    place = words.index("--")
    assert words[:place] == [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--no-new-privs",
        "--pdeathsig=keep",
    ]
    inner, program = split(words[place + 1 :])
    assert program == PROGRAM and ("--unshare-all",) in inner
    for path in ("/course/cnncourse", "/course/data/cifar10", "/course/data/scans"):
        assert binds(inner)[path] == path  # where the first put it
    made_before_use(inner)


# Systems: {link: where it leads}, folders, and where Python is


@pytest.fixture
def system(monkeypatch):
    here = SimpleNamespace(
        links={}, folders=set(), prefix="/usr", base="/usr", python="/usr/bin/python"
    )
    monkeypatch.setattr(Path, "is_symlink", lambda path: str(path) in here.links)
    monkeypatch.setattr(Path, "is_dir", lambda path: str(path) in here.folders)
    monkeypatch.setattr(os, "readlink", lambda path: here.links[str(path)])

    def words(shown=None):
        monkeypatch.setattr(sys, "prefix", here.prefix)
        monkeypatch.setattr(sys, "base_prefix", here.base)
        monkeypatch.setattr(sys, "executable", here.python)
        options, _ = split(["bwrap", *bwrap._system(shown or {}), "--"])
        return options

    here.words = words
    return here


def links(options):
    return {option[2]: option[1] for option in options if option[0] == "--symlink"}


def test_the_systems_folders_are_bound_or_linked_as_they_are(system):
    system.links = {"/bin": "usr/bin", "/lib": "usr/lib"}
    system.folders = {"/lib64", "/bin"}
    options = system.words()
    assert links(options) == system.links
    assert binds(options) == {"/usr": "/usr", "/lib64": "/lib64"}
    tries = {option[2]: option[1] for option in options if option[0] == "--ro-bind-try"}
    names = "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"
    assert tries == {f"/etc/{name}": f"/etc/{name}" for name in names}
    made = [option[1] for option in options if option[0] == "--dir"]
    assert sorted(made) == ["/etc", "/home", "/home/student"]


def test_python_is_where_it_is_outside(system):
    system.prefix, system.base, system.python = (
        "/home/me/venv",
        "/opt/python",
        "/home/me/venv/bin/python",
    )
    assert set(binds(system.words())) == {"/usr", "/home/me/venv", "/opt/python"}
    made_before_use(system.words())
    system.base = "/home/me/venv/base"  # within what is there already
    assert set(binds(system.words())) == {"/usr", "/home/me/venv"}


def test_links_on_the_way_to_python_are_links_inside_too(system):
    system.links = {"/home": "/data/home", "/data/home/me": "../people/me", "/usr/x": "y"}
    system.prefix, system.python = "/home/me/venv", "/home/me/venv/bin/python"
    options = system.words()
    assert links(options) == {"/home": "/data/home", "/data/home/me": "../people/me"}
    assert binds(options) == {"/usr": "/usr", "/data/people/me/venv": "/data/people/me/venv"}
    system.python = "/usr/x/python"  # within what is bound, a link is there by itself
    assert "/usr/x" not in links(system.words())
    system.links["/home/me2"] = "me"
    assert [option for option in options if option[0] == "--symlink"].count(
        ("--symlink", "/data/home", "/home")
    ) == 1


def test_a_python_reached_by_a_link_elsewhere_is_reached_inside(system):
    system.links = {"/srv/python": "/usr/bin/python3"}
    system.python = "/srv/python"
    assert links(system.words()) == system.links


def test_the_course_is_hidden_where_what_is_bound_would_show_it(system, monkeypatch):
    """Its solutions are there; the environment may lie in it, and is needed."""
    course, venv = "/opt/python/course", "/opt/python/course/.venv"
    monkeypatch.setattr(bwrap, "checkout", lambda: Path(course))
    system.base, system.prefix, system.python = "/opt/python", venv, f"{venv}/bin/python"
    for prefix, again in (venv, [("--ro-bind", venv, venv)]), ("/home/me/venv", []):
        system.prefix = prefix
        options = system.words()
        at = options.index(("--tmpfs", course))
        assert ("--ro-bind", "/opt/python", "/opt/python") in options[:at]
        ahead = options[at + 1 : options.index(("--remount-ro", course))]
        assert ahead == again


def test_what_else_is_shown_lies_where_it_is_said_to(system):
    options = system.words({Path("/a/b"): "/course/cnncourse", Path("/c"): "/course/data/x"})
    seen = binds(options)
    assert (seen["/course/cnncourse"], seen["/course/data/x"]) == ("/a/b", "/c")
    targets = [option[-1] for option in options]
    assert targets.index("/course/data") < targets.index("/course/data/x")
    made_before_use(options)


# Is everything there?


@pytest.fixture
def machine(monkeypatch):
    here = SimpleNamespace(swept=[], code=0, errors="", seen=["a.png", "b/c.png"])
    monkeypatch.setattr(bwrap.shutil, "which", lambda name: "/usr/bin/bwrap")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(bwrap, "find_hierarchy", lambda: (2, {}))
    monkeypatch.setattr(bwrap, "sweep", here.swept.append)

    def run(words, *, capture_output, text, stdin):
        here.tried = words
        assert capture_output and text and stdin == subprocess.DEVNULL
        shown = bwrap.json.dumps(here.seen)
        return SimpleNamespace(returncode=here.code, stdout=shown, stderr=here.errors)

    monkeypatch.setattr(bwrap.subprocess, "run", run)
    return here


@pytest.fixture
def images(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("a.png", "b/c.png"):
        (tmp_path / name).touch()
    return DataSets(tmp_path)


def test_where_everything_is_there_a_sandbox_is_tried_and_old_groups_are_removed(machine, images):
    assert bwrap.check(images) == (2, {}) and machine.swept == [(2, {})]
    assert machine.tried == bwrap.command(bwrap.TRIAL, images)
    machine.seen.append("more.png")
    assert bwrap.check(images) and bwrap.check()


def test_files_that_cannot_be_read_inside_are_named(machine, images):
    machine.seen = ["a.png"]
    with pytest.raises(bwrap.SandboxError, match=r"^1 of 2 files in .* the first is 'b/c.png'"):
        bwrap.check(images)
    machine.seen = []
    with pytest.raises(bwrap.SandboxError, match=r"^2 of 2 files in .* the first is 'a.png'"):
        bwrap.check(images)


def test_data_that_cannot_be_read_here_are_no_missing_sandbox(machine, images, monkeypatch):
    def fail(data):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(DataSets, "files", fail)
    with pytest.raises(
        bwrap.SandboxError, match=r"the data cannot be read on this machine: .*denied"
    ):
        bwrap.check(images)


def test_of_a_long_complaint_the_end_is_told(machine):
    machine.code, machine.errors = 1, "x" * 1000 + " the reason \n"
    with pytest.raises(bwrap.SandboxError, match=r"\(x{289} the reason\); user namespaces"):
        bwrap.check()


def test_a_processor_whose_system_calls_are_not_known_is_refused(machine, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(bwrap.SandboxError, match="x86_64, aarch64 only, not of riscv64"):
        bwrap.check()
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert bwrap.check()
