# Prints until it is stopped, to fill the grader's memory, disk and gradebook.
# honest: 0
# stock: no (gigabytes of output)
# verdict: time limit, wrong
# %% answer
import sys
import time

end = time.monotonic() + 20
while time.monotonic() < end:
    print("x" * 1000)
    print("y", file=sys.stderr)
