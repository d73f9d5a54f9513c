"""Grading that can be trusted: submissions in a sandbox, tests outside of it.

    examining/   one submission in a sandbox, its tests in a process apart: what must be trusted
    intake/      what strangers hand in, read where it can do no harm
    records.py   the verdict of one submission, and the key that says which content it stands for
    gradebook/   nbgrader's own records and pages
    running/     a class, resumed where it stopped
    reports/     what an instructor reads afterward
    publishing/  what goes out to students
    commands/    what a lecturer calls; preprocessor.py: the steps that nbgrader calls

Each room says in its __init__.py what it promises and what to read first.

Threat model. An attacker writes any cell, file, name and metadata of a submission, and its code may
do whatever the Python process that runs it can do, lying about every answer included.
Held: no network; no write that outlives it; not root; nothing of the tests, their values, the seed,
other submissions or the grader's environment to be read; memory, processes, files, output and time
bounded; points come only from the tests of the source, which run in another process on plain data.
Claims, not proofs: what `checks.unchanged`, `by_hand`, `expect_error` and `gradient` learn is what
the student's process says it did; a process rewritten to lie about *how* it computes is believed
about that, never about a value that a test compares.
Trusted: the kernel, bubblewrap, Python, torch, and the instructor's source. Out of scope: holes in
these, timing and cache channels, and what a message of a test gives away.
Without a sandbox (only when asked for, and recorded) a submission has all rights of the grader.
"""

import sys

# jsonschema, which nbformat imports, makes a grammar of internet addresses out of this package
# where it is installed: a second, in every process that grades, for what no notebook holds.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python's "not to be had"
