"""A scheduler elsewhere: how to reach it, and what is wrong with it or its workers, in words."""

import re
import ssl
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from distributed import Client
from distributed.comm.registry import backends
from distributed.scheduler import KilledWorker as KilledWorker
from distributed.versions import VersionMismatchWarning, get_versions
from sqlalchemy.exc import DatabaseError

from cnncourse.course import CourseError
from cnncourse.grading.gradebook.errors import advice

from .process import UnfitWorker as UnfitWorker

CONNECT_SECONDS = 10.0  # for one try to reach a scheduler
SILENT_SECONDS = 20.0  # workers are heard of every few seconds, by Dask's heartbeat
# What grades on a worker depend on, and what carries work there: only the former has to be equal.
GRADING = ("python", "torch", "torchvision", "numpy", "cnncourse")
CARRYING = ("dask", "distributed", "cloudpickle", "msgpack", "tornado", "toolz")
CERTIFICATE = (
    "Dask's own configuration says where the certificates are: set "
    "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY to the files that the scheduler was started with"
)
GOES_ON = "What is graded stays graded, and the same command goes on."


class Unreachable(CourseError):
    """There is no scheduler to work with; the message says why and what to do."""


def check_address(address: str) -> None:
    """Raise Unreachable unless it is an address of Dask's, like tcp://10.0.0.1:8786."""
    found = re.fullmatch(r"(?:(\w+)://)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", address)
    if not address.startswith("inproc://") and (
        not found or (found[1] or "tcp") not in backends or not 0 < int(found[3]) < 65536
    ):
        raise Unreachable(
            f"--scheduler {address!r} is no address of a Dask scheduler; it is like "
            "tcp://10.0.0.1:8786 (or tls://…), as `dask scheduler` prints it when it starts"
        )


def connect(address: str, seconds: float | None = None) -> Client:
    """A client of the scheduler at an address; raises Unreachable, with the reason."""
    seconds = CONNECT_SECONDS if seconds is None else seconds
    check_address(address)
    # What Dask would say in a table, or in logs between the lines of the bar, is said in sentences.
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
    found: list[Client | BaseException] = []
    given_up = threading.Event()

    def attempt() -> None:
        try:
            client = Client(address, timeout=seconds)
        except BaseException as error:
            found.append(error)
        else:
            found.append(client)
            if given_up.is_set():
                client.close()

    # Dask waits without end for one that listens and says nothing.
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds + 2)
    given_up.set()
    if not found:
        raise Unreachable(_cannot(address, "whoever listens there does not answer as Dask does"))
    if isinstance(found[0], Client):
        return found[0]
    raise Unreachable(_cannot(address, _why(address, found[0]))) from found[0]


def _cannot(address: str, why: str) -> str:
    return f"the Dask scheduler at {address} cannot be reached: {why}. {GOES_ON}"


def _why(address: str, error: BaseException) -> str:
    """The reason that stands behind what Dask raised."""
    behind = list(_behind(error))
    text = " ".join(map(str, behind))
    if "ssl_context" in text:
        return f"tls:// needs a certificate. {CERTIFICATE}"
    if any(isinstance(one, ssl.SSLError) for one in behind) or "TLS" in text:
        return f"its certificate and ours do not fit. {CERTIFICATE}"
    if any(isinstance(one, FileNotFoundError) for one in behind):
        return f"{error}. {CERTIFICATE}"
    if "convert to SSL" in text or any(isinstance(one, ConnectionResetError) for one in behind):
        other = "tcp" if address.startswith("tls") else "tls"
        return f"it does not speak this protocol; perhaps the address begins with {other}://"
    if any(isinstance(one, ConnectionRefusedError) for one in behind):
        return "nobody listens there. Start it there with `dask scheduler`, or give the right port"
    if "Name or service not known" in text or "name resolution" in text:
        return "there is no machine of this name. Give the right name, or its number"
    return f"{text.splitlines()[0]}. Is the machine on, and is the port open to this one?"


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def scheduler_of(client: Client) -> Any:
    """What the client asks its scheduler through; OSError if there is no connection."""
    if client.scheduler is None:
        raise OSError("no connection")
    return client.scheduler


def check_versions(client: Client, workers: list[str]) -> str:
    """What differs on the scheduler and these workers, or ""; UnfitWorker if too much.

    Asked by Dask's own means, which need nothing of ours there.
    """
    ask = {"packages": [*GRADING[1:], *CARRYING]}
    here = _packages(get_versions(ask["packages"]))
    there = client.sync(
        scheduler_of(client).broadcast,
        msg={"op": "versions", **ask},
        workers=workers,
        on_error="ignore",
        callback_timeout=CONNECT_SECONDS,
    )
    scheduler = _packages(
        client.sync(scheduler_of(client).versions, callback_timeout=CONNECT_SECONDS, **ask)
    )
    if not scheduler.get("cnncourse"):
        raise UnfitWorker(
            "the scheduler cannot read the work that it is to pass on: cnncourse is not installed "
            f"there. Install the course's environment on its machine, too. {GOES_ON}"
        )
    notes = [_differences("the scheduler", here, scheduler, CARRYING)]
    for address, about in there.items():
        found = _packages(about)
        if unfit := _differences(f"the worker {address}", here, found, GRADING):
            raise UnfitWorker(f"{unfit}: install the same, or end that worker. {GOES_ON}")
        notes.append(_differences(f"the worker {address}", here, found, CARRYING))
    return "; ".join(filter(None, notes))


def _packages(about: Mapping[str, Any]) -> dict[str, str | None]:
    """{name: version or None} of what Dask says of a process."""
    python = ".".join(about["host"]["python"].split(".")[:3])
    return {**about["packages"], "python": python}


def _differences(
    who: str,
    here: Mapping[str, str | None],
    there: Mapping[str, str | None],
    names: tuple[str, ...],
) -> str:
    """
    >>> _differences("w", {"torch": "2.1", "numpy": "2"}, {"numpy": "1"}, ("torch", "numpy"))
    'w has other versions than this machine: no torch (here 2.1), numpy 1 (here 2)'
    """
    found = [
        f"{name} {there[name]} (here {here.get(name)})"
        if there.get(name)
        else f"no {name} (here {here.get(name)})"
        for name in names
        if there.get(name) != here.get(name)
    ]
    return f"{who} has other versions than this machine: {', '.join(found)}" if found else ""


class Workers:
    """What is known of the workers, and what there is to wait for; times by our own clock."""

    def __init__(self, address: str):
        self.address, self.ever = address, False
        self.about: Mapping[str, Mapping[str, Any]] = {}
        self._heard: dict[str, tuple[float, float]] = {}  # last sign of life, and when it was new

    def update(self, about: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Take what the scheduler says; the addresses of workers that are new."""
        new, now = [name for name in about if name not in self.about], time.monotonic()
        self.about, self.ever = about, self.ever or bool(about)
        for name, one in about.items():
            if self._heard.get(name, (None, 0))[0] != one["last_seen"]:
                self._heard[name] = one["last_seen"], now
        return new

    @property
    def threads(self) -> int:
        return sum(int(one["nthreads"]) for one in self.about.values())

    @property
    def reason(self) -> str:
        """Why nothing can be expected, and what to do; "" if some worker works."""
        start = f"start one with `dask worker {self.address}`"
        if not self.about:
            return (
                f"no worker is left; {start}" if self.ever else f"no worker has come yet; {start}"
            )
        now = time.monotonic()
        silent = [n for n in self.about if now - self._heard[n][1] > SILENT_SECONDS]
        paused = [n for n in self.about if self.about[n]["status"] != "running"]
        if {*silent, *paused} < set(self.about):
            return ""
        if silent:
            return f"nothing is heard of the worker {silent[0]}; is its machine cut off? Or {start}"
        return (
            f"the worker {paused[0]} is {self.about[paused[0]]['status']}, as Dask has it when its "
            f"memory is nearly full; end what else runs there, or {start}"
        )


def in_words(error: BaseException) -> str:
    """What an error of the cluster's or the gradebook's means; else its name and message."""
    if isinstance(error, KilledWorker):
        return (
            f"the workers that examined it died, the last one {error.last_worker.address}: their "
            "machines ran out of memory, or somebody ended them; their logs say which"
        )
    if isinstance(error, DatabaseError):
        return advice(f"{type(error).__name__}: {error.orig}")
    return f"{type(error).__name__}: {error}"


def is_unread(error: BaseException) -> bool:
    """Is it Dask's word for work that a scheduler or a worker could not read?"""
    return isinstance(error, RuntimeError) and "deserialization" in str(error)
