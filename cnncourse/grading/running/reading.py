"""The program that reads what students wrote: notebooks into cells, cells into pages.

It runs in the sandbox and answers one request at a time, each in a fork of its own with limits of
processor time and memory: text of 25 kB can keep a parser of Markdown busy for minutes. What it
imports and what it knows of the assignment is there before it forks.
"""

import json
import os
import resource
import socket
import traceback
from typing import Any

import nbformat

from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.gradebook import feedback
from cnncourse.grading.intake import notebooks
from cnncourse.grading.records import Record

from .tasks import MESSAGE_BYTES, PageTask, ReadTask

MEMORY_BYTES = 2 << 30  # of addresses; this process holds a tenth of it


def main() -> None:
    channel = Channel(socket.socket(fileno=os.dup(0)), MESSAGE_BYTES)
    channel.send("ready")
    while True:
        try:
            task, buffers = channel.receive()
        except Broken:
            return  # nobody asks any more
        if task["task"] == "know":
            know(task["skeleton"])
            channel.send("known")
            continue
        pid = os.fork()
        if pid == 0:
            try:
                limit(task["seconds"])
                channel.send(*answer(task, [bytes(buffer) for buffer in buffers]))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            channel.send({"died": status})


def limit(seconds: int) -> None:
    """From here on, in this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def know(skeleton: str) -> None:
    """Highlight and render the assignment's own cells once, so that no fork has to."""
    notebook = nbformat.reads(skeleton, as_version=4)
    feedback.render(notebook, Record("", "", "ok", ""), {})


def answer(task: Any, buffers: list[bytes]) -> tuple[Any, list[bytes]]:
    """(body, buffers) of the answer to a task."""
    if task["task"] == "read":
        return read(task, buffers)
    return page(task, buffers)


def read(task: ReadTask, buffers: list[bytes]) -> tuple[Any, list[bytes]]:
    """A notebook file as the assignment's cells with the answers in them."""
    skeleton = nbformat.reads(task["skeleton"], as_version=4)
    file, problem = f"{task['name']}.ipynb", None
    notebook = skeleton
    if buffers:
        try:
            notebook = notebooks.rebuild(skeleton, notebooks.parse(buffers[0], file), file)
        except notebooks.Unreadable as error:
            problem = str(error)
    text = json.dumps(notebook)  # each text in one piece, as whoever takes it wants it
    return {"problem": problem, "unanswered": notebooks.unanswered(notebook)}, [text.encode()]


def page(task: PageTask, buffers: list[bytes]) -> tuple[Any, list[bytes]]:
    """The notebook for the formgrader, and the page for the student."""
    notebook = nbformat.reads(buffers[0].decode(), as_version=4)
    record = Record(**json.loads(buffers[1]))
    notebook = notebooks.annotate(notebook, record)
    text = nbformat.writes(notebook)  # before the page's own steps change it
    made = feedback.render(notebook, record, task["by_hand"], task["late_penalty"])
    return {}, [text.encode(), made.encode()]


if __name__ == "__main__":
    main()
