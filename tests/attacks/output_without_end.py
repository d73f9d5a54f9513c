# Prints until it is stopped, to fill the grader's memory, disk and gradebook.
# honest: 0
# verdict: time limit, wrong
# stock: no (it would take the machine's memory, disk or time)
# %% answer
import sys
import time

end = time.monotonic() + 20
while time.monotonic() < end:
    print("x" * 1000)
    print("y", file=sys.stderr)
