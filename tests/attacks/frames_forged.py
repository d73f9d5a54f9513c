# Takes over the socket and speaks the protocol well: every answer is 8, whatever was asked.
# honest: 1
# verdict: wrong
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import json
import os
import struct

link = next(n for n in map(int, os.listdir("/proc/self/fd"))
            if "socket:" in os.path.realpath(f"/proc/self/fd/{n}"))


def read(count):
    data = b""
    while len(data) < count:
        got = os.read(link, count - len(data))
        if not got:
            os._exit(0)
        data += got
    return data


def say(number, value):
    text = json.dumps([[], [["value", number], [value]]]).encode()
    os.write(link, struct.pack("!I", len(text)) + text)


say(3, ["tuple", ["list"], 0])
while True:
    size, = struct.unpack("!I", read(4))
    sizes, (head, values) = json.loads(read(size))
    for size in sizes:
        read(size)
    if head[2] == "name":
        say(head[1], ["mine", 7])
    elif head[2] == "run":
        say(head[1], ["tuple", ["list"], 0])
    else:
        say(head[1], 8)
