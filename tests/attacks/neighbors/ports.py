# Binds ports of the loopback interface.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import socket
kept = []
def send(bits):
    for place, bit in enumerate(bits):
        if bit:
            kept.append(socket.socket())
            kept[-1].bind(("127.0.0.1", 23450 + place))
# %% receiver
import socket
def bound(place):
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", 23450 + place))
        except OSError:
            return 1
    return 0
def receive():
    return [bound(place) for place in range(64)]
