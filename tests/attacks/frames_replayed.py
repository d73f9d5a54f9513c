# Answers before it is asked, repeats its answers and asks with numbers that are not the next.
# honest: 0
# verdict: policy
# %% answer
import json
import os
import stat
import struct

link = next(n for n in range(3, 64) if stat.S_ISSOCK(os.fstat(n).st_mode))


def say(*body):
    text = json.dumps([[], body]).encode()
    os.write(link, struct.pack("!I", len(text)) + text)


for number in (0, 1, 2, 3, 3, 7, 2**70):
    say(["value", number], [["tuple", ["list"], 0]])
    say(["ask", number, "call", []], [["yours", 1], ["list"], ["dict"], None])
