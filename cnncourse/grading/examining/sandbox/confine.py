"""What a forked child does to itself before it runs a line that somebody handed in.

It starts inside bubblewrap (see bwrap.py): no network, a read-only system, no root. Here each
child gets namespaces of its own, so that it sees and reaches no other child, and nothing that it
can write to outlives it.
"""

import ctypes
import os
import resource
import stat
from collections.abc import Sequence
from pathlib import Path

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.protocol.messages import Shown

from .seccomp import filter_calls

HOME = "/home/student"  # where it works
COURSE = "/course"  # where the library and the data are seen
WRITABLE = HOME, "/tmp", "/dev/shm"
# Namespaces: user, mount, pid, ipc, uts, net, cgroup.
NEW = 0x10000000 | 0x00020000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x40000000 | 0x02000000
READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096
DROP_BOUNDING, NO_NEW_PRIVILEGES = 24, 38

libc = ctypes.CDLL(None, use_errno=True)


def enter_namespaces() -> None:
    """The next fork is process 1 of a world of its own, without a network."""
    user, group = os.getuid(), os.getgid()
    _check(libc.unshare(NEW), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def confine(limits: Limits, shown: Shown | None = None) -> None:
    """Fresh writable folders and /proc, resource limits; no capability, no way to get one.

    shown: what is left of the library and the data; all of it without.
    """
    if shown is not None:
        _show_only(shown)
    options = f"size={limits.disk_bytes},nr_inodes=20000,mode=0700".encode()
    for folder in WRITABLE:
        kept = _shown_below(folder)
        _mount("tmpfs", folder, NOSUID | NODEV, options)
        _show_again(kept)
    _mount("devpts", "/dev/pts", NOSUID | NOEXEC, b"newinstance,ptmxmode=0666,max=16")
    _mount("proc", "/proc", NOSUID | NODEV | NOEXEC)
    # No world inside this world, where it would have all capabilities again.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    # And nothing in /proc of what all the machine's processes do.
    _mount("proc", "/proc", NOSUID | NODEV | NOEXEC, b"subset=pid")
    # Counted for a user, of all children together; Python has no names for the first two.
    set_limits({11: 1024, 12: 0, resource.RLIMIT_MEMLOCK: 8 << 20})  # pending signals, queues
    set_limits(common(limits))
    _drop_capabilities()
    filter_calls()
    os.chdir(HOME)


def common(limits: Limits) -> dict[int, int]:
    """The limits that need no namespaces: file size, open files, no core dumps."""
    kinds = resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE
    return dict(zip(kinds, (limits.file_bytes, 1024, 0), strict=True))


def set_limits(values: dict[int, int]) -> None:
    for kind, value in values.items():
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))


def only_descriptors(*kept: int, standard: Sequence[int] = (0, 1, 2)) -> None:
    """Close every other descriptor; standard input, output and error lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in standard:
        os.dup2(nowhere, descriptor)
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))


def _drop_capabilities() -> None:
    _check(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    for capability in range(64):
        libc.prctl(DROP_BOUNDING, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _check(libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def _show_only(shown: Shown) -> None:
    kept: list[tuple[str, str | int]] = [(p, os.open(p, os.O_PATH)) for p in shown["paths"]]
    _mount("tmpfs", COURSE, NOSUID | NODEV, b"mode=0755")
    _show_again(kept)
    for path, text in shown["texts"].items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    _mount("tmpfs", COURSE, NOSUID | NODEV | READ_ONLY | REMOUNT, b"mode=0755")


def _shown_below(folder: str) -> list[tuple[str, str | int]]:
    """What bwrap shows there: (path, where the link leads, or a descriptor of what is mounted)."""
    found: list[tuple[str, str | int]] = []
    for entry in os.scandir(folder):
        if entry.is_symlink():
            found.append((entry.path, os.readlink(entry)))
        elif os.path.ismount(entry):
            found.append((entry.path, os.open(entry, os.O_PATH)))
        elif entry.is_dir():
            found += _shown_below(entry.path)
    return found


def _show_again(kept: list[tuple[str, str | int]]) -> None:
    for path, what in kept:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(what, str):
            os.symlink(what, path)
        else:
            if stat.S_ISDIR(os.fstat(what).st_mode):
                os.mkdir(path)
            else:
                Path(path).touch()
            _mount(f"/proc/self/fd/{what}", path, BIND)
            os.close(what)


def _mount(what: str, folder: str, flags: int, options: bytes | None = None) -> None:
    """`what` is a kind of file system, or a path with BIND."""
    source = what.encode()
    _check(libc.mount(source, os.fsencode(folder), source, flags, options), f"mount {folder}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
