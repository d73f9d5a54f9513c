"""The command that starts a sandbox, as words: what is seen inside, what is not, and as whom."""

import os
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnncourse.course import PACKAGE
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.sandbox import bwrap, cgroups

TAKES = {"--ro-bind": 2, "--ro-bind-try": 2, "--bind": 2, "--symlink": 2, "--setenv": 2}
TAKES |= dict.fromkeys(["--perms", "--dir", "--proc", "--dev", "--tmpfs"], 1)
TAKES |= dict.fromkeys(["--remount-ro", "--chdir"], 1)
PROGRAM = ["python", "-m", "something"]


def split(words):
    """The options of one bubblewrap, as tuples, and the command that it starts."""
    assert words[0] == "bwrap"
    options, place = [], 1
    while words[place] != "--":
        count = 1 + TAKES.get(words[place], 0)
        options.append(tuple(words[place : place + count]))
        place += count
    return options, words[place + 1 :]


@pytest.fixture
def user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def binds(options):
    return {option[2]: option[1] for option in options if option[0] == "--ro-bind"}


def test_a_user_needs_one(user, tmp_path):
    options, program = split(bwrap.command(PROGRAM, DataSets(tmp_path, "folder")))
    assert program == PROGRAM
    for word in ("--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session", "--clearenv"):
        assert (word,) in options
    assert not [option for option in options if option[0] == "--bind"]
    seen = binds(options)
    assert seen["/course/cnncourse"] == str(PACKAGE) and seen[str(tmp_path)] == str(tmp_path)
    assert seen["/usr"] == "/usr" and seen[sys.prefix] == sys.prefix
    assert str(PACKAGE) not in seen
    allowed = {"/usr", "/course/cnncourse", str(tmp_path), "/bin", "/sbin", "/lib", "/lib64"}
    pythons = {sys.prefix, str(Path(sys.prefix).resolve()), str(Path(sys.base_prefix).resolve())}
    assert set(seen) <= allowed | pythons | {"/lib32"}
    known = {option[1]: option[2] for option in options if option[0] == "--setenv"}
    assert known == bwrap.variables(DataSets(tmp_path, "folder"))
    assert options.index(("--clearenv",)) < options.index(("--setenv", "HOME", "/home/student"))


def test_root_binds_first_becomes_nobody_and_goes_on_like_a_user(root, tmp_path):
    outer, words = split(bwrap.command(PROGRAM, DataSets(tmp_path)))
    assert binds(outer)["/course/cnncourse"] == str(PACKAGE)
    assert binds(outer)[str(tmp_path)] == str(tmp_path)
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
    assert binds(inner)["/course/cnncourse"] == "/course/cnncourse"  # where the first put it


def test_without_data_none_is_seen(user):
    with_none = split(bwrap.command(PROGRAM))[0]
    names = {option[1] for option in with_none if option[0] == "--setenv"}
    assert not {"CNNCOURSE_DATA", "CNNCOURSE_CIFAR10"} & names


def made_before_use(options):
    """Folders are made once, readable, and before what goes into them."""
    made, readable = {"/"}, False
    for option in options:
        kind, target = option[0], option[-1]
        if kind == "--perms":
            readable = target == "0755"
            continue
        if kind == "--dir":
            assert target not in made and readable, option
        if kind in ("--dir", "--ro-bind", "--ro-bind-try", "--symlink"):
            assert str(Path(target).parent) in made or kind == "--symlink", option
            made.add(target)
        readable = False


def test_every_folder_on_the_way_is_made_once_and_in_time(monkeypatch, tmp_path):
    data = tmp_path / "a" / "b" / "data"
    words = bwrap._system(PACKAGE, DataSets(data))
    options, _ = split(["bwrap", *words, "--"])
    made_before_use(options)
    assert binds(options)[str(data)] == str(data)
    made = [option[1] for option in options if option[0] == "--dir"]
    assert {str(data.parent), "/etc", "/course"} <= set(made) and str(data) not in made


def test_the_systems_folders_are_bound_or_linked_as_they_are(monkeypatch):
    here = SimpleNamespace(links={"/bin": "usr/bin", "/lib": "usr/lib"}, folders={"/lib64"})
    monkeypatch.setattr(Path, "is_symlink", lambda path: str(path) in here.links)
    monkeypatch.setattr(Path, "is_dir", lambda path: str(path) in here.folders)
    monkeypatch.setattr(os, "readlink", lambda path: here.links[str(path)])
    monkeypatch.setattr(Path, "resolve", lambda path: path)
    monkeypatch.setattr(sys, "prefix", "/opt/venv")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    options, _ = split(["bwrap", *bwrap._system(Path("/p"), DataSets()), "--"])
    links = [option for option in options if option[0] == "--symlink"]
    assert links == [("--symlink", "usr/bin", "/bin"), ("--symlink", "usr/lib", "/lib")]
    assert binds(options) == {
        "/usr": "/usr",
        "/lib64": "/lib64",
        "/opt/venv": "/opt/venv",
        "/course/cnncourse": "/p",
    }
    tries = {option[2]: option[1] for option in options if option[0] == "--ro-bind-try"}
    names = "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"
    assert tries == {f"/etc/{name}": f"/etc/{name}" for name in names}
    monkeypatch.setattr(sys, "base_prefix", "/opt/python")
    options, _ = split(["bwrap", *bwrap._system(Path("/p"), DataSets()), "--"])
    assert {"/opt/venv", "/opt/python"} <= set(binds(options))


def test_the_environment_is_not_the_graders(monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    known = bwrap.variables(DataSets())
    assert "SECRET" not in known and known["CUDA_VISIBLE_DEVICES"] == ""
    assert known["PATH"].split(":")[0] == str(Path(sys.executable).parent)
    assert known["PYTHONPATH"] == "/course" and known["OMP_NUM_THREADS"] == "1"


# Is everything there?


@pytest.fixture
def machine(monkeypatch):
    """One that has everything; tests take something away."""
    here = SimpleNamespace(bwrap="/usr/bin/bwrap", hierarchy=(2, {}), swept=[], said=(0, ""))
    monkeypatch.setattr(bwrap.shutil, "which", lambda name: here.bwrap if name == "bwrap" else None)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")

    def find():
        if isinstance(here.hierarchy, Exception):
            raise here.hierarchy
        return here.hierarchy

    def run(words, *, capture_output, text, stdin):
        here.tried = words
        assert capture_output and text and stdin == subprocess.DEVNULL
        return SimpleNamespace(returncode=here.said[0], stderr=here.said[1])

    monkeypatch.setattr(bwrap, "find_hierarchy", find)
    monkeypatch.setattr(bwrap, "sweep", here.swept.append)
    monkeypatch.setattr(bwrap.subprocess, "run", run)
    return here


def test_where_everything_is_there_a_sandbox_is_tried_and_old_groups_are_removed(machine):
    assert bwrap.check() == (2, {})
    assert machine.swept == [(2, {})] and machine.tried == bwrap.command(["true"])


@pytest.mark.parametrize(
    "change, words",
    [
        ({"bwrap": None}, "apt install bubblewrap"),
        ({"hierarchy": cgroups.CgroupError("no groups here")}, "^no groups here. Grading without"),
        ({"said": (1, " No permissions \n")}, r"cannot make a sandbox here \(No permissions\);"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(machine, change, words):
    vars(machine).update(change)
    with pytest.raises(bwrap.SandboxError, match=words) as error:
        bwrap.check()
    assert str(error.value).endswith(bwrap.WITHOUT)


def test_a_processor_whose_system_calls_are_not_known_is_refused(machine, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(bwrap.SandboxError, match="x86_64, aarch64 only, not of riscv64"):
        bwrap.check()
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert bwrap.check()
