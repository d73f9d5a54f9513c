"""The core that must be trusted: one submission in a sandbox, its tests in a process apart.

Promised, to whoever calls `worker.Worker.examine` with a notebook that a stranger wrote: an
`Outcome`, in bounded time and memory, whose points come only from the source's own tests. This
package imports nothing of the rest of grading, and from the library only `checks` and `observe`.

Read `worker.py` first: it plans the steps (`plan`), begins two processes (`child`) within `limits`,
and turns what they say into an Outcome (`findings`).
"""
