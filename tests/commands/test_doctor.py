"""What `cnncourse doctor` says of a machine, and what it says to do."""

import os
import subprocess
import sys

import pytest
from answers import COURSE

from cnncourse import __main__ as command
from cnncourse.commands import doctor
from cnncourse.grading.examining.sandbox import bwrap


def topics(out):
    """{topic: (mark, the rest)} of the printed lines."""
    found = {}
    for line in out.splitlines():
        mark, _, rest = line.partition(" ")
        if mark in ("ok", "MISSING", "without"):
            words = rest.split()
            found[words[0]] = mark, " ".join(words[1:])
    return found


def fake_torchvision(folder, source):
    package = folder / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(source)
    return folder


def test_a_sound_machine_is_told_what_it_has(monkeypatch, capsys):
    monkeypatch.setenv("CNNCOURSE_DEVICE", "cpu")
    assert command.main(["doctor"]) == 0
    said = topics(capsys.readouterr().out)
    assert list(said)[:5] == ["Python", "PyTorch", "device", "CIFAR-10", "JupyterLab"]
    assert said["PyTorch"][0] == said["device"][0] == said["nbgrader"][0] == "ok"
    assert "the CPU" in said["device"][1]


@pytest.mark.parametrize(
    "source",
    [
        "raise RuntimeError('operator torchvision::nms does not exist')",
        "raise ImportError('libtorch_cpu.so:\\n  undefined symbol')",
        "raise OSError('libcudart.so.12: cannot open shared object file')",
        "",  # imports, but has no operations
    ],
)
def test_a_pair_that_does_not_match_says_what_to_do(tmp_path, source):
    result = subprocess.run(
        [sys.executable, "-m", "cnncourse", "doctor", "--needed"],
        env=os.environ
        | {"PYTHONPATH": f"{fake_torchvision(tmp_path, source)}{os.pathsep}{COURSE}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1 and "Traceback" not in result.stderr + result.stdout
    assert "torch 2" in result.stdout and "torchvision 0" in result.stdout
    assert "do not work together" in result.stdout and "pip install" in result.stdout


def test_a_device_that_is_not_known_is_a_finding_not_a_traceback(monkeypatch, capsys):
    monkeypatch.setenv("CNNCOURSE_DEVICE", "abacus")
    assert command.main(["doctor"]) == 1
    assert "abacus" in capsys.readouterr().out


def test_an_old_python_is_named_with_those_that_work(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "OLDEST", (3, 99))
    assert command.main(["doctor", "--needed"]) == 1
    out = capsys.readouterr().out
    assert topics(out)["Python"][0] == "MISSING" and "3.99" in out


def test_what_only_lecturers_need_is_missing_without_being_an_error(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert command.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert topics(out)["bubblewrap"][0] == topics(out)["Chromium"][0] == "without"
    assert "apt install bubblewrap" in out and "apt install chromium" in out


def test_a_machine_without_control_groups_says_how_to_get_some(monkeypatch, capsys):
    def refuse():
        raise bwrap.SandboxError("no control group can be made: start it by `systemd-run …`")

    monkeypatch.setattr(bwrap, "check", refuse)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert command.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert topics(out)["sandbox"] == ("without", "cannot be made") and "systemd-run" in out


@pytest.mark.parametrize(
    "setting, mark, words",
    [("synthetic", "ok", "asks for drawn images"), ("nonsense", "without", "must be one of")],
)
def test_the_data_that_is_asked_for_is_told(monkeypatch, capsys, setting, mark, words):
    monkeypatch.setenv("CNNCOURSE_CIFAR10", setting)
    command.main(["doctor"])
    out = capsys.readouterr().out
    assert topics(out)["CIFAR-10"][0] == mark and words in out


def test_a_student_is_told_nothing_about_a_lecturers_tools(monkeypatch, capsys):
    found = doctor.importlib.util.find_spec
    monkeypatch.setattr(
        doctor.importlib.util, "find_spec", lambda n: None if "grading" in n else found(n)
    )
    command.main(["doctor"])
    assert not {"bubblewrap", "sandbox", "nbgrader", "Chromium"} & set(
        topics(capsys.readouterr().out)
    )
