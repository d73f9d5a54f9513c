# Prints until it is stopped, to fill the grader's memory, disk and gradebook.
# honest: 0
# verdict: time limit, wrong
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import sys
import time

end = time.monotonic() + 20
while time.monotonic() < end:
    print("x" * 1000)
    print("y", file=sys.stderr)
