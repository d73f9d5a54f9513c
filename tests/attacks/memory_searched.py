# Reads its own process's memory, every object and every frame for what tests may have left there.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
answer = "later"
# %% last
import gc
import re
import sys

found = set()
pattern = re.compile(rb"canary_[0-9a-f]{16}")
for thing in gc.get_objects():
    if isinstance(thing, (str, dict, list, tuple)) and len(thing) < 10_000:
        found.update(pattern.findall(repr(thing).encode(errors="replace"))
                     if isinstance(thing, str) else
                     (m for v in thing if isinstance(v, str) for m in pattern.findall(v.encode(
                         errors="replace"))))
frame = sys._getframe()
while frame:
    found.update(pattern.findall(repr(list(frame.f_locals))[:100_000].encode(errors="replace")))
    frame = frame.f_back
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        place, rights = line.split()[:2]
        start, end = (int(x, 16) for x in place.split("-"))
        if rights.startswith("rw") and end - start < 1 << 26 and "[v" not in line:
            try:
                memory.seek(start)
                found.update(pattern.findall(memory.read(end - start)))
            except OSError:
                pass
print(found)
