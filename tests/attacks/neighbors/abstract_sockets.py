# Binds sockets that have a name but no file.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import socket
kept = []
def send(bits):
    for place, bit in enumerate(bits):
        if bit:
            kept.append(socket.socket(socket.AF_UNIX))
            kept[-1].bind(f"\0cnncourse-{place}")
# %% receiver
import socket
def bound(place):
    with socket.socket(socket.AF_UNIX) as s:
        try:
            s.bind(f"\0cnncourse-{place}")
        except OSError:
            return 1
    return 0
def receive():
    return [bound(place) for place in range(64)]
