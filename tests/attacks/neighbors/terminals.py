# Writes to a terminal of its neighbor's, if there is one to be seen.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import os
def send(bits):
    global kept
    kept = [os.openpty() for _ in range(8)]
    os.write(kept[0][0], bytes(b"01"[bit] for bit in bits) + b"\n")
    for place in range(1, 8):  # as the number of one says nothing
        os.write(kept[place][0], bytes(b"01"[bit] for bit in bits) + b"\n")
# %% receiver
import os
def receive():
    for name in os.listdir("/dev/pts"):
        if name.isdigit():
            terminal = os.open(f"/dev/pts/{name}", os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            try:
                text = os.read(terminal, 100).strip()
            except OSError:
                continue
            if len(text) == 64 and not text.strip(b"01"):
                return [c - 48 for c in text]
