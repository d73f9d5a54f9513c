"""The processes that examine submissions: on this machine, or on a cluster's Dask scheduler."""

from contextlib import ExitStack

from distributed import Client, LocalCluster, as_completed
from distributed.security import Security

AHEAD = 3  # jobs handed out for each that is worked on: enough to keep everybody busy


class Cluster:
    """A Dask client that is started when it is first asked for; a context manager.

    Of `workers` processes on this machine, or of the cluster at the address `scheduler`. The local
    one listens on the loopback interface alone, has no dashboard, and lets nobody in who does not
    hold a certificate that only this process knows: whoever reaches a scheduler can run programs.
    """

    def __init__(self, workers=2, scheduler=None):
        self.workers, self.scheduler = workers, scheduler
        self._client, self._stack = None, ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._client = None
        self._stack.close()

    @property
    def client(self) -> Client:
        """The client, which takes some seconds to start."""
        if self._client is None:
            where = {"address": self.scheduler} if self.scheduler else self._local()
            self._client = self._stack.enter_context(Client(**where))
        return self._client

    def _local(self):
        # Memory is limited for each submission, by its sandbox; a worker itself holds little.
        security = Security.temporary()
        cluster = LocalCluster(
            n_workers=self.workers, threads_per_worker=1, memory_limit=0, host="127.0.0.1",
            protocol="tls://", security=security, dashboard_address=None, silence_logs="CRITICAL",
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"})
        return {"address": self._stack.enter_context(cluster), "security": security}

    def spread(self, function, jobs, retries=0):
        """Yield (job, its future) as each ends; jobs: (key, job) pairs, taken as there is room.

        Only AHEAD jobs a thread are under way at any time, so memory does not grow with a class.
        """
        jobs, running, arrived = iter(jobs), {}, None
        while True:
            for key, job in jobs:
                if arrived is None:  # where there is nothing to do, nothing is started
                    room = AHEAD * max(1, sum(self.client.nthreads().values()))
                    arrived = as_completed()
                future = self.client.submit(function, job, key=key, pure=False, retries=retries)
                running[future.key] = job
                arrived.add(future)
                if len(running) >= room:
                    break
            if not running:
                return
            future = next(arrived)
            yield running.pop(future.key), future
            future.release()

    def release(self, function):
        """Call a function in every worker, if any was ever started."""
        if self._client is not None:
            self._client.run(function)
