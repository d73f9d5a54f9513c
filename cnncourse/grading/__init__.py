"""Grading in nbgrader's gradebook and forms: `python -m cnncourse.grading [NAME]`.

**Submissions run without a sandbox.** A submitted notebook is a program; here it runs with all
rights of the person who grades, and its code shares a process with the tests. Grade only work
whose authors you trust, or on a machine that holds nothing else.
"""
