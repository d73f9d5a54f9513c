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
# The first is Chromium without windows, which opens a page in a third of the processor time.
CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Missing(Exception):
    """The message says why."""


@functools.cache
def driver() -> str:
    """The path of the Node that Playwright brings along and runs in, if it starts."""
    from playwright._impl._driver import compute_driver_executable

    path = str(compute_driver_executable()[0])
    said = _trouble(path)
    if said:
        raise Missing(f"Playwright does not start ({said}): {_note('libatomic')}")
    return path


@functools.cache
def node() -> str:
    """The path of a Node: the system's, else Playwright's own."""
    return shutil.which("node") or driver()


@functools.cache
def chromium() -> str:
    """The path of a Chromium that starts: the system's, else Playwright's own."""
    driver()
    for path in filter(None, map(shutil.which, CHROMIUM)):
        if not _trouble(path):
            return path
    # In a process of its own: Playwright runs once at a time in each.
    asked = "from playwright.sync_api import sync_playwright as playwright\n"
    asked += "with playwright() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    whole = Path(done.stdout.strip())
    shells = whole.parents[2].glob("chromium_headless_shell-*/*/*headless?shell")
    for path in map(str, [*shells, whole]):
        if not _trouble(path):
            return path
    raise Missing(f"no Chromium is installed: {_note('chromium')}")


@functools.cache
def sandbox() -> str:
    """The program bwrap, where submissions can be graded in a sandbox."""
    from cnncourse.grading.examining.sandbox import bwrap

    path = shutil.which("bwrap")
    if path is None:
        raise Missing(f"bwrap is not installed: {_note('bubblewrap')}")
    try:
        bwrap.check()
    except bwrap.SandboxError as error:
        raise Missing(str(error).removesuffix(bwrap.WITHOUT)) from None
    return path


def vnu() -> list[str]:
    """The command of the validator of pages, a Java program. Optional in continuous integration."""
    jar = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.is_file():
        raise Missing("no vnu-jar in node_modules: `npm ci` installs it")
    java = shutil.which("java")
    if java is None:
        raise Missing("no java is installed: a package such as default-jre-headless has it")
    return [java, "-jar", str(jar)]


def data() -> Path:
    """The folder of real CIFAR-10 images. Optional in continuous integration too."""
    from cnncourse.data import data_folder, official

    for name in (official.FOLDER, "cifar10"):
        if (data_folder() / name).is_dir():
            return data_folder() / name
    raise Missing(f"no CIFAR-10 in {data_folder()}")


@functools.cache
def epubcheck() -> str:
    """The path of W3C's checker of EPUBs. Optional in continuous integration too: it needs Java."""
    path = shutil.which("epubcheck") or shutil.which("epubcheck", path=Path(sys.executable).parent)
    if path is None or shutil.which("java") is None:
        raise Missing("no epubcheck and Java are installed: Debian has a package epubcheck")
    return path


@functools.cache
def networks() -> list[str]:
    """What begins a program as root of namespaces of its own. Optional in CI too."""
    missing = [name for name in ("ip", "unshare", "nsenter") if shutil.which(name) is None]
    if missing:
        raise Missing(f"no {missing[0]} is installed: iproute2 and util-linux have it")
    begin = ["unshare", "--user", "--map-root-user", "--net", "--mount"]
    begin += ["--pid", "--fork", "--kill-child", "--mount-proc"]
    try_it = [*begin, "ip", "link", "add", "br0", "type", "bridge"]
    done = subprocess.run(try_it, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"no network of one's own can be made: {done.stderr.strip()}")
    return begin


NEEDS = (driver, node, chromium, sandbox, vnu, data, epubcheck, networks)
FINDERS = {find.__name__: find for find in NEEDS}
OPTIONAL = ("vnu", "data", "epubcheck", "networks")
# What is not tested without it, in the order of the last line of `make test`.
SUBJECTS = {
    "chromium": "pages and figures",
    "node": "the figures' mathematics",
    "sandbox": "the sandbox",
    "vnu": "the pages' markup by the validator",
    "data": "real CIFAR-10 images",
    "networks": "a cluster of several machines",
}


def require(name: str) -> object:
    """What the need `name` finds; without it the test that asks is skipped, or fails in CI."""
    import pytest

    try:
        return FINDERS[name]()
    except Missing as missing:
        strict = os.environ.get("CI") == "true" and name not in OPTIONAL
        (pytest.fail if strict else pytest.skip)(f"{SUBJECTS.get(name, name)}: {missing}")


def summary() -> str:
    """One line: what could not be tested here, and why."""
    not_tested = {}
    for name, subject in SUBJECTS.items():
        try:
            FINDERS[name]()
        except Missing as missing:
            not_tested.setdefault(str(missing), []).append(subject)
    said = "; ".join(f"{' and '.join(names)} ({why})" for why, names in not_tested.items())
    return f"Not tested: {said}" if said else "Everything was tested."


def _trouble(path: str) -> str:
    """Why a program does not start, if so: a library may be missing, or what a script leads to."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True)
    except OSError as error:
        return str(error)
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return said[-1].removeprefix(f"{path}: ") if done.returncode else ""


def _note(program: str) -> str:
    """Why tools/setup.sh could not install a program, or that it would."""
    lines = NOTES.read_text(encoding="utf-8").splitlines() if NOTES.exists() else []
    return dict(line.split("\t", 1) for line in lines).get(program, "`make setup` installs it")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(summary())
    else:
        try:
            print(FINDERS[sys.argv[1]]())
        except Missing as missing:
            sys.exit(str(missing))
