# Answers before it is asked, repeats its answers and asks with numbers that are not the next.
# honest: 0
# verdict: policy
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import json
import os
import struct

link = next(n for n in map(int, os.listdir("/proc/self/fd"))
            if "socket:" in os.path.realpath(f"/proc/self/fd/{n}"))


def say(*body):
    text = json.dumps([[], body]).encode()
    os.write(link, struct.pack("!I", len(text)) + text)


for number in (0, 1, 2, 3, 3, 7, 2**70):
    say(["value", number], [["tuple", ["list"], 0]])
    say(["ask", number, "call", []], [["yours", 1], ["list"], ["dict"], None])
