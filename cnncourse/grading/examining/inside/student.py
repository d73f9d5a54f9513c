"""The side of the student, in a confined child: runs cells, and serves the objects they made."""

import contextlib
import importlib
import os
import random
import selectors
import socket
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cnncourse.data.cifar import WITHHELD
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.examining.protocol.link import Link
from cnncourse.grading.examining.protocol.messages import Files, Output, Shown
from cnncourse.grading.examining.protocol.proxies import applied, served
from cnncourse.language import later, tr
from cnncourse.observe import cell_lines, observe_here

from .refusing import Refusal
from .shell import Shell

WATCHED = 5  # which argument of observe_here names what is watched


def only_shown(shown: Shown) -> None:
    """Say what is missing here, and why, where the library or the data are asked for it."""

    class Absent(MetaPathFinder):
        def find_spec(self, name: str, path: object, target: object = None) -> None:
            if name.startswith("cnncourse."):
                raise ModuleNotFoundError(name + shown["absent"])

    sys.meta_path.append(Absent())  # asked when nobody else knows the module
    importlib.invalidate_caches()
    os.environ[WITHHELD] = "1"


def main(limits: Limits, shell: Shell, sock: socket.socket) -> None:
    """Answer the examiner until it hangs up. Nothing in this process is trusted by anyone."""
    sys.path.insert(0, "")  # modules that came with the notebook
    used, recursion = 0, sys.getrecursionlimit()
    _only_devices_there_are()
    # asyncio would take epoll, which the sandbox refuses.
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc,assignment]
    random.seed()  # as in a new process; torch's generator begins the same in each
    np.random.seed()

    def files(contents: Files) -> None:
        for name, content in contents.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def run(text: str) -> tuple[list[Output], int]:
        """Outputs of a cell, and how many bytes it wanted to put out."""
        nonlocal used
        with shell.collecting(max(0, limits.output_bytes - used)) as collector:
            shell.run_for(limits.cell_seconds, text)
        used += collector.size
        return collector.taken(), collector.size

    def name(text: str) -> Any:
        if text not in shell.user_ns:
            raise NameError(f"name {text!r} is not defined")
        return shell.user_ns[text]

    refusal = Refusal()
    kept: dict[str, Any] = {}

    def lend(lent: dict[str, Any]) -> None:
        """Put these in the place of the student's own, or those of other names; then take back."""
        space = shell.user_ns
        values = {n: space.get(v) if isinstance(v, str) else v for n, v in lent.items()}
        for name in kept:
            space.pop(name, None)
            space.update({name: kept[name]} if kept[name] is not kept else {})
        kept.clear()
        kept.update({name: space.get(name, kept) for name in values})
        space.update(values)

    def own(operation: Callable[..., Any]) -> Callable[..., Any]:
        """With the student's limit of recursion, which need not be enough for this side's code."""

        def run_it(*question: Any) -> Any:
            nonlocal recursion
            if operation is not observe:
                refusal.of(())  # not before: an answer may be computed while it is sent
            ours = sys.getrecursionlimit()
            sys.setrecursionlimit(recursion)
            try:
                return operation(*question)
            finally:
                recursion = sys.getrecursionlimit()
                sys.setrecursionlimit(ours)

        return run_it

    operations = served()
    plain_call = operations["call"]

    def call(*question: Any) -> Any:
        with shell.collecting(0):  # what it prints is nobody's business, and no error
            try:
                return plain_call(*question)
            except BaseException as error:
                with contextlib.suppress(Exception):
                    error.shown = cell_lines(error)  # type: ignore[attr-defined]  # for the link
                raise

    def observe(*question: Any) -> tuple[Any, ...]:
        *call, context = question
        refusal.of(call[WATCHED])
        with shell.collecting(0), applied(context):
            seen = observe_here(*call)
        if refusal.used:
            seen.used += refusal.used
            seen.error = None  # who is told that it was called need not be told that it was refused
        passes = None if seen.rehearsal is None else seen.rehearsal.as_data()
        told = seen.error, seen.lines, seen.gradients, seen.used
        return seen.value, seen.args, seen.kwargs, *told, passes

    operations.update(files=files, run=run, name=name, lend=lend, call=call, observe=observe)
    operations = {name: own(operation) for name, operation in operations.items()}
    channel = Channel(sock, limits.message_bytes)
    try:
        Link(channel, operations, may_export=lambda value: True, trusted=False).serve()
    except Broken:
        os._exit(0)


def _only_devices_there_are() -> None:
    """Whoever asks for another default gets the CPU, and is told so."""
    set_device, set_type = torch.set_default_device, torch.set_default_tensor_type

    def is_there(device: Any) -> bool:
        try:
            torch.empty(0, device=device)
        except Exception:
            said = later("The grader has no device {device!r}: this notebook runs on the CPU.")
            print(tr(said, device=str(device)))
            return False
        return True

    def set_default_device(device: Any) -> None:
        set_device(device if is_there(device) else "cpu")

    def set_default_tensor_type(t: Any) -> None:
        name = t if isinstance(t, str) else f"{t.__module__}.{t.__name__}"
        set_type(name.replace(".cuda", "") if ".cuda" in name and not is_there("cuda") else t)

    torch.set_default_device = set_default_device
    torch.set_default_tensor_type = set_default_tensor_type
