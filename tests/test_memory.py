"""What Python, the C library and the kernel are asked for, and nothing where these two are others."""

import ctypes
import gc
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from forked import forked

from cnncourse import memory

HOLDS = """
from pathlib import Path
from cnncourse import memory

kept = bytearray(64 << 20)
kept[::4096] = bytes(len(kept[::4096]))  # written to, page by page
memory.use_huge_pages()
rollup = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
print(rollup["AnonHugePages"].split()[0], kept.count(0))
"""

BATCHES = """
from pathlib import Path
import torch
from cnncourse.data import Batches, Images

many = Images(torch.ones(6000, 3, 32, 32, dtype=torch.uint8), torch.zeros(6000).long(), ("a",), "x")
batches = Batches(many, flip=True, shift=2)
rollup = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
print(rollup["AnonHugePages"].split()[0], batches.pixels.nbytes, int(batches.pixels.sum()))
"""
THP = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.parametrize("fails", [False, True])
def test_what_was_imported_is_no_garbage_and_what_comes_after_may_be(fails):
    def check():
        with suppress(ZeroDivisionError), memory.importing():
            sys.modules["a_module"] = [[] for _ in range(1000)]
            off = not gc.isenabled()
            1 / (not fails)
        frozen = gc.get_freeze_count()
        with memory.importing():
            again = "nothing that was not there"
        return off, gc.isenabled(), frozen > 1000, gc.get_freeze_count() == frozen, bool(again)

    assert forked(check) == (True,) * 5


@pytest.mark.parametrize("platform, of_glibc", [("linux", True), ("linux", False), ("win32", True)])
def test_memory_is_kept_from_step_to_step_where_the_c_library_can(monkeypatch, platform, of_glibc):
    settings = {}
    library = SimpleNamespace(mallopt=settings.__setitem__) if of_glibc else SimpleNamespace()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    memory.keep_freed()
    trim, mapped = -1, -3  # as malloc.h numbers them
    if platform == "linux" and of_glibc:
        # More than the gradients and maps of a step, each in the heap: 8 MB for LeNet's first maps.
        assert settings[trim] >= 4 * settings[mapped] >= 4 * 8 << 20
    else:
        assert settings == {}


@pytest.mark.skipif(
    sys.platform != "linux" or tuple(map(int, os.uname().release.split(".")[:2])) < (6, 1),
    reason="the kernel cannot be asked for huge pages at once",
)
def test_what_a_process_holds_comes_into_huge_pages_and_stays_what_it_was():
    said = subprocess.run(
        [sys.executable, "-c", HOLDS],
        env=os.environ | memory.HEAP_OF_HUGE_PAGES,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert int(said[0]) >= 48 << 10, "kB in huge pages, of 64 MB"
    assert int(said[1]) == 64 << 20


@pytest.mark.skipif(
    not THP.exists() or "[never]" in THP.read_text(), reason="the kernel gives no huge pages"
)
def test_images_laid_out_for_a_training_lie_in_huge_pages():
    said = subprocess.run(
        [sys.executable, "-c", BATCHES], capture_output=True, text=True, check=True
    ).stdout.split()
    kilobytes, size, total = map(int, said)
    assert kilobytes << 10 >= 0.8 * size and size > 16 << 20
    assert total == 2 * 6000 * 3 * 32 * 32  # the border is 0, the rest as it was


def test_elsewhere_no_huge_pages_are_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("there is no such library"))
    memory.use_huge_pages()
    memory.prefer_huge_pages(0, 1 << 30)
