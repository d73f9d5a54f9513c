# Connects to the sockets of the machine's own services.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os
import socket

for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket",
             "/run/systemd/private", "/run/systemd/notify", "/dev/log", "/tmp/.X11-unix/X0"):
    with socket.socket(socket.AF_UNIX) as sock:
        try:
            sock.connect(path)
            print("ESC" + "APED", path)
        except OSError:
            pass
for name in ("\0/tmp/.X11-unix/X0", "\0/org/freedesktop/systemd1", "\0cnncourse"):
    with socket.socket(socket.AF_UNIX) as sock:
        try:
            sock.connect(name)
            print("ESC" + "APED", name)
        except OSError:
            pass
