"""What several test files share: every device there is, the sandbox, pages in a browser, Node."""

import gc
import os
import sys

import needs
import pytest
import torch
from browsing import browser, origins, page, reading, site, turn_to, visit
from node import javascript

# Fixtures: tests name them as arguments.
__all__ = ["browser", "javascript", "origins", "page", "reading", "site", "turn_to", "visit"]

# Answers of students, right, wrong and hostile: the grading tests put them into notebooks. Collected
# as doctests or tests, the attacks would run here, outside of any sandbox.
collect_ignore = ["submissions", "attacks"]
collect_ignore_glob = ["*/conftest.py"]  # no doctests, and many files of one name

# The processes of the tests keep the cores busy: a second thread in each would only get in the way.
torch.set_num_threads(1)

# A GPU may round the factors of float32 convolutions to 10 bits (TF32): too few to compare by.
torch.backends.cudnn.allow_tf32 = False

# The files that take longest, about in this order: begun first, none is left for a worker at the end.
LONGEST = (
    *("grading/test_grading.py", "figures/test_figures_pages.py", "site/test_site.py"),
    *("grading/examining/test_attacks.py", "assignments/test_assignments.py"),
    *("figures/test_figures_seen.py", "grading/test_grading_all.py", "assignments/test_lenet.py"),
    *("test_steady.py", "site/test_languages.py", "site/test_made_up_language.py"),
    "grading/running/test_batch.py",
    *("grading/running/test_cluster.py", "grading/examining/test_honest_states.py"),
    *("commands/test_check.py", "grading/examining/test_sandbox.py"),
    *("grading/examining/test_places.py", "grading/examining/test_held_out.py"),
    *("figures/test_figures_jupyter.py", "grading/examining/test_neighbors.py"),
    *("site/test_incremental.py", "site/test_previews.py", "translating/test_subjects.py"),
)

DEVICES = ["cpu"] + ["cuda"] * torch.cuda.is_available()


def pytest_collection_modifyitems(config, items):
    """The longest files first; xdist, told not to sort, hands files out in this order."""
    places = {config.rootpath / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish():
    """What all tests are made of stays: nobody has to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Matplotlib warns, in whatever test comes next, when more than twenty do."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session", autouse=True)
def nobody_pulls_the_plug():
    """No test waits for the disk: what was written is there for whoever looks, though a process dies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(scope="session")
def sandboxed():
    """What grades in a sandbox asks for this: skipped where none can be had, failed in CI."""
    return needs.require("sandbox")


def pytest_terminal_summary(terminalreporter):
    """The matrix of stored answers: which test cells each one loses."""
    rows = [
        value
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "matrix"
    ]
    if not rows:
        return
    terminalreporter.section("stored answers: . passed, x lost, by test cell")
    tests, named = {}, set()
    for name, _, _, cells in sorted(rows):
        tests.setdefault(name, {}).update(dict.fromkeys(cells))
    for name, answer, lost, cells in sorted(rows):
        if name not in named:
            named.add(name)
            terminalreporter.write_line(f"{name}: {', '.join(tests[name])}")
        # A cell that was not run has nothing to say about the answer.
        marks = "".join(
            "x" if cell in lost else "." if cell in cells else " " for cell in tests[name]
        )
        terminalreporter.write_line(f"  {marks}  {answer}")
