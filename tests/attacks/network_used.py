# Calls a listener on the grading machine, a name server and the world, by TCP, UDP and a proxy.
# honest: 0
# stock: no (without a sandbox it would reach the network or the kernel)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import socket
import urllib.request

try:
    port = int(open("port.txt").read())
except OSError:
    port = 9
for family, address in ((socket.AF_INET, ("127.0.0.1", port)), (socket.AF_INET6, ("::1", port)),
                        (socket.AF_INET, ("0.0.0.0", port)), (socket.AF_UNIX, "\0cnncourse"),
                        (socket.AF_INET, ("192.0.2.1", 80))):
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(0.3)
        try:
            sock.connect(address)
            print("ESC" + "APED", address)
        except OSError:
            pass
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    try:
        sock.sendto(b"hello", ("192.0.2.1", 53))
        print("ESC" + "APED")
    except OSError:
        pass
try:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=0.3)
    print("ESC" + "APED")
except OSError:
    pass
