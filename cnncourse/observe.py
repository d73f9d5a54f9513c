"""Call a student's function and record what happened, as plain data.

`checks` is built on this. The function may live in another process: an object whose class has a
method `__observe__` is asked to make the call and the record over there, by `observe_here`.
"""

import contextlib
import copy
import functools
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any, TypeGuard

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from cnncourse.language import tr
from cnncourse.rehearsal import Rehearsal, rehearsed

CELL = re.compile(r"^<(ipython-input|cell)|ipykernel_\d+")  # what a notebook's cell has for a file
MOST_LINES = 5
NOT_WATCHED: set[CodeType] = set()  # right functions that a test lends: they may do anything
_IMMUTABLE = int | float | complex | str | bytes | range | np.generic | None


@dataclass
class Call:
    """What a call did; everything in it is plain data (numbers, strings, containers, tensors).

    value: what it returned, None after an error.
    args, kwargs: the arguments as they were after the call, tensors with the `.grad` that they had
    then; other objects appear as None.
    error: None, or (names of the exception's class and its bases, message).
    lines: then, the lines of notebook cells that led to it.
    gradients: for each float tensor in args the gradient, if it was asked for and could be had.
    used: those of the watched names that were called on the way.
    rehearsal: what the first model among the arguments did, if that was asked for.
    """

    value: Any = None
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    error: tuple[list[str], str] | None = None
    lines: list[str] = field(default_factory=list)
    gradients: list[Tensor] | None = None
    used: list[str] = field(default_factory=list)
    rehearsal: Rehearsal | None = None


def observe(
    function: Any,
    *args: Any,
    gradient: bool = False,
    upstream: Tensor | None = None,
    watch: Sequence[str] = (),
    rehearse: bool = False,
    **kwargs: Any,
) -> Call:
    """Call `function(*args, **kwargs)` where it lives and return the Call of it.

    It gets copies: what it does to its arguments is in the Call, and in no later comparison. A
    tensor among them, or in a list or dict of them, takes its `.grad` along, both ways.

    gradient: also differentiate sum(upstream · value) by autograd.
    watch: names of functions ("torch.nn.functional.conv2d") and of torch's operators
    ("aten.convolution"), which is what they all end in.
    rehearse: record the passes of the first model among the arguments.

    >>> record = observe(list.append, [1], 2)
    >>> record.value, record.args, record.error
    (None, [[1, 2], 2], None)
    >>> observe(int, "x").error
    (['ValueError', 'Exception'], "invalid literal for int() with base 10: 'x'")
    """
    there = function if hasattr(type(function), "__observe__") else Apart(function)
    record: Call = there.__observe__(args, kwargs, gradient, upstream, watch, rehearse)
    return record


def observe_here(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    gradient: bool,
    upstream: Tensor | None,
    watch: Sequence[str],
    rehearse: bool = False,
) -> Call:
    """`observe` for a function of this process."""
    record = Call()
    if gradient:
        args = [a.detach().clone().requires_grad_() if is_float(a) else a for a in args]
    models = [a for a in args if isinstance(a, nn.Module)] if rehearse else []
    try:
        with ExitStack() as stack:
            stack.enter_context(_watched(watch, record.used))
            if models:
                record.rehearsal = stack.enter_context(rehearsed(models[0]))
            record.value = function(*args, **kwargs)
        if gradient:
            record.gradients = _gradients(record.value, [a for a in args if is_float(a)], upstream)
    except Exception as error:
        names = [base.__name__ for base in type(error).__mro__]
        record.error = names[: names.index("Exception") + 1], str(error)
        record.lines = cell_lines(error)
    record.args = [plain(argument) for argument in args]
    record.kwargs = {name: plain(argument) for name, argument in kwargs.items()}
    return record


def cell_lines(error: BaseException, but: str = "") -> list[str]:
    """The lines of notebook cells that led to an error, the innermost last; none of the file `but`.

    Lines of libraries are left out: what a student can change is what helps.
    """
    frames = traceback.extract_tb(error.__traceback__)
    cells = [f for f in frames if f.filename != but and CELL.search(f.filename)]
    return [
        tr(
            "line {lineno} of your cell, in {name}: {line}",
            lineno=f.lineno,
            name=f.name,
            line=f.line,
        )
        for f in cells[-MOST_LINES:]
    ]


def is_float(value: object) -> TypeGuard[Tensor]:
    """Is it a tensor that can have a gradient?"""
    return isinstance(value, Tensor) and value.is_floating_point()


def _gradients(
    value: object, inputs: Sequence[Tensor], upstream: Tensor | None
) -> list[Tensor] | None:
    """One gradient an input; None where the value does not depend on any by autograd."""
    if not (isinstance(value, Tensor) and value.requires_grad):
        return None
    upstream = torch.ones_like(value) if upstream is None else upstream
    found = torch.autograd.grad(value, inputs, upstream, allow_unused=True)
    return [torch.zeros_like(i) if g is None else g for i, g in zip(inputs, found, strict=True)]


def plain(value: Any) -> Any:
    """A copy of plain data that later changes to `value` leave alone; None for other objects.

    >>> numbers = [torch.ones(1), {"a": [2]}]
    >>> copied = plain(numbers)
    >>> numbers[0] += 1
    >>> copied
    [tensor([1.]), {'a': [2]}]
    """
    if isinstance(value, Tensor):
        twin = value.detach().clone()
        if value.is_leaf and value.grad is not None:  # others have none, and warn if asked
            twin.grad = value.grad.detach().clone()
        return twin
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    if isinstance(value, dict):  # a subclass too, which no other process would send back
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set)):
        return copy.deepcopy(value)
    return value if isinstance(value, _IMMUTABLE) else None


def handed(value: Any) -> Any:
    """What another process would get of an argument: of plain data a copy, else the object.

    A copied tensor lies in memory as the first one does, has its `.grad`, and wants one if it did.

    >>> x = torch.arange(6).reshape(2, 3).T
    >>> handed([x])[0].stride(), handed([x])[0] is x, handed(len) is len
    ((1, 3), False, True)
    """
    if isinstance(value, Tensor):
        lies = value.detach()
        # A clone would lay out a view anew; what is expanded could not be changed in place.
        twin = lies.clone() if 0 in lies.stride() else copy.deepcopy(lies)
        if value.is_leaf and value.grad is not None:
            twin.grad = value.grad.detach().clone()
        return twin.requires_grad_(value.requires_grad)
    if isinstance(value, np.ndarray):
        return value.copy("K")
    if type(value) in (list, tuple):
        return type(value)(map(handed, value))
    if isinstance(value, dict):
        return {key: handed(entry) for key, entry in value.items()}
    return value


class Apart:
    """A student's function as another process has it: it gets copies of what a test hands over."""

    def __init__(self, function: Callable[..., Any]):
        functools.update_wrapper(self, function, updated=())
        self._function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*handed(args), **handed(kwargs))

    def __observe__(self, args: Sequence[Any], kwargs: Mapping[str, Any], *how: Any) -> Call:
        return observe_here(self._function, handed(args), handed(kwargs), *how)


@contextlib.contextmanager
def _watched(names: Sequence[str], used: list[str]) -> Iterator[None]:
    """Append to `used` each of the names that is called inside."""
    if not names:
        yield
        return
    found = {name: _find(name) for name in names}
    # A Python function is known by its code, one written in C by itself. Both are asked for at
    # every call that the function makes: comparing codes, or naming operators, would be slow.
    codes = {id(f.__code__): name for name, f in found.items() if hasattr(f, "__code__")}
    compiled = {f: name for name, f in found.items() if not hasattr(f, "__code__")}
    operators: dict[Any, str | None] = {}

    def note(name: str | None) -> None:
        if name is not None and name not in used and not _lent(sys._getframe()):
            used.append(name)

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            note(codes.get(id(frame.f_code)))
        elif event == "c_call":
            with contextlib.suppress(TypeError):  # what has no hash is not watched
                note(compiled.get(argument))

    class Operators(TorchDispatchMode):
        def __torch_dispatch__(
            self,
            operator: Any,
            types: Sequence[type],
            args: Sequence[Any] = (),
            kwargs: Mapping[str, Any] | None = None,
        ) -> Any:
            if operator not in operators:
                name = str(operator).rpartition(".")[0]
                operators[operator] = name if name in names else None
            note(operators[operator])
            return operator(*args, **(kwargs or {}))

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # otherwise torch imports its compiler first, which takes seconds

    before = sys.getprofile()
    with Operators():  # type: ignore[no-untyped-call]  # torch's own __init__
        sys.setprofile(profile)
        try:
            yield
        finally:
            sys.setprofile(before)


def _lent(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code not in NOT_WATCHED:
        frame = frame.f_back
    return frame is not None


def _find(name: str) -> Any:
    """The function of that name; None for an operator, or for one of a module nobody imported."""
    module, _, attribute = name.rpartition(".")
    if name.startswith("aten.") or module not in sys.modules:
        return None
    return getattr(sys.modules[module], attribute)
