"""A class: submissions examined side by side, resumed where a run stopped.

Promised: one verdict for every submission, whatever the others do; what is done is not done again;
a kill at any moment loses nothing. Read `batch.py` first, the master; `jobs.py` is what a worker
does, `cluster.py` where workers are.
"""
