"""What keeps a submission in: bubblewrap, namespaces, refused system calls, control groups.

Promised: code inside reads nothing but programs, libraries and data, writes nothing that outlives
it, reaches no network, and uses no more than its limits. `bwrap.check` says whether this machine
can.

Read `bwrap.py` first, the outer wall; `confine.py` is what each child does to itself inside it.
"""
