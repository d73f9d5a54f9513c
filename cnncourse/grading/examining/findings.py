"""What an examination finds: events of the examiner in, the outcome of the submission out."""

import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field

from cnncourse.language import tr

from .protocol.messages import Event, Output, Step

BUILTINS = {name for name in vars(builtins) if name.endswith(("Error", "Interrupt"))}
LINE = 300  # characters of the message that a table shows


@dataclass(frozen=True)
class Outcome:
    """What became of a submission; plain data.

    verdict: one of records.VERDICTS. points and messages: by grade_id of each test, "" when
    passed. measured: {test: {name: number}}, beside the points. outputs: nbformat outputs by key of
    the cell (see `plan`). withheld: keys of the student's cells that ran after a test: their
    outputs may hold what it asked, and are for the lecturer alone. message: one line. resources:
    seconds, cpu_seconds, peak_memory_bytes, output_bytes.
    """

    verdict: str
    points: dict[str, float] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    measured: dict[str, dict[str, float]] = field(default_factory=dict)
    outputs: dict[str, list[Output]] = field(default_factory=dict)
    message: str = ""
    resources: dict[str, float] = field(default_factory=dict)
    sandboxed: bool = True
    withheld: list[str] = field(default_factory=list)


class Findings:
    """What the examiner reported so far."""

    def __init__(self, steps: Iterable[Step]):
        self.most = {step["key"]: step["points"] for step in steps if step["kind"] == "test"}
        self.points = dict.fromkeys(self.most, 0.0)
        self.messages = dict.fromkeys(self.most, tr("this test was not reached"))
        self.measured: dict[str, dict[str, float]] = {}
        self.outputs: dict[str, list[Output]] = {}
        self.withheld: list[str] = []
        self.errors: list[str] = []
        self.at: str | None = None  # the step that was begun last
        self.broken: tuple[str, str] | None = None  # verdict, message
        self.over = self.tested = False
        counted = "seconds", "cpu_seconds", "peak_memory_bytes", "output_bytes"
        self.resources: dict[str, float] = dict.fromkeys(counted, 0)

    def take(self, event: Event) -> None:
        kind = event["event"]
        if kind == "start":
            self.at = event["key"]
        elif kind == "done":
            self.over = True
        elif kind == "broken":
            self.broken, self.over = (event["verdict"], event["message"]), True
        else:
            key, outputs = event["key"], event["outputs"]
            self.outputs[key] = outputs
            self.resources["output_bytes"] += event.get("size", 0)
            if kind == "test":
                self.points[key], self.messages[key] = event["points"], event["message"]
                if event["measured"]:
                    self.measured[key] = event["measured"]
            if kind != "test" and self.tested:
                self.withheld.append(key)
            self.tested = self.tested or kind == "test"
            for error in outputs:
                if error["output_type"] == "error":
                    text = error["evalue"].strip() or error["ename"]
                    if key in self.withheld:  # what it says is for the lecturer's eyes
                        text = error["ename"] if error["ename"] in BUILTINS else tr("an error")
                    self.errors.append(f"{key}: {text}")

    def outcome(self, sandboxed: bool) -> Outcome:
        messages = {test: printable(said) for test, said in self.messages.items()}
        passed = all(self.points[test] >= most for test, most in self.most.items())
        if self.broken:
            verdict, message = self.broken
            message = f"{self.at}: {message}" if self.at else message
            if self.at in messages:
                messages[self.at] = printable(self.broken[1])
        elif passed:
            verdict, message = "ok", tr("every test passed")
        else:
            verdict = "wrong"
            message = self.errors[0] if self.errors else tr("a test gave part of its points")
        found = self.points, messages, self.measured, self.outputs
        line = in_one_line(printable(message))
        return Outcome(verdict, *found, line, self.resources, sandboxed, self.withheld)


def in_one_line(message: str) -> str:
    """The first line of a message, and its cause, which is what helps.

    >>> in_one_line("f(3): the value is wrong.\\n  expected: 4\\nLikely cause: one was forgotten.")
    'f(3): the value is wrong. Likely cause: one was forgotten.'
    """
    first, _, rest = message.partition("\n")
    likely = tr("Likely cause: ")
    cause = rest.rpartition(likely)[2].partition("\n")[0] if likely in rest else ""
    room = LINE - len(likely) - len(cause) - 1 if cause else LINE
    return f"{first[: max(room, 60)]} {likely}{cause}"[:LINE] if cause else first[:LINE]


def printable(text: str) -> str:
    """Text without half characters and without commands to the terminal that shows it."""
    return "".join(
        c if c == "\n" or c.isprintable() else " " if c.isspace() else "\ufffd" for c in text
    )
