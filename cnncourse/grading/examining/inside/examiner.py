"""The side of the tests: runs them in a process of its own, where the student's names are proxies.

It talks to the worker over one socket (a job first, then an event for each step) and to the
student's process over another. It is trusted, and confined all the same.
"""

import ast
import hashlib
import os
import random
import socket
import time
import types
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from torch import nn

from cnncourse.checks import measuring, pending
from cnncourse.grading.examining.limits import GIVE_WAY, Limits
from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.examining.protocol.link import Link
from cnncourse.grading.examining.protocol.messages import Event, Job, Step
from cnncourse.grading.examining.protocol.proxies import Operations, Remote, RemoteError
from cnncourse.grading.examining.seeds import environment
from cnncourse.lending import in_words, right, to_borrow

from .shell import Shell, clean, error_output, stream_output

# What a student's function may do with a module that a test hands to it.
METHODS = {
    "forward", "train", "eval", "parameters", "named_parameters", "buffers", "named_buffers",
    "state_dict", "zero_grad", "requires_grad_", "to", "cpu", "float",
}  # fmt: skip
LAYERS = nn.Sequential, nn.ModuleList
CALLABLE = nn.Module, types.FunctionType, types.MethodType
MESSAGE = 4000  # characters


def main(limits: Limits, shell: Shell, worker: socket.socket, student: socket.socket) -> None:
    channel = Channel(worker, 1 << 40)
    job: Job
    job, contents = channel.receive()
    reseed(job["seed"])
    examiner = Examiner(limits, shell, student)
    try:
        files = zip(job["files"], map(bytes, contents), strict=True)
        examiner.ask("files", dict(files))
        for step in job["steps"]:
            os.environ.update(environment(job["seed"], step["key"]))
            channel.send(Event(event="start", key=step["key"]))
            channel.send(examiner.take(step))
        channel.send(Event(event="done"))
    except Broken as broken:
        channel.send(Event(event="broken", verdict=broken.verdict, message=str(broken)))


def reseed(seed: int) -> None:
    """Generators that repeat for this seed, and that the student's process, a twin, does not know.

    Hash seeds and the layout of memory stay the same in both: whoever knows them can make
    dictionaries slow here, and runs into the limits of time.
    """
    state = hashlib.sha256(f"generators {seed}".encode()).digest()
    random.seed(state)
    np.random.seed(np.frombuffer(state, np.uint32))
    torch.default_generator.manual_seed(int.from_bytes(state[:7], "big"))


class Examiner:
    """Takes the steps of an examination one by one; raises Broken where it cannot go on."""

    def __init__(self, limits: Limits, shell: Shell, sock: socket.socket):
        self.limits, self.shell = limits, shell
        self.end = time.monotonic() + limits.submission_seconds
        channel = Channel(sock, limits.message_bytes)
        channel.deadline = self.end
        self.link = Link(channel, operations(), may_export, trusted=True)
        self.names: list[str] = []  # what the source's solution defines, and its given classes
        self.stale = False  # do tests want them anew?
        self.wrong: set[str] = set()  # those whose tests failed
        self.output_left = limits.output_bytes
        self.namespace: dict[str, Any] = {"__name__": "__main__", "get_ipython": lambda: shell}

    def ask(self, operation: str, *args: Any) -> Any:
        """For what no test asks: to refuse is the submission's doing, not the grader's error."""
        try:
            return self.link.ask(operation, *args)
        except Exception as error:
            what = "run a cell" if operation == "run" else "store the files that came with it"
            text = f"the submission's process did not {what}: {said(error)}"
            raise Broken("policy", text) from None

    def take(self, step: Step) -> Event:
        patience = self.limits.cell_seconds + GIVE_WAY * (step["kind"] != "test")
        self.link.channel.deadline = deadline = min(self.end, time.monotonic() + patience)
        if step["kind"] == "test":
            if self.stale:
                self._fetch_names()
            event = self._test(step)
            if event["message"]:
                event = self._again(step, deadline) or event
                self.wrong.update(step.get("about", ()))
            return event
        found = self.ask("run", step["source"])
        outputs, size = found if type(found) is tuple and len(found) == 2 else ([], 0)
        collector = clean(outputs, self.output_left)
        self.output_left = max(0, self.output_left - collector.size)
        if step.get("here"):  # trusted helpers of the tests
            # It may need the student's work, which failed.
            with self.shell.collecting(0), suppress(Exception):
                self._run(step)
        if "names" in step:
            self.names += step["names"]
            self.stale = True
        outputs, size = collector.taken(), max(collector.size, _count(size))
        return Event(event=step["kind"], key=step["key"], outputs=outputs, size=size)

    def _fetch_names(self) -> None:
        """The names that the source's solution defines, and no others, come from the student."""
        for name in dict.fromkeys(self.names):
            self.namespace.pop(name, None)
            try:
                value = self.link.ask("name", name)
            except Exception:
                continue  # the test will say that it is not defined
            if type(value) is Remote:
                object.__setattr__(value, "_name", name)
            self.namespace[name] = value
        self.stale = False

    def _again(self, step: Step, deadline: float) -> Event | None:
        """Ask a failed test once more, with right earlier functions for the wrong ones.

        They are this side's, called through the link. None if nothing can be lent, if it fails, or
        where the first time took so long that a second one might not end in the time of the cell.
        """
        given = step.get("given", {})
        places = to_borrow(given, given, self.wrong)
        left = deadline - time.monotonic()
        if not places or not step["points"] or left < 0.6 * self.limits.cell_seconds:
            return None
        lent = {name: right(p) if "." in p else p for name, p in places.items()}
        try:
            self.link.ask("lend", lent)
            self._fetch_names()
            self.namespace.update({n: f for n, f in lent.items() if not isinstance(f, str)})
            event = self._test(step)
            self.link.ask("lend", {})
        except Exception:
            event = None
        self.stale = True
        if event is None or event["message"]:
            return None
        event["outputs"] = [stream_output(in_words(lent) + "\n"), *event["outputs"]]
        return event

    def _test(self, step: Step) -> Event:
        with self.shell.collecting(self.limits.output_bytes) as collector, measuring() as measured:
            try:
                value = self._run(step)
                points, message = _earned(value, step["points"]), ""
            except Exception as raised:
                error = pending() or raised
                name, text = type(error).__name__, said(error)
                points, message = 0.0, text or name
                shown = getattr(error, "shown", [])  # of the student's own lines, never the test's
                if text and isinstance(error, RemoteError):
                    message = "\n  ".join([f"{name}: {text}", *shown])
                collector.add(error_output(name, text, [*shown, f"{name}: {text}".rstrip(": ")]))
        outputs = clean(collector.taken(), self.limits.output_bytes).taken()
        for output in outputs:
            if output["output_type"] == "stream":
                output["name"] = "stdout"  # nbgrader gives no points where there is a stderr
        event = Event(event="test", key=step["key"], measured=measured, outputs=outputs)
        event["points"], event["message"] = points, message
        return event

    def _run(self, step: Step) -> Any:
        """Execute a cell; the value of its last line if that is an expression."""
        try:
            tree = ast.parse(step["source"])
        except SyntaxError:  # a line of IPython's; to look for one takes longer than many a test
            tree = ast.parse(self.shell.transform_cell(step["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<test>", "exec"), self.namespace)
        if not isinstance(last, ast.Expr):
            return None
        return eval(compile(ast.Expression(last.value), "<test>", "eval"), self.namespace)


def said(error: Exception) -> str:
    """The text of an exception; it may quote a result of megabytes, or one that has no text."""
    try:
        return str(error).strip()[:MESSAGE]
    except Exception:
        return ""


def _earned(value: Any, points: float) -> float:
    """nbgrader's rule: a number at the end is partial credit, anything else full marks."""
    if type(value) not in (int, float):
        return float(points)
    return float(min(value, points)) if value >= 0 else 0.0


def _count(size: object) -> int:
    return size if type(size) is int and 0 <= size < 1 << 62 else 0


def may_export(value: object) -> bool:
    """What a test may hand over that is not plain data: modules, functions, generators."""
    if isinstance(value, types.MethodType):
        return isinstance(value.__self__, nn.Module) and value.__name__ in METHODS
    return isinstance(value, (nn.Module, types.FunctionType, types.GeneratorType))


def operations() -> Operations:
    """What the student's process may ask of objects that a test handed to it."""

    def call(function: object, args: Any, kwargs: Any, context: object) -> Any:
        if not (isinstance(function, CALLABLE) and may_export(function)):
            raise TypeError("this cannot be called from here")
        _only_plain([args, kwargs])
        flows = not (type(context) is tuple and context and context[0] is False)
        with torch.set_grad_enabled(flows):  # a test may ask whether gradients were wanted
            return function(*args, **kwargs)

    def get(thing: object, name: object) -> Any:
        if not isinstance(thing, nn.Module) or type(name) is not str or name.startswith("_"):
            raise AttributeError(f"no attribute {name!r} can be read from here")
        value = getattr(thing, name)
        if isinstance(value, types.FunctionType):  # what was not handed over is not to be called
            raise AttributeError(f"{name!r} cannot be called from here")
        return value

    def following(generator: object, context: object) -> tuple[Any, ...]:
        for item in generator if type(generator) is types.GeneratorType else ():
            return (item,)
        return ()

    def iterate(thing: object) -> Iterator[Any]:
        if isinstance(thing, LAYERS):
            return (layer for layer in thing)
        if type(thing) is not types.GeneratorType:
            raise TypeError("this cannot be iterated from here")
        return thing

    def item(layers: object, key: object) -> nn.Module:
        if not isinstance(layers, LAYERS) or type(key) is not int:
            raise TypeError("this has no items to be had from here")
        return layers[key]

    return {"call": call, "get": get, "next": following, "iter": iterate, "item": item}


def _only_plain(value: object) -> None:
    """No object of the student's may stand in for a tensor in a trusted function."""
    if isinstance(value, (list, tuple, set, frozenset)):
        for entry in value:
            _only_plain(entry)
    elif isinstance(value, dict):
        _only_plain([*value, *value.values()])
    elif type(value) is Remote:
        raise TypeError("only numbers, strings, containers, arrays and tensors can be handed back")
