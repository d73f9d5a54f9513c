"""Put small faults into the library, one at a time, and see whether its tests notice.

    python tools/mutants.py                                 every module of TARGETS
    python tools/mutants.py operations --sample 100 --seed 1
    python tools/mutants.py intake --only "layouts.py:12"  those whose line, as printed, has this

A fault that no test notices ("survivor") is either behavior that nobody holds the code to, or no
fault at all; those of the second kind are listed with their reason in mutants.toml. The faults are
those of cnncourse/grading/trying/faults.py. Exit code 1 if fewer than 90 %
of the faults of a target are noticed.
"""

import argparse
import ast
import ctypes
import gc
import importlib.abc
import importlib.util
import os
import random
import re
import resource
import signal
import sys
import time
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from cnncourse.grading.trying.faults import Fault, faults_of

ROOT = Path(__file__).resolve().parents[1]
SHARE = 0.9  # of the faults must be noticed
MEMORY = 6 << 30  # bytes more than the parent has: a fault may ask for any amount


@dataclass(frozen=True)
class Target:
    """Modules, and the tests that hold them: patterns of files in tests/.

    deselect: tests that a fault cannot reach, and that take long. It is made in the memory of a
    fork that has imported torch and pytest before, so these are also all that ask for the sandbox,
    whose processes read the library from the disk.
    imports: what of other packages every fork would import, beside torch.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    deselect: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


# Left out: protocol.messages, which has types alone, and inside.trial, which only a sandbox runs.
PROTOCOL = ("frames", "wire", "link", "proxies")
PLAN = ("plan", "findings", "limits", "datasets", "library", "seeds")
SANDBOX = ("bwrap", "cgroups", "confine", "seccomp")
INSIDE = tuple(f"inside.{name}" for name in ("shell", "examiner", "student", "warm", "refusing"))
RUN = (*INSIDE, "warmed", "child", "worker")
INTAKE = (
    *("archives", "collect", "folders", "kinds", "layouts", "notebooks", "parsing", "passages"),
    *("pictures", "received", "recognize", "taking"),
)
IPYTHON = ("IPython.core.interactiveshell", "matplotlib.pyplot", "nbformat.v4")
NBGRADER = ("nbformat.v4", "nbgrader.preprocessors", "nbgrader.utils")

TARGETS = {
    "arithmetic": Target(("arithmetic",), ("test_arithmetic",)),
    "operations": Target(
        ("operations", "windows", "shapes"), ("test_operations", "test_operations_types")
    ),
    "checks": Target(
        ("checks", "gathering", "compare"),
        ("test_checks", "test_causes", "test_compare", "test_observe", "test_rehearsal"),
        SLOW := (
            # looks at what a new process imports
            "tests/test_observe.py::test_watching_does_not_import_torchs_compiler",
        ),
    ),
    "observe": Target(
        ("observe",),
        ("test_observe", "test_checks", "test_causes", "test_compare", "test_rehearsal"),
        SLOW,
    ),
    "records": Target(
        ("grading.records", "whole"), ("grading/test_records*", "test_whole"), imports=NBGRADER
    ),
    "intake": Target(
        tuple(f"grading.intake.{name}" for name in INTAKE),
        ("grading/intake/test_*", "grading/reports/test_report"),
        imports=NBGRADER,
    ),
    "examining-protocol": Target(
        tuple(f"grading.examining.protocol.{name}" for name in PROTOCOL),
        tuple(f"grading/examining/test_{name}*" for name in PROTOCOL),
    ),
    "examining-plan": Target(
        tuple(f"grading.examining.{name}" for name in PLAN),
        (*(f"grading/examining/test_{name}*" for name in PLAN), "grading/test_records*"),
        imports=IPYTHON,
    ),
    "examining-sandbox": Target(
        tuple(f"grading.examining.sandbox.{name}" for name in SANDBOX),
        tuple(f"grading/examining/test_{name}*" for name in SANDBOX),
        imports=IPYTHON,
    ),
    "examining-run": Target(
        tuple(f"grading.examining.{name}" for name in RUN),
        tuple(f"grading/examining/test_{name.removeprefix('inside.')}*" for name in RUN),
        imports=IPYTHON,
    ),
}


# Does a test notice?


OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--doctest-modules"]


def rounds(target: Target, file: str, function: str) -> list[list[str]]:
    """Arguments of pytest: what is quick and notices most comes first.

    The module's own examples and the tests that have its name; of the others those named after the
    function that has the fault; all, and the other modules' examples.
    """
    examples = [f"cnncourse/{name.replace('.', '/')}.py" for name in target.modules]
    found = (sorted(Path("tests").glob(f"{pattern}.py")) for pattern in target.tests)
    tests = [str(path) for path in chain(*found)]
    own = [test for test in tests if Path(test).name.startswith(f"test_{Path(file).stem}")]
    others = [test for test in tests if test not in own]
    skipped = [f"--deselect={name}" for name in target.deselect]
    word = function.partition(".")[0].strip("_")
    named = [["-k", word, *skipped, *others]] if word and others else []
    rest = [*others, *sorted({*examples} - {file})]
    # Without a path pytest would run all tests that there are.
    return [[file, *skipped, *own], *named, *([[*skipped, *rest]] if rest else [])]


class Mutated(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Imports one module from a tree instead of its file."""

    def __init__(self, file: str, tree: ast.Module) -> None:
        name = file.removesuffix(".py").replace("/", ".")
        super().__init__(name, str(ROOT / file))
        self.tree = tree

    def find_spec(self, name, path, target=None):
        if name == self.name:
            return importlib.util.spec_from_file_location(name, self.path, loader=self)
        return None

    def get_code(self, name):
        return compile(ast.fix_missing_locations(self.tree), self.path, "exec")


class Reachable:
    """A plugin of pytest: leaves out tests that a fault in this process's memory cannot reach."""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if "sandboxed" not in item.fixturenames]


def in_memory(target: Target, file: str, tree: ast.Module, function: str) -> int:
    """Runs in a fork: the tests' exit code with this tree for the module of that file."""
    import pytest

    finder = Mutated(file, tree)
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module(finder.name)  # before pytest, which has an import hook of its own
    except Exception:
        return 1
    for arguments in rounds(target, file, function):
        code = int(pytest.main([*OPTIONS, *arguments], plugins=[Reachable()]))
        if code not in (0, 5):  # 5: there are none
            return code
    return 0


def start(target: Target, file: str, tree: ast.Module, fault: Fault | None) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 3
    try:
        os.setsid()
        adopt_orphans()  # its own end with it, and not before
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        if fault:
            fault.put(fault.new)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
        code = in_memory(target, file, tree, fault.function if fault else "")
    except SystemExit:
        code = 1
    finally:
        os._exit(code)


def check(
    target: Target, work: list[tuple[str, ast.Module, Fault | None]], jobs: int, limit: float
):
    """Yields (fault, exit code) as they end; the exit code is None for one past the limit."""
    running: dict[int, tuple[Fault | None, float]] = {}
    queue = list(reversed(work))
    try:
        while queue or running:
            while queue and len(running) < jobs:
                file, tree, fault = queue.pop()
                running[start(target, file, tree, fault)] = fault, time.monotonic() + limit
            for pid, (fault, deadline) in list(running.items()):
                late = time.monotonic() > deadline
                if late:
                    os.killpg(pid, signal.SIGKILL)
                done, status = os.waitpid(pid, 0 if late else os.WNOHANG)
                if done:
                    del running[pid]
                    end_orphans(set(running))
                    yield fault, None if late else os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
    finally:
        for pid in running:  # where somebody interrupts
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """What a process leaves when it ends becomes this one's, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def end_orphans(known: set[int]) -> None:
    """End what the tests of a fault left running; a fault may well be that nobody ends it."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    for pid in map(int, listed.read_text().split()) if listed.exists() else ():
        if pid not in known:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


# The whole run


def accepted_faults() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads((ROOT / "tools/mutants.toml").read_text())[
        "accepted"
    ]
    return listed


def examine(name: str, target: Target, sample: int | None, seed: int, only: str, jobs: int) -> bool:
    files = [f"cnncourse/{module.replace('.', '/')}.py" for module in target.modules]
    trees = {file: ast.parse((ROOT / file).read_text()) for file in files}
    all_faults = [fault for file in files for fault in faults_of(file, trees[file])]
    reasons = [entry for entry in accepted_faults() if entry["file"] in files]

    def reason(fault: Fault) -> bool:
        for entry in reasons:
            keys = ("file", "function", "before", "after")
            if all(
                entry.get(key, found) == found for key in keys for found in [getattr(fault, key)]
            ):
                entry["used"] = "yes"
                return True
        return False

    faults = [fault for fault in all_faults if not reason(fault)]
    accepted = len(all_faults) - len(faults)
    for entry in reasons:
        if "used" not in entry:
            print(f"mutants.toml: no such fault any more: {entry['file']}: {entry['before']}")
    if sample is not None and sample < len(faults):
        faults = random.Random(seed).sample(faults, sample)  # in no order: a part is a sample, too
    faults = [fault for fault in faults if re.search(only, str(fault))]
    began = time.monotonic()
    [(_, code)] = check(target, [(files[0], trees[files[0]], None)], 1, 3600)
    if code != 0:
        raise SystemExit(f"{name}: without any fault the tests end with exit code {code}")
    limit = 20 + 5 * (time.monotonic() - began)
    tried = killed = late = 0
    work = [(fault.file, trees[fault.file], fault) for fault in faults]
    try:
        for fault, code in check(target, work, jobs, limit):
            if code in (3, 5):  # 4: the fault stops what the tests themselves import
                raise SystemExit(f"{fault}: pytest ended with exit code {code}, which says nothing")
            tried, killed, late = tried + 1, killed + (code != 0), late + (code is None)
            if code == 0:
                print(fault, flush=True)
            if tried % 100 == 0:
                print(f"{name}: {tried} of {len(work)} tried", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print(f"{name}: interrupted, {len(work) - tried} not tried")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{name}: {killed} of {tried} faults noticed ({killed / max(1, tried):.1%}), "
        f"{late} of them for the time they took; {accepted} more accepted; "
        f"{time.monotonic() - began:.0f} s, of the processor {used.ru_utime + used.ru_stime:.0f} s "
        "since the beginning",
        flush=True,
    )
    return tried == len(work) and killed >= SHARE * tried


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TARGETS))
    parser.add_argument("--sample", type=int, help="try only so many faults of each target")
    parser.add_argument("--seed", type=int, default=0, help="which ones (default 0)")
    parser.add_argument(
        "--only", default="", metavar="PATTERN", help="of these, those in whose line it is found"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at the same time")
    options = parser.parse_args()
    if unknown := set(options.names) - set(TARGETS):
        parser.error(
            f"no such target: {', '.join(sorted(unknown))}; choose from {', '.join(TARGETS)}"
        )
    os.chdir(ROOT)
    os.environ.update(PYTHONPATH=str(ROOT), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    sys.path.insert(0, str(ROOT))
    adopt_orphans()
    chosen = options.names or list(TARGETS)
    warm_up([name for chose in chosen for name in TARGETS[chose].imports])
    good = [
        examine(name, TARGETS[name], options.sample, options.seed, options.only, options.jobs)
        for name in chosen
    ]
    return 0 if all(good) else 1


def warm_up(imports: list[str]) -> None:
    """Imports and starts once what every fork needs; one thread, for others do not live on."""
    import pytest  # noqa: F401
    import scipy.signal  # noqa: F401
    import torch

    for name in imports:
        importlib.import_module(name)
    # What torch imports when it is first needed, half of what a test costs.
    for name in ("testing", "fx.experimental.symbolic_shapes", "nested._internal.nested_int"):
        importlib.import_module(f"torch.{name}")
    torch.set_num_threads(1)
    torch.nn.functional.conv2d(torch.zeros(1, 1, 3, 3), torch.zeros(1, 1, 2, 2))
    gc.freeze()  # the collector need not look through all that in every fork


if __name__ == "__main__":
    sys.exit(main())
