"""The workers that examine submissions: on this machine, or on a cluster's Dask scheduler."""

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from typing import Any, Self, TypeVar

import dask
from distributed import Client, Future, LocalCluster, as_completed
from distributed.security import Security

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
THREADS = 4  # a process's threads take turns at what is written in Python, a quarter of the work
Job = TypeVar("Job")


class Cluster:
    """A Dask client that is started when it is first asked for; a context manager.

    Of the cluster at the address `scheduler`, or of `workers` on this machine: threads of this
    process if they are few, since a submission runs in processes of its own anyway, and what is
    imported once serves all. More go into processes; their scheduler listens on the loopback
    interface alone, has no dashboard, and lets nobody in who does not hold a certificate that only
    this process knows: whoever reaches a scheduler can run programs.
    """

    def __init__(self, workers: int = 2, scheduler: str | None = None):
        self.workers, self.scheduler = workers, scheduler
        self._client: Client | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client = None
        self._stack.close()

    @property
    def client(self) -> Client:
        """The client, which takes some seconds to start."""
        if self._client is None:
            self._stack.enter_context(dask.config.set(QUIET))
            where = {"address": self.scheduler} if self.scheduler else self._local()
            log.debug("connecting to %s", self.scheduler or where["address"])
            client: Client = self._stack.enter_context(Client(**where))
            self._client = client
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

    def prepare(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function in every worker there is, and do not wait for it."""
        self._prepared = [
            self.client.submit(function, *arguments, workers=[worker], pure=False)
            for worker in self.client.nthreads()
        ]

    def spread(
        self, function: Callable[[Job], Any], jobs: Iterable[tuple[str, Job]], retries: int = 0
    ) -> Generator[tuple[Job, "Future[Any]"], None, None]:
        """Yield (job, its future) as each ends; jobs: (key, job) pairs, taken as there is room.

        Only AHEAD jobs a thread are under way at any time, so memory does not grow with a class.
        """
        waiting = iter(jobs)
        running: dict[Any, tuple[Job, Future[Any]]] = {}
        arrived: as_completed | None = None
        try:
            while True:
                for key, job in waiting:
                    if arrived is None:  # where there is nothing to do, nothing is started
                        room = AHEAD * max(1, sum(self.client.nthreads().values()))
                        arrived = as_completed()
                    future = self.client.submit(function, job, key=key, pure=False, retries=retries)
                    running[future.key] = job, future
                    arrived.add(future)
                    if len(running) >= room:
                        break
                if arrived is None or not running:
                    return
                job, future = running.pop(next(arrived).key)
                yield job, future
                future.release()
        finally:
            for _, future in running.values():  # the caller wants no more
                future.cancel()

    def release(self, function: Callable[[], object]) -> None:
        """Call a function in every worker, if any was ever started."""
        if self._client is not None:
            self._client.run(function)
