# System calls that no exercise needs and that kernels were broken by: keys, BPF, io_uring, ...
# honest: 0
# stock: no (without a sandbox it would reach the network or the kernel)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": {"add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321, "userfaultfd": 323,
                      "perf_event_open": 298, "io_uring_setup": 425, "open_by_handle_at": 304},
           "aarch64": {"add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280,
                       "userfaultfd": 282, "perf_event_open": 241, "io_uring_setup": 425}}
ENOSYS, EPERM = 38, 1
buffer = ctypes.create_string_buffer(256)
for name, number in numbers.get(platform.machine(), {}).items():
    arguments = {"add_key": (b"user", b"cnncourse", b"hello", 5, -4), "io_uring_setup": (4, buffer),
                 "keyctl": (0, -4, 1)}.get(name, (0, buffer, 120, -1, 0))
    for bit in (0, 1 << 30):  # the second is x86's other way to call, where there is one
        ctypes.set_errno(0)
        if libc.syscall(number | bit, *arguments) >= 0 or ctypes.get_errno() not in (ENOSYS, EPERM):
            print("ESC" + "APED", name, ctypes.get_errno())
