# Reads from and writes to every open descriptor: the grader's sockets, logs and control messages.
# honest: 0
# verdict: wrong, policy, crashed, time limit
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os

for descriptor in range(1024):
    for message in (b'{"pid": 1}', b'{"status": 0, "cpu_seconds": 0, "peak_memory_bytes": 0}',
                    b'{"event": "test", "key": "hidden", "points": 4, "message": "", "outputs": []}'):
        try:
            os.set_blocking(descriptor, False)
            os.write(descriptor, message)
            os.read(descriptor, 100)
        except OSError:
            pass
