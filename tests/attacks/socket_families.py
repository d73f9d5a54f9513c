# Opens (and no more) sockets that no network namespace holds back: to the host of a virtual machine,
# to the kernel's cipher code, to raw packets.
# honest: 0
# stock: no (without a sandbox it would reach the network or the kernel)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import socket

for family, kind in ((40, socket.SOCK_STREAM), (40, socket.SOCK_DGRAM), (38, socket.SOCK_SEQPACKET),
                     (17, socket.SOCK_RAW), (16, socket.SOCK_RAW), (29, socket.SOCK_RAW),
                     (31, socket.SOCK_RAW), (44, socket.SOCK_RAW), (15, socket.SOCK_RAW),
                     (socket.AF_INET, socket.SOCK_RAW)):
    try:
        socket.socket(family, kind).close()
        print("ESC" + "APED", family)
    except OSError:
        pass
