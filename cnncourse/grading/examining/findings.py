"""What an examination finds: events of the examiner in, the outcome of the submission out."""

from dataclasses import dataclass, field

LINE = 300  # characters of the message that a table shows


@dataclass(frozen=True)
class Outcome:
    """What became of a submission; plain data.

    verdict: one of records.VERDICTS. points and messages: by grade_id of each test, "" when
    passed. measured: {test: {name: number}}, beside the points. outputs: nbformat outputs by key of the cell (see `plan`). message: one line.
    resources: seconds, cpu_seconds, peak_memory_bytes, output_bytes.
    """

    verdict: str
    points: dict = field(default_factory=dict)
    messages: dict = field(default_factory=dict)
    measured: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)
    message: str = ""
    resources: dict = field(default_factory=dict)
    sandboxed: bool = True


class Findings:
    """What the examiner reported so far."""

    def __init__(self, steps):
        self.most = {step["key"]: step["points"] for step in steps if step["kind"] == "test"}
        self.points, self.messages = dict.fromkeys(self.most, 0.0), dict.fromkeys(self.most)
        self.measured, self.outputs, self.errors, self.at = {}, {}, [], None
        self.broken, self.over = None, False
        self.resources = {
            "seconds": 0.0,
            "cpu_seconds": 0.0,
            "peak_memory_bytes": 0,
            "output_bytes": 0,
        }

    def take(self, event):
        kind, key = event["event"], event.get("key")
        if kind == "start":
            self.at = key
        elif kind == "done":
            self.over = True
        elif kind == "broken":
            self.broken, self.over = (event["verdict"], event["message"]), True
        else:
            self.outputs[key] = event["outputs"]
            self.resources["output_bytes"] += event.get("size", 0)
            if kind == "test":
                self.points[key], self.messages[key] = event["points"], event["message"]
                if event["measured"]:
                    self.measured[key] = event["measured"]
            self.errors += [
                f"{key}: {o['evalue'].strip() or o['ename']}"
                for o in event["outputs"]
                if o["output_type"] == "error"
            ]

    def outcome(self, sandboxed):
        messages = {
            test: "this test was not reached" if said is None else printable(said)
            for test, said in self.messages.items()
        }
        passed = all(self.points[test] >= most for test, most in self.most.items())
        if self.broken:
            verdict, message = self.broken
            message = f"{self.at}: {message}" if self.at else message
            if self.at in messages:
                messages[self.at] = printable(self.broken[1])
        elif passed:
            verdict, message = "ok", "every test passed"
        else:
            verdict = "wrong"
            message = self.errors[0] if self.errors else "a test gave part of its points"
        line = printable(message).partition("\n")[0][:LINE]
        return Outcome(
            verdict,
            self.points,
            messages,
            self.measured,
            self.outputs,
            line,
            self.resources,
            sandboxed,
        )


def printable(text):
    """Text without half characters and without commands to the terminal that shows it."""
    return "".join(
        c if c == "\n" or c.isprintable() else " " if c.isspace() else "\ufffd" for c in text
    )
