"""Limits of memory and processes, and processor time, by control groups, versions 1 and 2."""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
MISSING = (
    "no control group can be made here for memory and processes. As root on a machine whose "
    "/sys/fs/cgroup is writable, nothing has to be done; as an ordinary user, start the "
    "command by `systemd-run --user --scope -p Delegate=yes COMMAND`"
)
KINDS = "memory", "pids", "cpuacct"
SUPERVISOR = "cnncourse-supervisor"

Hierarchy = tuple[
    int, dict[str, Path]
]  # version, {"memory": folder, "pids": folder, "cpuacct": folder}


class CgroupError(OSError):
    """Control groups cannot be used here; the message says what to do."""


class Cgroup:
    """One group for one sandboxed process and all that it starts; see `find_hierarchy`."""

    def __init__(self, hierarchy: Hierarchy, memory_bytes: int, processes: int):
        # Its processes can read the name, which must not tell how many there were before.
        name = f"cnncourse-{os.getpid()}-{secrets.token_hex(8)}"
        self.version, bases = hierarchy
        self.folders = {kind: base / name for kind, base in bases.items()}
        for folder in set(self.folders.values()):
            folder.mkdir()
        memory, pids = self.folders["memory"], self.folders["pids"]
        (pids / "pids.max").write_text(str(processes))
        if self.version == 2:
            (memory / "memory.max").write_text(str(memory_bytes))
            settings = {"memory.swap.max": "0", "memory.oom.group": "1"}
        else:
            (memory / "memory.limit_in_bytes").write_text(str(memory_bytes))
            settings = {"memory.memsw.limit_in_bytes": str(memory_bytes)}
        for file, text in settings.items():
            with suppress(OSError):  # a kernel without swap accounting has no such file
                if (memory / file).exists():
                    (memory / file).write_text(text)

    def add(self, pid: int) -> None:
        for folder in set(self.folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def out_of_memory(self) -> bool:
        """Did the kernel end a process of the group for its memory?"""
        file = "memory.events" if self.version == 2 else "memory.oom_control"
        return _field(self.folders["memory"] / file, "oom_kill") > 0

    def peak_memory(self) -> int:
        """Bytes; 0 where the kernel does not count them."""
        file = "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes"
        with suppress(OSError):
            return int((self.folders["memory"] / file).read_text())
        return 0

    def cpu_seconds(self) -> float:
        """What all its processes took, those that ended too."""
        if self.version == 2:
            return _field(self.folders["cpuacct"] / "cpu.stat", "usage_usec") / 1e6
        return int((self.folders["cpuacct"] / "cpuacct.usage").read_text()) / 1e9

    def remove(self) -> None:
        for folder in set(self.folders.values()):
            for _ in range(50):  # the kernel lets go of dead processes a little later
                with suppress(OSError):
                    folder.rmdir()
                if not folder.exists():
                    break
                time.sleep(0.01)


def sweep(hierarchy: Hierarchy) -> None:
    """Remove the groups of workers that were killed."""
    for base in set(hierarchy[1].values()):
        for folder in base.glob("cnncourse-*-*"):
            if not Path("/proc", folder.name.split("-")[1]).exists():
                with suppress(OSError):
                    folder.rmdir()


def _field(path: Path, name: str) -> int:
    with suppress(OSError):
        for line in path.read_text().splitlines():
            if line.split()[0] == name:
                return int(line.split()[1])
    return 0


def find_hierarchy(root: Path = ROOT, own: Path = Path("/proc/self/cgroup")) -> Hierarchy:
    """The version and the folders in which groups can be made.

    Raises CgroupError, whose message says what to do, if there is none.
    """
    lines = [line.split(":", 2) for line in own.read_text().splitlines()]
    paths = {kind: path for _, kinds, path in lines for kind in kinds.split(",")}
    try:
        if (root / "cgroup.controllers").exists():
            base = _version_2(root, paths.get("", "/"))
            return 2, dict.fromkeys(KINDS, base)
        bases = {}
        for kind in KINDS:
            # In a container the path is the host's, and the folder the container's own.
            inner = root / kind / paths.get(kind, "/").lstrip("/")
            bases[kind] = inner if inner.is_dir() else root / kind
            if not (bases[kind] / "cgroup.procs").exists() or not os.access(bases[kind], os.W_OK):
                raise CgroupError(MISSING)
        return 1, bases
    except OSError as error:
        raise CgroupError(f"{MISSING}. ({error})" if str(error) != MISSING else MISSING) from None


def _version_2(root: Path, path: str) -> Path:
    """Root takes the top; anyone else the group that was delegated to them."""
    own = root / path.lstrip("/")
    if own.name == SUPERVISOR:  # where this process was moved by an earlier call
        own = own.parent
    for base in (root, own) if os.geteuid() == 0 else (own,):
        control = base / "cgroup.subtree_control"
        if not os.access(control, os.W_OK):
            continue
        if not {"memory", "pids"} <= set(control.read_text().split()):
            try:
                control.write_text("+memory +pids")
            except OSError:
                # A group whose controllers are handed on must not hold processes itself.
                leaf = base / SUPERVISOR
                leaf.mkdir(exist_ok=True)
                for pid in (base / "cgroup.procs").read_text().split():
                    with suppress(OSError):
                        (leaf / "cgroup.procs").write_text(pid)
                control.write_text("+memory +pids")
        return base
    raise CgroupError(MISSING)
