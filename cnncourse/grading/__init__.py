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
Held: no network; no write that outlives it; not root; nothing of the tests, their values, the
secret, other submissions or the grader's environment to be read; of the library and the data only
what its assignment gives; memory, processes, files, output, time and processor time bounded; points
come only from the tests of the source, which run in another process on plain data. The inputs of
hidden tests are derived for each student and test, and what cells show after a test stays with the
lecturer. Two submissions that run at once share no lock, watch, queue, key, signal, terminal or
counter.
Claims, not proofs: what `checks.unchanged`, `by_hand`, `expect_error` and `gradient` learn is what
the student's process says it did; a process rewritten to lie about *how* it computes is believed
about that, never about a value that a test compares.
Refused in torch's dispatcher, for every thread, is the operation that `by_hand` forbids: that stops
all but who undoes it on purpose.
Trusted: the kernel, bubblewrap, Python, torch, and the instructor's source. Out of scope: holes in
these; timing, caches, futexes on pages of shared files, numbers of inodes and sessions, the pages
that a user has for pipes; the hash seed, which both sides share; and what a message of a test gives
away.
Futexes: a page of a file is one place to wait at for all who map it, whichever mount or namespace
shows it. Overlays map the pages of the file below, and copies of /usr and of Python for each
submission would be gigabytes. The call cannot be refused without FUTEX_PRIVATE_FLAG: glibc waits so
for the end of a thread and at the locks of multiprocessing, and ends the process where it may not.
A filter sees an address, not what is mapped there; a supervisor that the kernel asks
(SECCOMP_RET_USER_NOTIF) could look, but another thread can map something else before the call goes
on.
Without a sandbox (only when asked for, and recorded) a submission has all rights of the grader.
"""
