"""What `make bench` runs: each module measures one subject and yields rows of one table."""

import os

# NumPy asks Linux for huge pages whenever an array is large, torch only when told to. Without
# them the kernel's page faults are most of what large columns cost, and the comparison of NumPy
# with torch would be one of their allocators. Read at torch's first allocation.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
