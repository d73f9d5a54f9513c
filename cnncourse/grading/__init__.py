"""Grading that can be trusted: submissions in a sandbox, tests outside of it.

    examine.py   Worker: the way in                  plan.py      which cells run, where, in which order
    child.py     one process: begun, limited, ended  findings.py  events in, Outcome out
    limits.py    what a submission may use           warm.py      imports once, forks for each submission
    cgroups.py   memory and processes, v1 and v2     frames.py    messages of JSON and bytes, one deadline
    sandbox.py   the bubblewrap command              wire.py      the form of values; a strict decoder
    confine.py   what a forked child does to itself  link.py      a numbered conversation about objects
    syscalls.py  what the kernel refuses it          proxies.py   stand-ins for the student's objects
    student.py   runs cells, serves their objects    shell.py     IPython without a terminal
    examiner.py  runs the tests

Around that core, a class and its records, in nbgrader's gradebook:

    submissions.py  reads a folder, no links         collect.py     takes in archives, entry by entry
    notebooks.py    answers into the source's cells  verdicts.py    the record of one submission
    work.py         one submission, start to end     cluster.py     Dask, here or elsewhere
    batch.py        a class, resumed where it stopped
    gradebook.py    the one writer                   preprocessor.py, feedback.py  nbgrader's steps
    tables.py       CSV, table, histogram            report.py, similarity.py, ranking.py
    course.py       folders, seed, data

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
