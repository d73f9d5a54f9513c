"""IPython without a terminal: runs a cell and collects its outputs in the form of nbformat."""

import base64
import contextlib
import io
import json
import re
import sys

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from cnncourse.grading.examining.limits import SAFE_TYPES

TRUNCATED = "\n… (the output was longer than what is kept)\n"


class Collector:
    """Outputs of one cell, cut where they exceed `limit` bytes of JSON."""

    def __init__(self, limit):
        self.outputs, self.left, self.size = [], limit, 0

    def stream(self, name, text):
        size = len(json.dumps(text[: self.left + 1])) if self.left > 0 else len(text)
        self.size += size
        if size > self.left:
            text = text[: self.left // 12] + TRUNCATED if self.left > 0 else ""
        self.left -= size
        last = self.outputs[-1] if self.outputs else {}
        if text and last.get("name") == name:
            last["text"].append(text)
        elif text:
            self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, output):
        size = len(json.dumps(output))
        self.size += size
        if size > self.left:
            return self.stream("stdout", TRUNCATED)
        self.left -= size
        self.outputs.append(output)

    def taken(self):
        """The outputs, as plain nbformat."""
        for output in self.outputs:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return self.outputs


class Stream(io.TextIOBase):
    """sys.stdout and sys.stderr of a cell."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name, collector):
        self.name, self.collector = f"<{name}>", collector
        self._kind = name

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.collector.stream(self._kind, text)
        return len(text)


def _data(bundle):
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in bundle.items()
        if kind in SAFE_TYPES
    }


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **_):
        self.shell.collector.add(
            {"output_type": "display_data", "data": _data(data), "metadata": {}}
        )

    def clear_output(self, wait=False):
        self.shell.collector.outputs.clear()


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.collector.add(
            {
                "output_type": "execute_result",
                "data": _data(format_dict),
                "metadata": {},
                "execution_count": None,
            }
        )

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)
    collector = Collector(0)

    def enable_gui(self, gui=None):
        """There is none."""

    def _showtraceback(self, etype, evalue, stb):
        self.collector.add(error_output(etype.__name__, str(evalue), stb))

    @contextlib.contextmanager
    def collecting(self, limit):
        self.collector = Collector(limit)
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (Stream(n, self.collector) for n in ("stdout", "stderr"))
        try:
            yield self.collector
        finally:
            sys.stdout, sys.stderr = before


def make_shell():
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    shell.enable_matplotlib("inline")
    return shell


def error_output(name, message, lines):
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": list(lines)}


def clean(outputs, limit):
    """Outputs that a student's process reports, rebuilt so that they are nothing but outputs.

    Anything else in them is left out: markup and scripts too, for feedback is shown in a browser.
    """
    collector = Collector(limit)
    for output in outputs if type(outputs) is list else []:
        get = output.get if type(output) is dict else lambda *_: None
        kind, data = get("output_type"), get("data")
        if kind == "stream" and type(get("text")) is str:
            name = "stderr" if get("name") == "stderr" else "stdout"
            collector.stream(name, _text(get("text")))
        elif kind == "error" and type(get("traceback")) is list:
            collector.add(
                error_output(
                    _text(get("ename")), _text(get("evalue")), map(_text, get("traceback"))
                )
            )
        elif kind in ("display_data", "execute_result") and type(data) is dict:
            made = {
                "output_type": kind,
                "metadata": {},
                "data": {k: data[k] for k in SAFE_TYPES if k in data and _is_data(k, data[k])},
            }
            if kind == "execute_result":
                made["execution_count"] = None
            if made["data"]:
                collector.add(made)
    return collector


def _is_data(kind, value):
    if kind == "text/plain":
        return type(value) is str and value == _text(value)
    return type(value) is str and re.fullmatch(r"[A-Za-z0-9+/=\s]*", value) is not None


def _text(value):
    """A string that can be written to any file."""
    return str(value).encode("utf-8", "replace").decode()
