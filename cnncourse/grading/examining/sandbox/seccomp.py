"""System calls that a submission does without: a filter that the kernel applies (seccomp).

Namespaces hold back most, but not sockets to the host of a virtual machine, nor key rings that
belong to a user, nor what two submissions see of one file: locks, watches, hints, what of it is in
memory. The rest counts for a user or the whole machine, keeps its disks busy, or is what kernels
were most often broken by.
"""

import ctypes
import errno
import platform
import socket
import struct
from collections.abc import Iterable

KNOWN = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # processor: number of its architecture
REFUSED = {  # system call: its number on each of these; None where there is none
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    "mincore": (27, 232), "preadv2": (327, 286), "cachestat": (451, 451),
    "sysinfo": (99, 179), "syslog": (103, 116), "perf_event_open": (298, 241),
    "sched_setaffinity": (203, 122), "io_setup": (206, 0), "io_uring_setup": (425, 425),
    "sync": (162, 81), "syncfs": (306, 267),
    # Descriptors under way are counted for a user, and so is what an epoll watches.
    "sendmsg": (46, 211), "sendmmsg": (307, 269), "epoll_create": (213, None),
    "epoll_create1": (291, 20),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "open_by_handle_at": (304, 265), "bpf": (321, 280), "userfaultfd": (323, 282),
}  # fmt: skip
SOCKETS = {"socket": (41, 198), "socketpair": (53, 199)}  # allowed for some families
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)  # inside, they lead nowhere
FCNTL, FLOCK = (72, 25), (73, 32)
# A lock seems to be granted and is none: who writes a file of their own need not fail, as SQLite
# would, and who locks a file of the system learns nothing.
LOCKS = (5, 6, 7, 36, 37, 38)  # F_GETLK, F_SETLK, F_SETLKW; F_OFD_...
# F_DUPFD to F_SETFL, F_SETOWN to F_GETSIG, F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS
COMMANDS = (0, 1, 2, 3, 4, 8, 9, 10, 11, 1030, 1032, 1033, 1034)
# Huge pages that a machine keeps ready count for no control group of memory, and here there are
# none: MAP_HUGETLB and MFD_HUGETLB, and which argument holds them.
HUGE = {"mmap": ((9, 222), 40, 0x40000), "memfd_create": ((319, 279), 24, 4)}

LOAD, EQUAL, AT_LEAST, ANY, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of classic BPF
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24  # where they lie in struct seccomp_data
KILL, REFUSE, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
OTHER_ABI = 0x40000000  # x86_64 takes each call a second time from this number on
SET_SECCOMP, FILTER = 22, 2


def filter_calls() -> None:
    """Refuse them from now on, here and in every process started from here."""
    program = _program(platform.machine())
    text = ctypes.create_string_buffer(b"".join(program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(text)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_SECCOMP, FILTER, header, 0, 0):
        raise OSError(ctypes.get_errno(), "the filter of system calls was not accepted")


def _program(processor: str) -> list[bytes]:
    """Instructions of 8 bytes; a jump goes on `yes` or `no` instructions further."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    def when(values: Iterable[int | None], action: int) -> list[bytes]:
        known = [value for value in values if value is not None]
        return [i for n in known for i in (step(EQUAL, n, no=1), step(RETURN, action))]

    def only(call: int, argument: int, *then: bytes) -> list[bytes]:
        return [step(EQUAL, call, no=len(then) + 1), step(LOAD, argument), *then]

    column = list(KNOWN).index(processor)
    families = [*when(FAMILIES, ALLOW), step(RETURN, REFUSE | errno.EAFNOSUPPORT)]
    none_left = [step(RETURN, REFUSE | errno.ENOMEM), step(RETURN, ALLOW)]
    huge: list[bytes] = []
    for numbers, argument, flag in HUGE.values():
        huge += only(numbers[column], argument, step(ANY, flag, no=1), *none_left)
    commands = [*when(LOCKS, REFUSE), *when(COMMANDS, ALLOW), step(RETURN, REFUSE | errno.EPERM)]
    return [
        step(LOAD, ARCHITECTURE),
        step(EQUAL, KNOWN[processor], yes=1),
        step(RETURN, KILL),
        step(LOAD, NUMBER),
        step(AT_LEAST, OTHER_ABI, no=1),
        step(RETURN, REFUSE | errno.ENOSYS),
        *when([numbers[column] for numbers in REFUSED.values()], REFUSE | errno.EPERM),
        *when([FLOCK[column]], REFUSE),  # with the error 0: it did nothing, and says it did
        *only(FCNTL[column], SECOND, *commands),
        *[i for numbers in SOCKETS.values() for i in only(numbers[column], FIRST, *families)],
        *huge,
        step(RETURN, ALLOW),
    ]
