"""The command that starts a sandbox, as words: what is seen inside, what is not, and as whom."""

import os
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

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
