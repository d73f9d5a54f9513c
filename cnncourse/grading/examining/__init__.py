"""The core that must be trusted: one submission in a sandbox, its tests in a process apart.

Promised, to whoever calls `worker.Worker.examine` with a notebook that a stranger wrote: an
`Outcome`, in bounded time and memory, whose points come only from the source's own tests. This
package imports nothing of the rest of grading, and from the library only what submissions may use
as well. What is held and what is not stands in `cnncourse/grading/__init__.py`.

Read `worker.py` first: it plans the steps (`plan`), begins two processes (`child`) within `limits`,
the student's with what `library` and `datasets` let it see, the other with `seeds` of its own, and
turns what they say into an Outcome (`findings`).
"""
