"""What test cells call: compare a student's result with the right one, and name the misconception.

Every function here looks only at plain data (numbers, strings, lists, tuples, dicts, arrays and
tensors), so that the code under test may live in another process. A failure raises `CheckFailed`,
whose traceback in a notebook is its message alone.
"""

import contextlib
import copy
import hashlib
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnncourse.compare import difference, short
from cnncourse.observe import Call, is_float, observe, plain

__all__ = [
    "CheckFailed",
    "after",
    "by_hand",
    "difference",
    "expect",
    "expect_error",
    "expect_true",
    "generator",
    "gradient",
    "likely_cause",
    "measured",
    "measuring",
    "numeric_gradient",
    "unchanged",
]


class CheckFailed(AssertionError):
    """A student's result is not the expected one; the message says what differs and why."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback (and of the test's source)."""
        return [f"\x1b[0;31m{type(self).__name__}\x1b[0m: {self}"]


def expect(
    actual: object,
    expected: object,
    what: str = "",
    mistakes: Mapping[str, Any] | None = None,
    rtol: float = 1e-4,
    atol: float = 1e-5,
) -> None:
    """Raise CheckFailed unless `actual` equals `expected` in type, shape, kind of dtype and values.

    Whole numbers and truth values must be equal, others within `rtol · |expected| + atol`.
    what: the call that was made, for the message, e.g. "correlate2d(image, kernel)".
    mistakes: {misconception in words: the value it leads to, or a function that computes it};
    the one that yields `actual` is named.

    >>> expect(6, 6, what="output_size(8, 3)")
    >>> expect(7, 6, what="output_size(8, 3)", mistakes={"the window's own size is forgotten": 7})
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: output_size(8, 3): the value is wrong.
      expected: 6
      yours:    7
    Likely cause: the window's own size is forgotten.
    """
    problem = difference(actual, expected, rtol, atol)
    if problem is None:
        return
    message = f"{what or 'your result'}: {problem}"
    cause = likely_cause(actual, mistakes or {}, rtol, atol)
    if cause:
        message += f"\nLikely cause: {cause.rstrip('.')}."
    raise CheckFailed(message)


def expect_true(condition: Any, message: str) -> None:
    """Raise CheckFailed with `message` unless `condition` is true."""
    try:
        holds = bool(condition)
    except Exception as error:  # such as that of a tensor of several truth values
        raise CheckFailed(f"{message} (the condition has no single truth value: {error})") from None
    if not holds:
        raise CheckFailed(message)


_measured: dict[str, float] = {}


def measured(**numbers: float) -> None:
    """Report what a test measured beside its points: it reaches the record as numbers.

    Raises ValueError for what is no finite number.

    >>> with measuring() as found:
    ...     measured(accuracy=0.75, images=5000)
    >>> found
    {'accuracy': 0.75, 'images': 5000}
    """
    for name, number in numbers.items():
        if type(number) not in (int, float) or not math.isfinite(number):
            raise ValueError(f"{name} must be a finite number, not {number!r}")
    _measured.update(numbers)


@contextlib.contextmanager
def measuring() -> Iterator[dict[str, float]]:
    """What is `measured` until the block ends."""
    found: dict[str, float] = {}
    _measured.clear()
    try:
        yield found
    finally:
        found.update(_measured)
        _measured.clear()


def expect_error(
    function: Callable[..., Any],
    *args: Any,
    error: type[Exception] | str = "ValueError",
    what: str = "",
    **kwargs: Any,
) -> None:
    """Raise CheckFailed unless `function(*args, **kwargs)` raises `error` (a class or its name).

    >>> import math
    >>> expect_error(math.sqrt, -1.0, error="ValueError")
    >>> expect_error(math.sqrt, 4.0, error=ValueError, what="sqrt(4.0)")
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: sqrt(4.0): a ValueError was expected, but it returned 2.0.
    """
    name = error if isinstance(error, str) else error.__name__
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    if record.error is None:
        raise CheckFailed(f"{what}: a {name} was expected, but it returned {short(record.value)}.")
    raised, message = record.error
    if name not in raised:
        raise CheckFailed(f"{what}: a {name} was expected, but it raised {raised[0]}: {message}")


def unchanged(function: Callable[..., Any], *args: Any, what: str = "", **kwargs: Any) -> Any:
    """Call the function, raise CheckFailed if it modified an argument, return its result.

    >>> unchanged(sorted, [3, 1, 2])
    [1, 2, 3]
    >>> unchanged(list.sort, [3, 1, 2], what="sort(numbers)")
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: sort(numbers): argument 1 was modified; work on a copy of it.
    """
    before = _named(map(plain, args), {name: plain(value) for name, value in kwargs.items()})
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    _raise_error_of(record, what)
    after = _named(record.args, record.kwargs)
    for name, value in before.items():
        if difference(after[name], value, rtol=0, atol=0) is not None:
            raise CheckFailed(f"{what}: argument {name} was modified; work on a copy of it.")
    return record.value


def after(
    function: Callable[..., Any], *args: Any, what: str = "", **kwargs: Any
) -> tuple[Any, list[Any]]:
    """Call the function on copies of its arguments; return (its result, the arguments afterwards).

    For functions that are meant to change what they get: `args` stay as they are, and the tensors
    of the list that is returned have the `.grad` that the function left.

    >>> after(list.append, [1, 2], 3)
    (None, [[1, 2, 3], 3])
    """
    record = observe(function, *copy.deepcopy(args), **kwargs)
    _raise_error_of(record, what or _call_name(function))
    return record.value, record.args


def by_hand(
    function: Callable[..., Any], *args: Any, without: Sequence[str], what: str = "", **kwargs: Any
) -> Any:
    """Call the function, raise CheckFailed if it left its work to torch, return its result.

    without: names as `observe` watches them, e.g. ("torch.nn.functional.conv2d",
    "aten.convolution").

    >>> by_hand(torch.dot, torch.ones(2), torch.ones(2), without=("torch.nn.functional.conv2d",))
    tensor(2.)
    >>> by_hand(torch.nn.functional.unfold, torch.ones(1, 1, 2, 2), 2, what="im2col(x, 2)",
    ...         without=("torch.nn.functional.unfold", "aten.im2col"))
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: im2col(x, 2): this calls torch.nn.functional.unfold, which does
    the whole task. The point here is to write it yourself; sums, products, slices and loops are
    yours to use.
    """
    what = what or _call_name(function)
    record = observe(function, *args, watch=tuple(without), **kwargs)
    _raise_error_of(record, what)
    if record.used:
        raise CheckFailed(
            f"{what}: this calls {record.used[0]}, which does the whole task. The point here is to "
            "write it yourself; sums, products, slices and loops are yours to use."
        )
    return record.value


def _raise_error_of(record: Call, what: str) -> None:
    if record.error is not None:
        (name, *_), message = record.error
        raise CheckFailed(f"{what}: it raised {name}: {message}")


def generator(number: int) -> torch.Generator:
    """The random numbers of test `number`: others wherever the grader sets CNNCOURSE_SEED.

    number: any int; whoever uses the same one gets the same inputs, a grader's for each student
    and each test cell.

    >>> torch.equal(torch.rand(3, generator=generator(1)), torch.rand(3, generator=generator(1)))
    True
    """
    if seed := int(os.environ.get("CNNCOURSE_SEED", "0")):
        key = hashlib.blake2b(str(seed).encode()).digest()
        found = hashlib.blake2b(str(number).encode(), key=key, digest_size=8).digest()
        number = int.from_bytes(found, "big") >> 1
    return torch.Generator().manual_seed(number)


def gradient(
    function: Callable[..., Any], *args: Any, upstream: Tensor | None = None, what: str = ""
) -> list[Tensor]:
    """Gradients by autograd of sum(upstream · function(*args)), one for each float tensor in args.

    upstream: a tensor in the shape of the result, ones if omitted. The arguments stay untouched.

    >>> x = torch.tensor([1.0, 2.0, 3.0])
    >>> gradient(torch.square, x)
    [tensor([2., 4., 6.])]
    """
    what = what or _call_name(function)
    record = observe(function, *args, gradient=True, upstream=upstream)
    _raise_error_of(record, what)
    if record.gradients is None:
        raise CheckFailed(
            f"{what}: no gradient flows through the result. "
            "Likely cause: a detach(), an item(), NumPy or a new tensor on the way."
        )
    return record.gradients


def numeric_gradient(
    function: Callable[..., Any], *args: Any, upstream: Tensor | None = None, step: float = 1e-5
) -> list[Tensor]:
    """What `gradient` should give, by central differences (f(a + h) − f(a − h)) / 2h in float64.

    >>> numeric_gradient(torch.square, torch.tensor([1.0, 2.0]))[0].round(decimals=6)
    tensor([2., 4.], dtype=torch.float64)
    """
    # On the CPU, because not every device has float64.
    values = [a.detach().cpu().double().clone() if is_float(a) else a for a in args]
    upstream = None if upstream is None else upstream.cpu()
    gradients = []
    for value in filter(is_float, values):
        slope = torch.zeros_like(value)
        for index in np.ndindex(*value.shape):
            center = value[index].item()
            ends = []
            for shifted in (center + step, center - step):
                value[index] = shifted
                result = function(*values)
                ends.append((result if upstream is None else result * upstream).sum().item())
            value[index] = center
            slope[index] = (ends[0] - ends[1]) / (2 * step)
        gradients.append(slope)
    return gradients


def likely_cause(
    actual: object, mistakes: Mapping[str, Any], rtol: float = 1e-4, atol: float = 1e-5
) -> str | None:
    """The misconception among {words: value or function} whose value is `actual`, or None."""
    for words, wrong in mistakes.items():
        try:
            wrong = wrong() if callable(wrong) else wrong
        except Exception:  # a misconception that cannot be computed on this input explains nothing
            continue
        if difference(actual, wrong, rtol, atol) is None:
            return words
    return None


def _named(args: Iterable[Any], kwargs: Mapping[str, Any]) -> dict[int | str, Any]:
    named: dict[int | str, Any] = dict(enumerate(args, 1))
    named.update(kwargs)
    return named


def _call_name(function: Callable[..., Any]) -> str:
    return f"{getattr(function, '__name__', 'the function')}(…)"
