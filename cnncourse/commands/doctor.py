"""`cnncourse doctor`: what this machine can do, in plain words, and how to get what is missing."""

import argparse
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cnncourse.course import data_folder, told
from cnncourse.language import tr

OLDEST, NEWEST = (3, 11), (3, 13)
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chromium-headless-shell",
)


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what was found; remedy: what to do, empty where nothing is missing.

    needed: without it nothing of the course works.
    """

    topic: str
    said: str
    remedy: str = ""
    needed: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--needed", action="store_true", help="look only at what nothing works without"
    )


def run(options: argparse.Namespace) -> int:
    """Print a line for each topic, and below it what to do; 1 if something needed is broken."""
    broken = False
    for look in looks(options.needed):
        for found in look():
            mark = "ok     " if not found.remedy else "MISSING" if found.needed else "without"
            print(f"{mark}  {found.topic:<15} {found.said}")
            if found.remedy:
                print(f"{'':9}{'':15} {found.remedy}")
            broken = broken or bool(found.remedy and found.needed)
    return int(broken)


def looks(needed: bool = False) -> list[Callable[[], Iterator[Finding]]]:
    """What to look at: a lecturer's tools only where grading is installed."""
    if needed:
        return [python, pair]
    grading = importlib.util.find_spec("cnncourse.grading") is not None
    tools = [nbgrader, sandbox, browser] if grading else []
    return [python, pair, device, data, lab, *tools]


def python() -> Iterator[Finding]:
    """The version of Python."""
    here = sys.version_info[:2]
    found = tr("{value} in {prefix}", value=sys.version.split()[0], prefix=sys.prefix)
    remedy = ""
    if not OLDEST <= here <= NEWEST:
        remedy = tr(
            "The course runs on Python {value}.{value2} to {value3}.{value4}: make "
            "the environment with one of these.",
            value=OLDEST[0],
            value2=OLDEST[1],
            value3=NEWEST[0],
            value4=NEWEST[1],
        )
    yield Finding("Python", found, remedy, needed=True)


def pair() -> Iterator[Finding]:
    """torch and torchvision, which must be built for each other."""
    versions = f"torch {installed('torch')}, torchvision {installed('torchvision')}"
    try:
        import_pair()
    except Exception as error:  # a mismatch shows as ImportError, RuntimeError, OSError, ...
        yield Finding(
            "PyTorch",
            tr("{versions} do not work together", versions=versions),
            advice(error),
            needed=True,
        )
        return
    import torch

    threads = torch.get_num_threads()
    yield Finding("PyTorch", f"{versions}, {threads} thread{'s' * (threads > 1)}", needed=True)


def import_pair() -> None:
    """Import torch and torchvision and run an operation that lies in torchvision's own library."""
    nms = importlib.import_module("torchvision.ops").nms
    import torch

    nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([1.0]), 0.5)


def advice(error: Exception) -> str:
    """One sentence: what went wrong with the pair and what to do."""
    reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return tr(
        "({reason}) Install the two in one command, so that they match: pip "
        "install --upgrade --force-reinstall torch torchvision",
        reason=reason,
    )


def installed(name: str) -> str:
    """The installed version of a package, "(not installed)" without one."""
    try:
        return version(name)
    except PackageNotFoundError:
        return tr("(not installed)")


def device() -> Iterator[Finding]:
    """Where tensors are computed."""
    try:
        from cnncourse.training import device as chosen

        kind = chosen().type
    except ImportError:
        return  # `pair` has said it
    except (RuntimeError, ValueError) as error:
        yield Finding("device", tr("none can be chosen"), str(error), needed=True)
        return
    words = {
        "cpu": tr("the CPU; no GPU was found or asked for, and none is needed"),
        "cuda": tr("an NVIDIA GPU (CUDA)"),
        "mps": tr("Apple's GPU (MPS)"),
    }
    yield Finding("device", words.get(kind, kind))


def data() -> Iterator[Finding]:
    """Is CIFAR-10 here, for the assignments that train on photographs?"""
    folder = data_folder()
    try:
        from cnncourse.data.cifar import choose_source

        source = choose_source(folder, "auto")
    except ImportError:
        return
    except ValueError as error:
        yield Finding("CIFAR-10", tr("CNNCOURSE_CIFAR10 is set wrongly"), str(error))
        return
    if source == "auto":
        yield Finding(
            "CIFAR-10",
            tr("not in {folder}; assignments that want it use drawn images instead", folder=folder),
            tr("`{told}` fetches the photographs (170 MB).", told=told("data")),
        )
    elif source == "synthetic":
        yield Finding("CIFAR-10", tr("CNNCOURSE_CIFAR10 asks for drawn images"))
    else:
        kind = {"official": tr("the official copy"), "folder": tr("a folder of images")}[source]
        yield Finding("CIFAR-10", tr("{kind}, in {folder}", kind=kind, folder=folder))


def lab() -> Iterator[Finding]:
    """JupyterLab, and what runs a notebook's cells."""
    missing = [n for n in ("jupyterlab", "ipykernel", "nbclient") if installed(n)[0] == "("]
    if missing:
        yield Finding(
            "JupyterLab",
            tr(
                "{names} not installed: notebooks can be neither opened nor checked",
                names=", ".join(missing),
            ),
            tr('In the course\'s folder: pip install --editable ".[lab]"'),
        )
    else:
        yield Finding("JupyterLab", installed("jupyterlab"))


def nbgrader() -> Iterator[Finding]:
    """The program that keeps the grades."""
    if installed("nbgrader")[0] == "(":
        yield Finding(
            "nbgrader",
            tr("not installed: nothing can be released or graded"),
            tr('In the course\'s folder: pip install --editable ".[grading]"'),
        )
    else:
        yield Finding("nbgrader", installed("nbgrader"))


def sandbox() -> Iterator[Finding]:
    """Can submissions run in a sandbox: bubblewrap, user namespaces, control groups?"""
    from cnncourse.grading.examining.sandbox import bwrap

    program = shutil.which("bwrap")
    if program is None:
        yield Finding("bubblewrap", tr("not installed: no submission can be graded"), bwrap.MISSING)
        return
    yield Finding("bubblewrap", program)
    try:
        hierarchy, _ = bwrap.check()
    except bwrap.SandboxError as error:
        yield Finding("sandbox", tr("cannot be made"), str(error))
    else:
        who = "root" if os.geteuid() == 0 else tr("an ordinary user")
        yield Finding(
            "sandbox",
            tr(
                "works for {who}, with control groups of version {hierarchy}",
                who=who,
                hierarchy=hierarchy,
            ),
        )


def browser() -> Iterator[Finding]:
    """Chromium, which the tests of the pages and figures open."""
    found = find_browser()
    if found:
        yield Finding("Chromium", found)
    else:
        yield Finding(
            "Chromium",
            tr("not installed: pages and figures cannot be tested; nothing else needs it"),
            tr("Install the package chromium (Debian, Ubuntu: `apt install chromium`)."),
        )


def find_browser() -> str | None:
    """The path of a Chromium: of the system's packages, else Playwright's own."""
    for name in BROWSERS:
        if program := shutil.which(name):
            return program
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    for pattern in ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app"):
        for path in sorted(cache.glob(pattern), reverse=True):
            return str(path)
    return None
