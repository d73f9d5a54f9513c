"""A grade that somebody asks about: what failed and on which input, whose points a change moves.

    watching.py  runs before a test, in its process, and writes down calls and comparisons
    show.py      a notebook of a submission with all that; begin here
    changes.py   what a regrade would change for the class

Nothing here writes to the gradebook or a record, and submissions run in the sandbox only.
"""
