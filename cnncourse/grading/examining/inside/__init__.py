"""The programs that run inside the sandbox: a warm process, and the two children that it forks.

`warm.py` imports torch once and forks for each submission; one child becomes `student.py`, which
runs the cells that a student could edit, the other `examiner.py`, which runs the tests. Read
`examiner.py` first: it decides the points of each test.
"""
