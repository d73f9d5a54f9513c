"""How Python, the C library and the kernel keep a process's memory; no result depends on it.

Each function does nothing, and says nothing, where there is another C library or kernel.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Of glibc's mallopt: how much free memory at the end of the heap is kept, and from how many bytes
# on memory is not of the heap. The first would turn off the second's own adjustment.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
KEPT = {TRIM_THRESHOLD: 128 << 20, MMAP_THRESHOLD: 32 << 20}
HUGE = 2 << 20  # bytes of a huge page, of x86-64 and of aarch64 with pages of 4 kB
MADV_HUGEPAGE = 14
MADV_COLLAPSE = 25  # Linux 6.1 and later
# For the environment of a process that is to have huge pages: its heap then begins with them.
HEAP_OF_HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


@contextmanager
def importing() -> Iterator[None]:
    """What the block imports is here to stay: nobody looks through it for garbage, then or later.

    Python would, time and again: a sixth of the time that imports take and, of nbgrader and Dask,
    half a second when the process ends.
    """
    before, enabled = len(sys.modules), gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > before:
            gc.freeze()
        if enabled:
            gc.enable()


def keep_freed() -> None:
    """Let glibc keep the memory that a step of training frees, for the next step.

    It gives some megabytes back at the end of each step and asks for them again, and the kernel
    clears every page: a step of LeNet on 128 color images takes a sixth longer.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            mallopt = ctypes.CDLL(None).mallopt
            for setting in KEPT.items():
                mallopt(*setting)


def use_huge_pages() -> None:
    """Put what this process holds into pages of 2 MB, so that forks of it cost a fifth.

    A fork copies a table with an entry for each page, and the end of the child undoes it: with all
    of PyTorch imported these are 90,000 entries, and 20 ms. What a child writes to is still copied
    in pieces of 4 kB. Takes a quarter of a second with `HEAP_OF_HUGE_PAGES`, which alone makes
    forks a quarter cheaper, else three quarters.
    """
    if sys.platform == "linux":
        for first, end in _written():
            _advise(first, end, MADV_COLLAPSE)


def prefer_huge_pages(first: int, size: int) -> None:
    """Let memory that nobody has written to yet, `size` bytes from the address `first` on, come in
    pages of 2 MB.

    To write to 100 MB of it then takes a quarter of the time, most of which the kernel spends on
    pages; and what lies at random places in it is found a fifth faster.
    """
    if sys.platform == "linux":
        _advise(first, first + size, MADV_HUGEPAGE)


def _advise(first: int, end: int, advice: int) -> None:
    """Tell the kernel about the whole huge pages between two addresses; it may refuse."""
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    first, end = -(-first // HUGE) * HUGE, end // HUGE * HUGE
    if first < end:
        madvise(first, end - first, advice)


def _written() -> list[tuple[int, int]]:
    """Addresses (first, end) of memory of this process alone that belongs to no file."""
    found = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        addresses, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights == "rw-p" and name in ([], ["[heap]"]):
            first, end = addresses.split("-")
            found.append((int(first, 16), int(end, 16)))
    return found
