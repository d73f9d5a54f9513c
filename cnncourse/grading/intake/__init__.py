"""What strangers hand in, read where it can do no harm: downloads, folders, notebooks.

Promised: whatever is in a download, each submission is taken or named with the reason, and nothing
that a student wrote is parsed in the process that owns the gradebook. Read `collect.py` first, the
trusted side, then `taking.py`, which the confined process runs: `layouts.py` tells whose a file is,
`archives.py` opens it, `recognize.py` finds the notebook among what was handed in, `notebooks.py`
rebuilds it. `folders.py` reads a submission's folder, `received.py` keeps what the platform said.
"""
