"""Written before a test: prints each check that fails, with the calls and values it looked at.

The text of this file is executed at the beginning of a test cell, in the process of the tests,
where this package need not be; so it imports nothing of grading but finds what is loaded there. It
prints a line of JSON for each finding, which `show` reads from the outputs of the test.
"""

import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from cnncourse import checks

MARK = "cnncourse-found: "
MOST_NAMES = 1000  # of objects that are kept
MOST_FINDINGS, MOST_CALLS = 3, 3  # of a test; the last calls before a check
MOST_NUMBERS, MOST_TEXT = 2000, 40_000  # of a value; beyond that its shape is said
CHECKS = (
    "expect", "expect_error", "expect_true", "unchanged", "after", "by_hand", "gradient", "allowed",
)  # fmt: skip
calls: list[dict[str, Any]] = []
findings: list[int] = []
names: dict[int, tuple[str, object]] = {}


def code(value: object) -> str:
    """A value as Python code; in words where it is too large, or no plain data.

    >>> code({"x": (torch.tensor([[0.1, 2.0]]), None)})
    "{'x': (torch.tensor([[0.1, 2.0]]), None)}"
    >>> code(torch.tensor([1, 2], dtype=torch.uint8))
    'torch.tensor([1, 2], dtype=torch.uint8)'
    >>> code(torch.zeros(100, 100))
    '<a tensor (100, 100) of float32>'
    """
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, np.ndarray):
        return f"{_tensor(torch.as_tensor(value))}.numpy()" if value.dtype.kind in "biuf" else "…"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{code(k)}: {code(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return _sequence(value)
    return repr(value)[:MOST_TEXT] if isinstance(value, PLAIN) else f"<{type(value).__name__}>"


def _sequence(value: Sequence[object]) -> str:
    inner = ", ".join(map(code, value)) + "," * (isinstance(value, tuple) and len(value) == 1)
    return f"[{inner}]" if isinstance(value, list) else f"({inner})"


PLAIN = (int, float, complex, str, bytes, bool, type(None), range, np.generic)


def _tensor(value: torch.Tensor) -> str:
    name = str(value.dtype).removeprefix("torch.")
    if value.numel() > MOST_NUMBERS or value.layout != torch.strided or value.is_complex():
        return f"<a tensor {tuple(value.shape)} of {name}>"
    numbers = value.detach().cpu()
    if value.numel() == 0:
        return f"torch.empty({tuple(value.shape)}, dtype=torch.{name})"
    if value.dtype == torch.float32:  # the shortest digits that give the same number
        flat = [float(str(number)) for number in numbers.flatten().numpy()]
        nested = np.array(flat, dtype=object).reshape(numbers.shape).tolist()
    else:
        nested = numbers.tolist()
    text = repr(nested).replace("nan", "float('nan')").replace("inf", "float('inf')")
    usual = (torch.float32, torch.int64, torch.bool)
    return f"torch.tensor({text}" + ("" if value.dtype in usual else f", dtype={value.dtype}") + ")"


def name_of(thing: object) -> str:
    """What a test calls an object of the student's, as far as that is known."""
    with contextlib.suppress(Exception):
        return names[id(thing)][0] if id(thing) in names else str(thing.__name__)  # type: ignore[attr-defined]
    return "<an object>"


def call_it(value: object, name: str) -> None:
    """Remember where an object came from, such as `Net().forward`; it is kept, for its id."""
    if type(value).__name__ == "Remote" and len(names) < MOST_NAMES:
        names[id(value)] = name, value


def found(**about: object) -> None:
    """Print a finding, with the calls since the last one."""
    findings.append(1)
    if len(findings) <= MOST_FINDINGS:
        text = json.dumps({**about, "calls": calls[-MOST_CALLS:]})
        if len(text) > 4 * MOST_TEXT:
            text = json.dumps({"check": about.get("check"), "calls": [], "too_long": True})
        print(MARK + text)


def watched(name: str, check: Callable[..., Any]) -> Callable[..., Any]:
    """A check of `cnncourse.checks` that tells of its failures."""

    @functools.wraps(check)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            value = check(*args, **kwargs)
        except checks.CheckFailed as failure:
            about = {"check": name, "said": str(failure)}
            if name == "expect" and len(args) > 1:
                about |= {"yours": code(args[0]), "expected": code(args[1])}
            found(**about)
            raise
        if name == "expect":
            calls.clear()  # what held is of no interest
        return value

    return checked


def listening(ask: Callable[..., Any]) -> Callable[..., Any]:
    """`Link.ask`, with calls of the student's functions written down."""

    @functools.wraps(ask)
    def asked(link: Any, operation: str, *args: Any) -> Any:
        if operation == "get":  # such as a method, which is called then
            value = ask(link, operation, *args)
            call_it(value, f"{name_of(args[0])}.{args[1]}")
            return value
        if operation not in ("call", "observe"):
            return ask(link, operation, *args)
        function, given, named = args[:3]
        try:
            text = ", ".join([*map(code, given), *(f"{k}={code(v)}" for k, v in named.items())])
            call = {"name": name_of(function), "arguments": text}
        except Exception as error:  # it is a remark beside the test, and must not fail it
            call = {"name": "it", "arguments": f"… ({type(error).__name__})"}
        calls.append(call)
        try:
            value = ask(link, operation, *args)
        except Exception as error:
            call["raised"] = f"{type(error).__name__}: {error}"
            found(check="call")
            raise
        if operation == "call":
            call_it(value, f"{call['name']}({call['arguments']})")
        return value

    return asked


def begin() -> None:
    """Watch from here on, once in a process; what a test before found is forgotten."""
    keys = {key: value for key, value in os.environ.items() if key.startswith("CNNCOURSE_SEED")}
    print(MARK + json.dumps({"environment": keys}))
    state = vars(checks).setdefault("_watching", {})
    if state:
        state["forget"]()
        return

    def forget() -> None:
        calls.clear()
        findings.clear()

    state["forget"] = forget
    for name in CHECKS:
        if hasattr(checks, name):
            setattr(checks, name, watched(name, getattr(checks, name)))
    link = sys.modules.get("cnncourse.grading.examining.protocol.link")
    if link is not None:
        link.Link.ask = listening(link.Link.ask)
