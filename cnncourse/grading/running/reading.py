"""The program that reads what students wrote: notebooks into cells, cells into pages.

It runs in the sandbox and answers one request at a time, each in a fork of its own with limits of
processor time and memory: text of 25 kB can keep a parser of Markdown busy for minutes. What it
imports and what it knows of the assignment is there before it forks.
"""

import json
import os
import resource
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import nbformat

from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.gradebook import feedback
from cnncourse.grading.intake import archives, notebooks, passages, recognize, taking
from cnncourse.grading.intake.folders import Refused
from cnncourse.grading.intake.parsing import Unreadable, parse
from cnncourse.grading.intake.recognize import Expected
from cnncourse.grading.records import Record
from cnncourse.language import tr

from .tasks import MESSAGE_BYTES, CollectTask, PageTask, ReadTask, WrittenTask

MEMORY_BYTES = 2 << 30  # of addresses; this process holds a tenth of it


def main() -> None:
    channel = Files(socket.socket(fileno=os.dup(0)), MESSAGE_BYTES)
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
        archive = channel.receive_file() if task.get("archive") else None
        pid = os.fork()
        if pid == 0:
            try:
                limit(task["seconds"])
                for said, parts in answer(task, [bytes(b) for b in buffers], channel, archive):
                    channel.send(said, parts)
                    limit(task["seconds"])
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        if archive is not None:
            os.close(archive)
        _, status = os.waitpid(pid, 0)
        if status:
            channel.send({"died": status})


def limit(seconds: int) -> None:
    """So much processor time from here on, in this process, and memory."""
    soft = seconds + int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def know(skeleton: str) -> None:
    """Highlight and render the assignment's own cells once, so that no fork has to."""
    notebook = nbformat.reads(skeleton, as_version=4)
    feedback.render(notebook, Record("", "", "ok", ""), {})


def answer(
    task: Any, buffers: list[bytes], channel: "Files", archive: int | None
) -> Iterator[tuple[Any, list[bytes]]]:
    """(body, buffers) of the answers to a task; all but "collect" have one."""
    if task["task"] == "collect":
        yield from collect(task, buffers, archive, channel.ask)
    elif task["task"] == "written":
        yield {}, written(task, buffers)
    else:
        yield read(task, buffers) if task["task"] == "read" else page(task, buffers)


def read(task: ReadTask, buffers: list[bytes]) -> tuple[Any, list[bytes]]:
    """The files of a submission as the assignment's cells with the answers in them."""
    skeleton = nbformat.reads(task["skeleton"], as_version=4)
    expected = Expected.of_plain(task["expected"])
    file, problem, files = f"{expected.name}.ipynb", None, {}
    notebook, notes = skeleton, []
    if task["paths"]:
        found = recognize.recognize(dict(zip(task["paths"], buffers, strict=True)), expected)
        files, problem, notes = dict(found.files), found.problem, list(found.notes)
        if problem is None:
            try:
                cells = parse(files.pop(file), file)
                if other := recognize.another(file, cells, expected):
                    raise Unreadable(
                        tr("{said}; hand in that of {name}", said=other, name=expected.name)
                    )
                notebook = notebooks.rebuild(skeleton, cells, file, files)
            except Unreadable as error:
                problem = str(error)
    text = json.dumps(notebook)  # each text in one piece, as whoever takes it wants it
    said = {
        "problem": problem,
        "unanswered": notebooks.unanswered(notebook, skeleton),
        "notes": notes,
        "paths": list(files),
    }
    return said, [text.encode(), *files.values()]


def written(task: WrittenTask, buffers: list[bytes]) -> list[bytes]:
    """What a student wrote, for comparison."""
    text = passages.code(buffers[0], task["name"], task["given"])
    return passages.as_bytes(passages.written(text))


def collect(
    task: CollectTask, buffers: list[bytes], archive: int | None, ask: Callable[[int, int], bytes]
) -> Iterator[tuple[Any, list[bytes]]]:
    """What a download is, and what each student handed in."""
    expected, skip = Expected.of_plain(task["expected"]), task["skip"]
    if archive is None:
        yield from taking.take(taking.Asked(json.loads(buffers[0]), ask), expected, skip)
        return
    with os.fdopen(archive, "rb") as file:
        try:
            source = archives.Zip(file)
        except Refused as reason:
            yield {"problem": str(reason)}, []
            return
        yield from taking.take(source, expected, skip)


class Files(Channel):
    """A channel that also carries the files of the trusted side."""

    def receive_file(self) -> int:
        """The descriptor of a file, opened for reading."""
        _, (descriptor,), _, _ = socket.recv_fds(self.sock, 1, 1)
        return descriptor

    def ask(self, number: int, room: int) -> bytes:
        """The contents of a file by its number; Refused if it cannot be had."""
        self.send({"want": number, "room": room})
        said, buffers = self.receive()
        if said:
            raise Refused(said)
        return bytes(buffers[0])


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
