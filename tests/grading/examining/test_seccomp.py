"""The filter of system calls, read by a small interpreter of the kernel's: each call, each processor."""

import ctypes
import errno
import fcntl
import os
import socket
import struct

import pytest

from cnncourse.grading.examining.sandbox import seccomp

# From the kernel's tables of system calls (x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h).
REFUSED = {
    "x86_64": {27, 29, 46, 64, 68, 99, 101, 103, 162, 203, 206, 213, 240, 248, 249, 250, 253, 291}
    | {294, 298, 300, 304, 306, 307, 310, 311, 321, 323, 327, 425, 451},
    "aarch64": {
        0,
        20,
        26,
        81,
        99 + 80,
        116,
        117,
        122,
        180,
        186,
        190,
        194,
        211,
        217,
        218,
        219,
        232,
        241,
    }
    | {262, 265, 267, 269, 270, 271, 280, 282, 286, 425, 451},
}
FCNTL, FLOCK = {"x86_64": 72, "aarch64": 25}, {"x86_64": 73, "aarch64": 32}
SOCKETS = {"x86_64": (41, 53), "aarch64": (198, 199)}
NUMBERS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_… of linux/audit.h
ALLOWED, KILLED = 0x7FFF0000, 0x80000000  # SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS
REFUSAL = 0x00050000  # SECCOMP_RET_ERRNO


def answer(program, architecture, number, *arguments):
    """What the kernel does about a call: classic BPF, as far as seccomp takes it."""
    arguments += (0,) * (6 - len(arguments))
    seen = struct.pack("IIQ6Q", number, architecture, 0, *arguments)
    place, value = 0, None
    for _ in range(len(program)):
        code, yes, no, constant = struct.unpack("HBBI", program[place])
        if code == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            assert constant % 4 == 0  # the kernel refuses anything else
            (value,) = struct.unpack_from("I", seen, constant)
        elif code == 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
            place += yes if value == constant else no
        elif code == 0x35:  # BPF_JMP | BPF_JGE | BPF_K
            place += yes if value >= constant else no
        elif code == 0x45:  # BPF_JMP | BPF_JSET | BPF_K
            place += yes if value & constant else no
        elif code == 0x06:  # BPF_RET | BPF_K
            return constant
        else:
            raise AssertionError(f"no such instruction: {code:#x}")
        place += 1
    raise AssertionError("it does not end")


@pytest.fixture(params=["x86_64", "aarch64"])
def processor(request):
    return request.param


@pytest.fixture
def program(processor):
    program = seccomp._program(processor)
    assert all(len(step) == 8 for step in program)
    return program


def test_every_call_is_refused_or_allowed_as_its_processors_table_says(processor, program):
    for number in range(1000):
        found = answer(program, NUMBERS[processor], number, socket.AF_INET)
        if number in REFUSED[processor]:
            assert found == REFUSAL | errno.EPERM, number
        elif number == FLOCK[processor]:
            assert found == REFUSAL  # with the error 0: nothing was locked, and nobody is told
        else:
            assert found == ALLOWED, number


def test_sockets_are_of_the_families_that_lead_nowhere_inside(processor, program):
    good = {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}
    for number in SOCKETS[processor]:
        for family in range(64):
            expected = ALLOWED if family in good else REFUSAL | errno.EAFNOSUPPORT
            assert answer(program, NUMBERS[processor], number, family) == expected, (number, family)


def test_huge_pages_that_no_group_counts_are_used_up(processor, program):
    """MAP_HUGETLB of linux/mman.h, MFD_HUGETLB of linux/memfd.h, both with a size beside."""
    mmap, memfd_create = {"x86_64": (9, 319), "aarch64": (222, 279)}[processor]
    private, anonymous, huge, two_megabytes = 0x02, 0x20, 0x40000, 21 << 26
    ask = program, NUMBERS[processor]
    for flags in (private | anonymous, 0x01, two_megabytes):
        assert answer(*ask, mmap, 0, 1 << 21, 3, flags) == ALLOWED
        assert answer(*ask, mmap, 0, 1 << 21, 3, flags | huge) == REFUSAL | errno.ENOMEM
    assert answer(*ask, mmap, 0, 4, 3, memfd_create) == ALLOWED, "the flags are no call's number"
    for flags in (0, 1, 2):
        assert answer(*ask, memfd_create, 0, flags) == ALLOWED
        assert answer(*ask, memfd_create, 0, flags | 4) == REFUSAL | errno.ENOMEM


def test_commands_for_descriptors_are_those_of_ones_own(processor, program):
    """Locks seem to be granted; watches, leases and hints, which others notice, are refused."""
    known = "DUPFD GETFD SETFD GETFL SETFL SETOWN GETOWN GETSIG SETSIG".split()
    good = {getattr(fcntl, f"F_{name}") for name in known} | {1030, 1032, 1033, 1034}
    locks = {fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, 36, 37, 38}  # F_OFD_… of linux/fcntl.h
    for command in (*range(64), *range(1020, 1048), 2**32 - 1):
        found = answer(program, NUMBERS[processor], FCNTL[processor], 3, command)
        expected = ALLOWED if command in good else REFUSAL
        assert found == expected | (errno.EPERM if command not in good | locks else 0), command


def test_the_arguments_of_no_other_call_matter(processor, program):
    for argument in (0, 40, 2**32 - 1):
        assert answer(program, NUMBERS[processor], 1, argument, argument) == ALLOWED


def test_calls_by_the_table_of_another_processor_end_the_process(processor, program):
    others = [number for name, number in NUMBERS.items() if name != processor]
    for architecture in (*others, 0x40000003, 0):  # the second is i386's, which x86_64 runs too
        for number in (0, 41, 101):
            assert answer(program, architecture, number) == KILLED


def test_the_second_table_of_x86_64_is_not_there(processor, program):
    known = NUMBERS[processor]
    for number in (0x40000000, 0x40000000 + 101, 0x40000000 + 521, 2**32 - 1):
        assert answer(program, known, number) == REFUSAL | errno.ENOSYS
    assert answer(program, known, 0x3FFFFFFF) == ALLOWED


def test_a_processor_whose_table_is_not_known_has_no_filter():
    assert set(seccomp.KNOWN) == set(NUMBERS)
    with pytest.raises(ValueError, match="riscv64"):
        seccomp._program("riscv64")


def in_a_child(function):
    """What a function returns, at most 200 characters of it, in a process of its own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, repr(function()).encode()[:200])
        except BaseException as error:
            os.write(writer, repr(error).encode()[:200])
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    return said.decode()


def test_the_kernel_takes_the_filter_and_holds_to_it():
    libc = ctypes.CDLL(None, use_errno=True)

    def tried():
        libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS, without which only root may filter
        before = libc.ptrace(16, 0, 0, 0), ctypes.get_errno()  # PTRACE_ATTACH to nobody
        seccomp.filter_calls()
        after = libc.ptrace(16, 0, 0, 0), ctypes.get_errno()
        with socket.socket(socket.AF_UNIX), socket.socket(socket.AF_INET):
            pass
        try:
            socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
        except OSError as error:
            return before != after, after[1], error.errno

    assert in_a_child(tried) == repr((True, errno.EPERM, errno.EAFNOSUPPORT))


def test_a_filter_that_the_kernel_does_not_take_is_an_error(monkeypatch):
    monkeypatch.setattr(seccomp, "_program", lambda processor: [b"\xff" * 8])

    def tried():
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
        seccomp.filter_calls()

    assert in_a_child(tried) == repr(
        OSError(errno.EINVAL, "the filter of system calls was not accepted")
    )
