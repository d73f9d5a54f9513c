"""What some tests need besides Python: decided by what is there, with one reason for each.

python tests/needs.py             what `make test` could not test here, in one line
python tests/needs.py chromium    exit code 1 and the reason, where there is none

Tests are skipped where it is missing; where CI is "true", which promises to test everything, they
fail. `make setup` (tools/setup.sh) gets what it can and notes the reasons for the rest.
"""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTES = ROOT / ".venv" / ".tools"  # what tools/setup.sh could not install: name, tab, reason
CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Missing(Exception):
    """The message says why."""


@functools.cache
def chromium() -> str:
    """The path of a Chromium that starts: the system's, else Playwright's own."""
    for path in filter(None, map(shutil.which, CHROMIUM)):
        if _starts(path):
            return path
    # In a process of its own: Playwright runs once at a time in each.
    asked = "from playwright.sync_api import sync_playwright as playwright\n"
    asked += "with playwright() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    path = done.stdout.strip()
    if path and _starts(path):
        return path
    raise Missing(_noted("chromium", "no Chromium is installed, and `make setup` installs one"))


@functools.cache
def node() -> str:
    """The path of a Node: the system's, else the one that Playwright brings along."""
    path = shutil.which("node")
    if path is None:
        from playwright._impl._driver import compute_driver_executable

        path = compute_driver_executable()[0]
    return str(path)


@functools.cache
def sandbox() -> str:
    """The program bwrap, where submissions can be graded in a sandbox."""
    from cnncourse.grading import sandbox as grading

    path = shutil.which("bwrap")
    if path is None:
        raise Missing(_noted("bubblewrap", "bwrap is not installed, and `make setup` installs it"))
    try:
        grading.check()
    except grading.SandboxError as error:
        raise Missing(str(error).removesuffix(grading.WITHOUT)) from None
    return path


def data() -> Path:
    """The folder of real CIFAR-10 images. Optional in continuous integration too."""
    from cnncourse.data import data_folder, official

    for name in (official.FOLDER, "cifar10"):
        if (data_folder() / name).is_dir():
            return data_folder() / name
    raise Missing(f"no CIFAR-10 in {data_folder()}")


# What is not tested without it, in the order of the last line of `make test`.
NEEDS = {
    "chromium": ("pages and figures", chromium),
    "sandbox": ("the sandbox", sandbox),
    "data": ("real CIFAR-10 images", data),
}


def require(name: str) -> object:
    """What the need `name` finds; without it the test that asks is skipped, or fails in CI."""
    import pytest

    subject, find = NEEDS[name]
    try:
        return find()
    except Missing as missing:
        strict = os.environ.get("CI") == "true" and name != "data"
        (pytest.fail if strict else pytest.skip)(f"{subject}: {missing}")


def summary() -> str:
    """One line: what could not be tested here, and why."""
    not_tested = []
    for subject, find in NEEDS.values():
        try:
            find()
        except Missing as missing:
            not_tested.append(f"{subject} ({missing})")
    return f"Not tested: {', '.join(not_tested)}" if not_tested else "Everything was tested."


def _starts(path: str) -> bool:
    """Playwright's own wants libraries of the system; Ubuntu's package may be a lone script."""
    try:
        return subprocess.run([path, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _noted(program: str, otherwise: str) -> str:
    """Why tools/setup.sh could not install a program."""
    lines = NOTES.read_text(encoding="utf-8").splitlines() if NOTES.exists() else []
    notes = dict(line.split("\t", 1) for line in lines)
    return f"no {program} could be installed: {notes[program]}" if program in notes else otherwise


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(summary())
    else:
        try:
            print(NEEDS[sys.argv[1]][1]())
        except Missing as missing:
            sys.exit(str(missing))
