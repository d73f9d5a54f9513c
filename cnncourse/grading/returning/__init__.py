"""Grades on their way back: whose each one is on a platform, and the table of the term.

Promised: a grade goes to the person whose it is, or a sentence says whose could not go anywhere;
all that is not as it seems is said before anything is written. Read `back.py` first.
"""
