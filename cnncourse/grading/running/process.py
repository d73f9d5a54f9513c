"""The warm worker of this process: torch is imported once, not for every submission."""

import atexit
import itertools
import logging
import os
import threading
from typing import Any

from distributed import get_worker

from cnncourse.course import CourseError
from cnncourse.grading.examining.sandbox.bwrap import SandboxError

from .settings import Settings

log = logging.getLogger(__name__)
lock = threading.RLock()
_warm = None
_readers: list[Any] = []
_threads, _numbers = threading.local(), itertools.count()


class UnfitWorker(CourseError):
    """No submission can be examined on this machine; the message says what to do about it."""


def worker(settings: Settings) -> Any:
    """This process's warm worker for these settings; the one for others is closed first.

    Raises UnfitWorker where there can be no sandbox.
    """
    global _warm
    _keep_to_one_processor()
    with lock:
        wanted = (settings.worker, settings.limits, settings.sandbox, settings.data)
        if _warm is None or _warm[0] != wanted:
            close()
            try:
                worker = settings.worker(*wanted[1:])
            except SandboxError as error:
                raise UnfitWorker(str(error)) from None
            log.debug(
                "starting a warm process: %s, data in %s", settings.limits, settings.data.folder
            )
            _warm = wanted, worker, worker.__enter__()
        return _warm[2]


def reader(settings: Settings) -> Any:
    """What reads and shows submissions: one for each thread, for it does one task at a time."""
    kept = getattr(_threads, "reader", None)
    wanted = settings.reader, settings.sandbox
    if kept is None or kept[0] != wanted or kept[1] not in _readers:
        _threads.reader = wanted, settings.reader(settings.sandbox)
        _readers.append(_threads.reader[1])
    return _threads.reader[1]


def prepare(settings: Settings) -> None:
    """Start this process's warm worker before there is a submission."""
    worker(settings)


def _keep_to_one_processor() -> None:
    """In a worker of this machine: this thread, and with it the processes that it asks for.

    They take turns, and to wake another processor for each turn takes a fifth of the time.
    """
    if hasattr(_threads, "number"):
        return
    _threads.number = next(_numbers)
    try:
        worker = get_worker()
    except ValueError:  # no thread of a cluster
        return
    if isinstance(worker.name, int) and hasattr(os, "sched_setaffinity"):  # a cluster of our own
        allowed = sorted(os.sched_getaffinity(0))
        number = worker.name * worker.state.nthreads + _threads.number
        os.sched_setaffinity(0, {allowed[number % len(allowed)]})


def close() -> None:
    """End this process's warm worker and its readers, if it has any."""
    global _warm
    with lock:
        while _readers:
            _readers.pop().close()
        if _warm is not None:
            _, worker, _ = _warm
            _warm = None
            worker.__exit__(None, None, None)


atexit.register(close)
