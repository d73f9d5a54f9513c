import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnncourse import environment


def run_with(first_on_path):
    environment = os.environ | {"PYTHONPATH": str(first_on_path)}
    return subprocess.run(
        [sys.executable, "-m", "cnncourse.environment"],
        env=environment,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )


def fake_torchvision(folder, source):
    package = folder / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(source)
    return folder


def test_a_sound_environment_prints_every_version(monkeypatch, capsys):
    monkeypatch.setenv("CNNCOURSE_DEVICE", "cpu")
    environment.main()
    printed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert list(printed) == ["Python", "torch", "torchvision", "numpy", "device", "threads"]
    assert printed["device"] == "cpu"


@pytest.mark.parametrize(
    "source",
    [
        "raise RuntimeError('operator torchvision::nms does not exist')",
        "raise ImportError('libtorch_cpu.so:\\n  undefined symbol')",
        "raise OSError('libcudart.so.12: cannot open shared object file')",
        "",  # imports, but has no operations
    ],
)
def test_a_mismatch_is_one_sentence_that_says_what_to_do(tmp_path, source):
    result = run_with(fake_torchvision(tmp_path, source))
    assert result.returncode == 1 and result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1 and result.stderr.endswith(".\n")
    assert "torch 2" in result.stderr and "torchvision 0" in result.stderr
    assert "install" in result.stderr


def test_a_device_that_is_not_known_is_one_sentence(monkeypatch):
    monkeypatch.setenv("CNNCOURSE_DEVICE", "abacus")
    with pytest.raises(SystemExit, match="^[^\n]*abacus[^\n]*$"):
        environment.main()
