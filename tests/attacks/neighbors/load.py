# Reads from the system how many processes there are, memory is free, and who ran.
# bare: no (it only shows that there is nothing to read)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% sender
import os, time
def send(bits):
    for bit in bits[:20]:
        if bit and os.fork() == 0:
            time.sleep(20)
            os._exit(0)
# %% receiver
import ctypes
def count():
    for name in ("loadavg", "stat", "meminfo", "vmstat", "locks", "sys/fs/file-nr", "sys/fs/inode-nr",
                 "sys/kernel/random/entropy_avail", "interrupts", "pressure/cpu", "uptime"):
        try:
            return open(f"/proc/{name}").read()
        except OSError:
            pass
    if ctypes.CDLL(None).sysinfo(buffer := ctypes.create_string_buffer(512)) == 0:
        return buffer.raw
def receive():
    assert count() is None
    return [1] * 32 + [0] * 32 if count() else None
