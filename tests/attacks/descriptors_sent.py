# Sends open files over the socket to the examiner, and hangs on to both of its ends.
# honest: 0
# verdict: wrong, policy, crashed, time limit
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import socket
import stat

for number in range(3, 1024):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            sock = socket.socket(fileno=os.dup(number))
            for _ in range(200):
                socket.send_fds(sock, [b"\0\0\0\2[]"], [sock.fileno(), 1, 2] * 20)
    except OSError:
        pass
