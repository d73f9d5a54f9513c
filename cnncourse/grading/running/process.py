"""The warm worker of this process: torch is imported once, not for every submission.

This imports neither nbgrader nor Dask nor torch: what a command needs of them is imported while the
processes that are begun here import theirs.
"""

import atexit
import itertools
import logging
import os
import sys
import threading
from typing import Any

from cnncourse.course import CourseError
from cnncourse.grading.examining.sandbox.bwrap import SandboxError

from .settings import Settings

THREADS = 4  # a process's threads take turns at what is written in Python, a quarter of the work
log = logging.getLogger(__name__)
lock = threading.RLock()
_made: tuple[Any, Any] | None = None  # what a worker is for, and it
_warm: Any = None  # the same one, once it is begun
_readers: list[Any] = []
_spare: list[tuple[Any, Any]] = []  # readers that no thread has asked for, and what they are for
_threads, _numbers = threading.local(), itertools.count()


class UnfitWorker(CourseError):
    """No submission can be examined on this machine; the message says what to do about it."""


def made(settings: Settings) -> Any:
    """This process's worker for these settings, not started; the one for others is closed first.

    Raises UnfitWorker where there can be no sandbox.
    """
    global _made
    wanted = (settings.worker, settings.limits, settings.sandbox, settings.data)
    with lock:
        if _made is None or _made[0] != wanted:
            _end_worker()
            try:
                _made = wanted, settings.worker(*wanted[1:])
            except SandboxError as error:
                raise UnfitWorker(str(error)) from None
        return _made[1]


def worker(settings: Settings) -> Any:
    """The same, warm."""
    found = _begun(settings)
    found.wait_until_ready()
    _keep_to_one_processor()  # from here on: what was started may take all there are
    return found


def _begun(settings: Settings) -> Any:
    global _warm
    with lock:
        found = made(settings)
        if _warm is not found:
            log.debug(
                "starting a warm process: %s, data in %s", settings.limits, settings.data.folder
            )
            found.begin()
            _warm = found
    return found


def reader(settings: Settings) -> Any:
    """What reads and shows submissions: one for each thread, for it does one task at a time."""
    kept = getattr(_threads, "reader", None)
    wanted = settings.reader, settings.sandbox
    if kept is None or kept[0] != wanted or kept[1] not in _readers:
        with lock:
            prepared = next((one for one in _spare if one[0] == wanted), None)
            if prepared is None:
                prepared = wanted, settings.reader(settings.sandbox)
                _readers.append(prepared[1])
            else:
                _spare.remove(prepared)
        _threads.reader = prepared
    return _threads.reader[1]


def begin(settings: Settings, readers: int) -> None:
    """Start what this process will need, with so many readers, and wait for none of it.

    Whoever calls this is to live as long as they shall: with its thread they end.
    """
    wanted = settings.reader, settings.sandbox
    with lock:
        _begun(settings)  # first, since it takes longest
        while len(_readers) < readers:
            _readers.append(settings.reader(settings.sandbox))
            _spare.append((wanted, _readers[-1]))
            _readers[-1].begin()


def prepare(settings: Settings, submissions: int) -> None:
    """The same in a worker of a cluster, before it gets the first of so many submissions."""
    cluster = _cluster()
    assert cluster is not None
    begin(settings, min(submissions, cluster.state.nthreads))


def _cluster() -> Any:
    """Dask's worker that this thread belongs to; None if it belongs to none."""
    if "distributed" not in sys.modules:
        return None
    from distributed import get_worker

    try:
        return get_worker()
    except ValueError:
        return None


def _keep_to_one_processor() -> None:
    """In a worker of this machine: this thread, and with it the processes that it asks for.

    They take turns, and to wake another processor for each turn takes a fifth of the time.
    """
    if hasattr(_threads, "number"):
        return
    _threads.number = next(_numbers)
    worker = _cluster()
    if worker is None:
        return
    if isinstance(worker.name, int) and hasattr(os, "sched_setaffinity"):  # a cluster of our own
        allowed = sorted(os.sched_getaffinity(0))
        number = worker.name * worker.state.nthreads + _threads.number
        os.sched_setaffinity(0, {allowed[number % len(allowed)]})


def close() -> None:
    """End this process's warm worker and its readers, if it has any."""
    with lock:
        _spare.clear()
        while _readers:
            _readers.pop().close()
        _end_worker()


def _end_worker() -> None:
    global _made, _warm
    warm, _made, _warm = _warm, None, None
    if warm is not None:
        warm.__exit__(None, None, None)


atexit.register(close)
