"""The workers that examine submissions: on this machine, or on a cluster's Dask scheduler."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeVar

import dask
from distributed import CancelledError, Client, Future, LocalCluster
from distributed.security import Security
from distributed.utils import silence_logging_cmgr

from . import process
from . import scheduler as remote
from .process import THREADS
from .scheduler import GOES_ON, Unreachable, Workers
from .settings import Settings

# Nobody looks at Dask's statistics and logs here. They take as long as the gradebook, keep the last
# thousand messages, which are a class's notebooks, and tell students' names to whoever asks by
# HTTP.
QUIET = {
    "distributed.admin.system-monitor.interval": "1h",
    "distributed.admin.low-level-log-length": 10,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
log = logging.getLogger(__name__)
AHEAD = 3  # jobs handed out for each that is worked on: enough to keep everybody busy
TICK = 2.0  # seconds between two looks at a cluster
ANSWER = 5.0  # seconds for a scheduler to say how its workers are
PATIENCE = 180.0  # seconds without a scheduler: longer than a link is cut, or a machine restarts
LOSSES = 5  # times that a job is handed out again because the connection was lost
SLOW = 60.0  # seconds for one answer to arrive
Job = TypeVar("Job")


class Cluster:
    """A Dask client that is started when it is first asked for; a context manager.

    At its end every worker's warm processes and readers end, too.

    Of the cluster at the address `scheduler`, or of `workers` on this machine: threads of this
    process if they are few, since a submission runs in processes of its own anyway, and what is
    imported once serves all. More go into processes; their scheduler listens on the loopback
    interface alone, has no dashboard, and lets nobody in who does not hold a certificate that only
    this process knows: whoever reaches a scheduler can run programs.
    """

    def __init__(self, workers: int = 2, scheduler: str | None = None):
        self.workers, self.scheduler = workers, scheduler
        # Called with what there is to wait for and since how many seconds, and ("", 0) afterward;
        # and with what is worth a line.
        self.waits: Callable[[str, float], object] = lambda reason, seconds: None
        self.notes: Callable[[str], object] = lambda sentence: None
        self._client: Client | None = None
        self._stack = ExitStack()
        self._known = Workers(scheduler or "")
        self._looked = 0.0
        self._silent: float | None = None  # since when the scheduler does not answer
        self._since: dict[str, float] = {}

    def __enter__(self) -> Self:
        if self.scheduler is not None:
            remote.check_address(self.scheduler)
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(Exception):  # the run is over; what ended it is not to be hidden by this
            if self._client is not None and self._look():  # workers elsewhere outlive this run
                self._client.run(process.close, on_error="ignore")
        self._close()
        self._stack.close()

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # there may be nobody left to take leave of
                client.close(timeout=TICK)

    @property
    def client(self) -> Client:
        """The client, which takes some seconds to start; raises Unreachable."""
        if self._client is None:
            self._stack.enter_context(dask.config.set(QUIET))
            if self.scheduler is None:
                log.debug("starting %d workers", self.workers)
                self._client = Client(**self._local())
            else:
                log.debug("connecting to %s", self.scheduler)
                # What Dask logs would stand between the lines of the bar; it is said in sentences.
                self._stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
                self._client = remote.connect(self.scheduler)
            self._look()
        return self._client

    def _local(self) -> dict[str, Any]:
        threads = next(n for n in range(THREADS, 0, -1) if self.workers % n == 0)
        # Memory is limited for each submission, by its sandbox; a worker itself holds little.
        common: dict[str, Any] = dict(
            threads_per_worker=threads,
            memory_limit=0,
            dashboard_address=None,
            silence_logs="CRITICAL",
            worker_dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        )
        if threads == self.workers:
            cluster = LocalCluster(n_workers=1, processes=False, **common)
            return {"address": self._stack.enter_context(cluster)}
        security = Security.temporary()
        cluster = LocalCluster(
            n_workers=self.workers // threads,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            **common,
        )
        return {"address": self._stack.enter_context(cluster), "security": security}

    def prepare(self, settings: Settings, submissions: int) -> None:
        """Let every worker there is start what it needs, and do not wait for it."""
        client = self.client
        self._prepared = [
            client.submit(process.prepare, settings, submissions, workers=[worker], pure=False)
            for worker in self._known.about
        ]

    def spread(
        self, function: Callable[[Job], Any], jobs: Iterable[tuple[str, Job]], retries: int = 0
    ) -> Generator[tuple[Job, Any], None, None]:
        """Yield (job, its result, or the exception instead) as each ends.

        jobs: (key, job) pairs, taken as there is room: only AHEAD jobs a thread are under way at
        any time, so memory does not grow with a class. What was under way when the connection to
        the scheduler was lost is handed out again. Raises Unreachable if it stays lost, and
        UnfitWorker if a worker has what no submission can be graded with.
        """
        waiting = iter(jobs)
        running: dict[str, tuple[Job, Future[Any]]] = {}
        ended: SimpleQueue[Future[Any]] = SimpleQueue()
        losses: Counter[str] = Counter()

        def submit(key: str, job: Job) -> None:
            future = self._connected().submit(function, job, key=key, pure=False, retries=retries)
            running[key] = job, future
            future.add_done_callback(ended.put)

        try:
            while True:
                for key, job in waiting:  # where there is nothing to do, nothing is started
                    submit(key, job)
                    if len(running) >= AHEAD * max(1, self._known.threads):
                        break
                if not running:
                    return
                future = self._next(ended)
                key = str(future.key)
                job, result = running[key][0], self._result(future)
                if isinstance(result, CancelledError) and losses[key] < LOSSES:
                    losses[key] += 1
                    submit(key, job)
                    continue
                del running[key]
                if isinstance(result, Exception):
                    self._blame(result)
                yield job, result
                with suppress(Exception):
                    future.release()
        finally:
            with suppress(Exception):  # the caller wants no more, and the connection may be gone
                for _, future in running.values():
                    future.cancel()

    # What is waited for

    def _next(self, ended: "SimpleQueue[Future[Any]]") -> "Future[Any]":
        while True:
            try:
                future = ended.get(timeout=TICK)
            except Empty:
                self._connected()
                self._look(say=True)
                continue
            if time.monotonic() - self._looked > TICK:  # workers come and go
                self._look()
            self._tell("")
            return future

    def _result(self, future: "Future[Any]") -> Any:
        """What a future that ended holds; the exception if it failed."""
        while True:
            try:
                return future.result(timeout=SLOW)
            except TimeoutError as error:
                if future.status == "error":
                    return error  # the job's own
                self._connected()
                self._look(say=True)
            except (Exception, CancelledError) as error:
                return error

    def _look(self, say: bool = False) -> bool:
        """Ask the scheduler how its workers are; False if it does not answer."""
        self._looked = time.monotonic()
        client = self._client
        try:
            if client is None or client.status != "running":
                raise OSError("no connection")
            about = client.sync(remote.scheduler_of(client).identity, callback_timeout=ANSWER)[
                "workers"
            ]
            new = self._known.update(about)
            note = remote.check_versions(client, new) if new and self.scheduler is not None else ""
        except (OSError, ValueError, TimeoutError, CancelledError):  # as Dask has it
            self._is_silent("does not answer")
            return False
        self._silent = None
        if note:
            self.notes(f"{note}. Grading goes on; if it fails, install the same versions.")
        if say:
            self._tell(self._known.reason)
        return True

    def _connected(self) -> Client:
        """The client, once it has a connection again; raises Unreachable after PATIENCE."""
        client = self.client
        while client.status != "running":
            self._is_silent("has lost its connection to here")
            if client.status == "connecting":  # Dask tries for a while, then it closes the client
                time.sleep(TICK / 4)
                continue
            self._close()
            if self.scheduler is None:
                self._stack.close()  # the workers on this machine are started anew
                return self.client
            try:
                self._client = client = remote.connect(self.scheduler)
            except Unreachable:
                time.sleep(TICK / 4)
        return client

    def _is_silent(self, how: str) -> None:
        """Say so; raise Unreachable once PATIENCE is over, if others can be waited for at all."""
        if self.scheduler is None:  # this very process: it is alive, and has other things to do
            self._tell("this machine is busy: its own workers have not answered yet")
            return
        self._silent = self._silent or time.monotonic()
        if time.monotonic() - self._silent > PATIENCE:
            raise Unreachable(
                f"the scheduler at {self.scheduler} has not answered for {PATIENCE:.0f} seconds; "
                f"start it again with `dask scheduler`, and its workers. {GOES_ON}"
            )
        self._tell(f"the scheduler at {self.scheduler} {how}; if it has ended, start it again")

    def _tell(self, reason: str) -> None:
        if reason:
            since = self._since.setdefault(reason, time.monotonic())
            self._since = {reason: since}
            self.waits(reason, time.monotonic() - since)
        elif self._since:
            self._since = {}
            self.waits("", 0.0)

    def _blame(self, error: Exception) -> None:
        """Raise if not the job but the cluster is to blame for an error, and will be again."""
        if self.scheduler is None:
            return
        if remote.is_unread(error):
            raise remote.UnfitWorker(
                "the scheduler cannot read the work that it is to pass on; install the course's "
                f"environment on its machine as it is here ({error.__cause__ or error}). {GOES_ON}"
            )
        with suppress(OSError, ValueError, TimeoutError):
            remote.check_versions(self._connected(), list(self._known.about))
