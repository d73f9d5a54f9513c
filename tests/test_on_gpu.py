"""tools/on_gpu.sh where there is no GPU: a chapter is compared, and each step's end is told."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from needs import ROOT

FILES = ["tools/on_gpu.sh", "conftest.py", "book/measured/devices.json"]
FILES += ["tests/nbval_sanitize.cfg", "tests/test_gpu.py"]
STEPS = ["install", "tests", "chapters", "devices", "convolution", "training"]


@pytest.fixture
def course(tmp_path):
    """A folder with the script and what it needs of the course."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "cnncourse").symlink_to(ROOT / "cnncourse")
    (tmp_path / "_build").mkdir()
    return tmp_path


def run(course, *arguments, **environment):
    left = {name: value for name, value in os.environ.items() if not name.startswith("CNNCOURSE")}
    return subprocess.run(
        [course / "tools" / "on_gpu.sh", *arguments],
        env=left | {"CNNCOURSE_DEVICE": "cpu", "OUT": str(course / "out")} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_stored_figure_is_what_a_chapter_shows_there(course):
    """Nothing but the device is chosen: no launcher has fixed what the stored outputs need."""
    chapter = nbformat.read(ROOT / "book" / "pooling.ipynb", as_version=4)
    (shown,) = (cell for cell in chapter.cells if "figures.Pooling(" in cell.source)
    shown.source = f"from cnncourse import figures\n{shown.source}"
    chapter.cells = [shown]
    nbformat.write(chapter, course / "book" / "pooling.ipynb")
    (course / "_build" / "gpu-venv").symlink_to(sys.prefix)
    done = run(course, "chapters")
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout[-3000:] + done.stderr


PYTHON = """\
#!/bin/bash
case "$*" in
    "-m venv"*) mkdir -p "${@: -1}/bin" && cp "$0" "${@: -1}/bin/python" ;;
    *sysconfig*) dirname "$0" ;;
    *measure_devices*) sleep 60 ;;
    *--nbval*) echo "FAILED book/one.ipynb::Cell 3"; echo "1 failed"; exit 1 ;;
    *) echo "$# arguments" ;;
esac
"""


def test_each_step_has_its_end_and_its_log_whatever_becomes_of_the_others(course):
    python = course / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    done = run(course, PYTHON=str(python), BUDGET="30")
    lines = (course / "out" / "summary.txt").read_text().splitlines()
    ends = dict(zip(STEPS, lines, strict=True))
    for name, line in ends.items():
        assert line.split()[0] == name and (course / "out" / f"{name}.log").is_file()
    assert "stopped after 5 s" in ends.pop("devices")
    assert "FAILED" in ends.pop("chapters")
    assert all("succeeded" in line for line in ends.values())
    assert done.returncode == 1
    assert "FAILED book/one.ipynb::Cell 3" in done.stdout and lines[0] in done.stdout
