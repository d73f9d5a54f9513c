"""IPython without a terminal: runs a cell and collects its outputs in the form of nbformat."""

import base64
import contextlib
import io
import json
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from cnncourse.grading.examining.limits import SAFE_TYPES
from cnncourse.grading.examining.protocol.messages import Output
from cnncourse.language import later, tr

TRUNCATED = later("\n… (the output was longer than what is kept)\n")
LATE = later("interrupted: it ran longer than {seconds:g} s. The cells after it are run")


class Collector:
    """Outputs of one cell, cut where they exceed `limit` bytes of JSON.

    What the cell takes back or replaces counts no more: a plot that lives keeps its last frame.
    """

    def __init__(self, limit: int):
        self.outputs: list[Output] = []
        self.limit, self.left, self.size = limit, limit, 0
        self.named: dict[str, Output] = {}  # by the id under which they may be replaced
        self.waiting = False  # to be cleared by whatever comes next

    def clear(self, wait: bool = False) -> None:
        """Take all back; with `wait` only once there is something in its place."""
        self.waiting = wait
        if not wait:
            self.outputs.clear()
            self.named.clear()
            self.left, self.size = self.limit, 0

    def replace(self, name: str, output: Output) -> None:
        """Show an output in place of the one of this name; nothing if there is none."""
        old = self.named.get(name)
        before, after = len(json.dumps(old)), len(json.dumps(output))
        if old is not None and after - before <= self.left:
            self.left, self.size = self.left - (after - before), self.size + (after - before)
            old |= output

    def stream(self, name: str, text: str) -> None:
        if self.waiting:
            self.clear()
        size = len(json.dumps(text[: self.left + 1])) if self.left > 0 else len(text)
        self.size += size
        if size > self.left:
            text = text[: self.left // 12] + tr(TRUNCATED) if self.left > 0 else ""
        self.left -= size
        last = self.outputs[-1] if self.outputs else {}
        if text and last.get("name") == name:
            last["text"].append(text)
        elif text:
            self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, output: Output, name: str | None = None) -> None:
        if self.waiting:
            self.clear()
        size = len(json.dumps(output))
        self.size += size
        if size > self.left:
            self.stream("stdout", tr(TRUNCATED))
        else:
            self.left -= size
            self.outputs.append(output)
            if name is not None:
                self.named[name] = output

    def taken(self) -> list[Output]:
        """The outputs, as plain nbformat."""
        for output in self.outputs:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return self.outputs


class Stream(io.TextIOBase):
    """sys.stdout and sys.stderr of a cell."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, collector: Collector):
        self.name, self.collector = f"<{name}>", collector
        self._kind = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.collector.stream(self._kind, text)
        return len(text)


def _data(bundle: Mapping[str, Any]) -> dict[str, Any]:
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in bundle.items()
        if kind in SAFE_TYPES
    }


def displayed(kind: str, data: dict[str, Any]) -> Output:
    """What a cell displayed ("display_data"), or its value ("execute_result")."""
    count = {"execution_count": None} if kind == "execute_result" else {}
    return {"output_type": kind, "data": data, "metadata": {}, **count}


class Publisher(DisplayPublisher):
    shell: "Shell"

    def publish(
        self,
        data: Mapping[str, Any],
        *_: object,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **__: object,
    ) -> None:
        output, name = displayed("display_data", _data(data)), (transient or {}).get("display_id")
        if update:
            self.shell.collector.replace(str(name), output)
        else:
            self.shell.collector.add(output, name if isinstance(name, str) else None)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.collector.clear(wait)


class Hook(DisplayHook):
    shell: "Shell"

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: object = None) -> None:
        self.shell.collector.add(displayed("execute_result", _data(format_dict)))

    def finish_displayhook(self) -> None:
        pass


class Shell(InteractiveShell):
    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)
    collector = Collector(0)

    def enable_gui(self, gui: object = None) -> None:
        """There is none."""

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)  # the cell gave way
        super().showtraceback(*args, **kwargs)

    def run_for(self, seconds: float, text: str) -> None:
        """Run a cell; then interrupt it, again and again, as Ctrl-C does."""
        said, late = tr(LATE, seconds=seconds), []

        def interrupt(*_: object) -> NoReturn:
            late.append(True)
            raise KeyboardInterrupt(said)

        signal.signal(signal.SIGALRM, interrupt)
        with contextlib.suppress(KeyboardInterrupt):  # one too many, at the very end
            signal.setitimer(signal.ITIMER_REAL, seconds, 1)
            try:
                if self.run_cell(text).success and late:  # IPython's `!` takes it for itself
                    print(said)
            except RecursionError:  # of the compiler, which IPython asks before it is ready for it
                self.showtraceback()
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: Iterable[str]) -> None:
        self.collector.add(error_output(etype.__name__, str(evalue), stb))

    @contextlib.contextmanager
    def collecting(self, limit: int) -> Iterator[Collector]:
        self.collector = Collector(limit)
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (Stream(n, self.collector) for n in ("stdout", "stderr"))
        try:
            yield self.collector
        finally:
            sys.stdout, sys.stderr = before


def make_shell() -> Shell:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell: Shell = Shell.instance(config=config)
    shell.enable_matplotlib("inline")
    return shell


def stream_output(text: str) -> Output:
    return {"output_type": "stream", "name": "stdout", "text": text}


def error_output(name: str, message: str, lines: Iterable[str]) -> Output:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": list(lines)}


def clean(outputs: object, limit: int) -> Collector:
    """Outputs that a student's process reports, rebuilt so that they are nothing but outputs.

    Anything else in them is left out: markup and scripts too, for feedback is shown in a browser.
    """
    collector = Collector(limit)
    for output in outputs if type(outputs) is list else []:
        known = output if type(output) is dict else {}
        kind, text, lines, data = map(known.get, ("output_type", "text", "traceback", "data"))
        if kind == "stream" and type(text) is str:
            collector.stream("stderr" if known.get("name") == "stderr" else "stdout", _text(text))
        elif kind == "error" and type(lines) is list:
            name, message = _text(known.get("ename")), _text(known.get("evalue"))
            collector.add(error_output(name, message, map(_text, lines)))
        elif kind in ("display_data", "execute_result") and type(data) is dict:
            safe = {k: data[k] for k in SAFE_TYPES if k in data and _is_data(k, data[k])}
            if safe:
                collector.add(displayed(kind, safe))
    return collector


def _is_data(kind: str, value: object) -> bool:
    if kind == "text/plain":
        return type(value) is str and value == _text(value)
    return type(value) is str and re.fullmatch(r"[A-Za-z0-9+/=\s]*", value) is not None


def _text(value: object) -> str:
    """A string that can be written to any file; "" for what is none, which may have no text."""
    return value.encode("utf-8", "replace").decode() if type(value) is str else ""
