"""System calls that a submission does without: a filter that the kernel applies (seccomp).

Namespaces hold back most, but not sockets to the host of a virtual machine, nor key rings that
belong to a user; and the rest listed here is what kernels were most often broken by.
"""

import ctypes
import errno
import platform
import socket
import struct
from itertools import chain

KNOWN = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # processor: number of its architecture
REFUSED = {  # system call: its number on each of these
    "ptrace": (101, 117),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
SOCKETS = {"socket": (41, 198), "socketpair": (53, 199)}  # allowed for some families
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)  # inside, they lead nowhere

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of classic BPF
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # where they lie in struct seccomp_data
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

    column = list(KNOWN).index(processor)
    refused = [numbers[column] for numbers in REFUSED.values()]
    sockets = [numbers[column] for numbers in SOCKETS.values()]
    refusals = [(step(EQUAL, n, no=1), step(RETURN, REFUSE | errno.EPERM)) for n in refused]
    families = [step(EQUAL, family, yes=len(FAMILIES) - i) for i, family in enumerate(FAMILIES)]
    return [
        step(LOAD, ARCHITECTURE),
        step(EQUAL, KNOWN[processor], yes=1),
        step(RETURN, KILL),
        step(LOAD, NUMBER),
        step(AT_LEAST, OTHER_ABI, no=1),
        step(RETURN, REFUSE | errno.ENOSYS),
        *chain(*refusals),
        step(EQUAL, sockets[0], yes=2),
        step(EQUAL, sockets[1], yes=1),
        step(RETURN, ALLOW),
        step(LOAD, FIRST_ARGUMENT),
        *families,
        step(RETURN, REFUSE | errno.EAFNOSUPPORT),
        step(RETURN, ALLOW),
    ]
