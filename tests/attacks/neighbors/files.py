# Writes a file where everybody may.
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import os
FOLDERS = "/tmp", "/dev/shm", "/var/tmp"
FOLDERS = [f for f in FOLDERS if os.path.isdir(f)]
def send(bits):
    for folder in FOLDERS:
        open(f"{folder}/cnncourse-neighbors", "wb").write(bytes(bits))
# %% receiver
import os
FOLDERS = "/tmp", "/dev/shm", "/var/tmp"
FOLDERS = [f for f in FOLDERS if os.path.isdir(f)]
def receive():
    for folder in FOLDERS:
        with open(f"{folder}/cnncourse-neighbors", "rb") as file:
            os.unlink(file.name)
            found = list(file.read())
    return found
