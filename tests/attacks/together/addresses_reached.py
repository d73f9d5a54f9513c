# Asks every kind of address for an answer: cloud metadata, the host, DNS.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import socket

for address in (("169.254.169.254", 80), ("10.0.2.2", 22), ("1.1.1.1", 53), ("127.0.0.1", 22),
                ("127.0.0.1", 8786), ("0.0.0.0", 631)):
    with socket.socket() as sock:
        sock.settimeout(0.2)
        try:
            sock.connect(address)
            print("ESC" + "APED", address)
        except OSError:
            pass
try:
    socket.getaddrinfo("example.org", 80)
    print("ESC" + "APED", "a name")
except OSError:
    pass
try:
    with open("/proc/self/net/route") as file:
        if len(file.readlines()) > 1:
            print("ESC" + "APED", "a route")
except OSError:
    pass
