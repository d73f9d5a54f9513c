# Takes all there is of what the kernel counts for a user or for the machine: asynchronous slots,
# watches of every kind, terminals, pending signals, queues, keys, descriptors that are under way,
# the time of its disks.
# honest: 0
# stock: no (without a sandbox it would use up this machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import array
import ctypes
import os
import platform
import socket

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
context, buffer = ctypes.c_ulong(), ctypes.create_string_buffer(256)
tries = {
    "io_setup": (206 if x86 else 0, 60_000, ctypes.byref(context)),
    "inotify_init1": (294 if x86 else 26, 0),
    "fanotify_init": (300 if x86 else 262, 0, 0),
    "mq_open": (240 if x86 else 180, b"queue", 0o102, 0o600, None),
    "shmget": (29 if x86 else 194, 5, 4096, 0o1600),
    "semget": (64 if x86 else 190, 5, 1, 0o1600),
    "msgget": (68 if x86 else 186, 5, 0o1600),
    "add_key": (248 if x86 else 217, b"user", b"k", b"v", 1, -4),
    "syslog": (103 if x86 else 116, 10, buffer, 0),
    "sysinfo": (99 if x86 else 179, buffer),
    "epoll_create1": (291 if x86 else 20, 0),
    "sync": (162 if x86 else 81,),
}
for name, arguments in tries.items():
    if libc.syscall(*arguments) >= 0:
        print("ESC" + "APED", name)
terminals = []
try:
    while len(terminals) < 64:
        terminals.append(os.openpty())
    print("ESC" + "APED", "terminals")
except OSError:
    for pair in terminals:
        os.close(pair[0]), os.close(pair[1])
timers = 0
while timers < 5000 and libc.timer_create(0, None, ctypes.byref(ctypes.c_void_p())) == 0:
    timers += 1
if timers >= 5000:
    print("ESC" + "APED", "timers")
left, right = socket.socketpair()
try:
    left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
    print("ESC" + "APED", "descriptors")
except OSError:
    pass
