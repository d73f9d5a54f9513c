"""What test cells call: compare a student's result with the right one, and name the misconception.

Every function here looks only at plain data (numbers, strings, lists, tuples, dicts, arrays and
tensors), so that the code under test may live in another process. A failure raises `CheckFailed`,
whose traceback in a notebook is its message alone.
"""

import contextlib
import copy
import math
import numbers
import os
from collections.abc import Iterator

import numpy as np
import torch

from cnncourse.observe import is_float, observe

SHOWN = 3  # how many differing entries a message lists


class CheckFailed(AssertionError):
    """A student's result is not the expected one; the message says what differs and why."""

    def _render_traceback_(self):
        """IPython shows these lines instead of a traceback (and of the test's source)."""
        return [f"\x1b[0;31m{type(self).__name__}\x1b[0m: {self}"]


def expect(actual, expected, what="", mistakes=None, rtol=1e-4, atol=1e-5):
    """Raise CheckFailed unless `actual` equals `expected` in type, shape, kind of dtype and values.

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


def expect_true(condition, message):
    """Raise CheckFailed with `message` unless `condition` is true."""
    if not bool(condition):
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


def expect_error(function, *args, error="ValueError", what="", **kwargs):
    """Raise CheckFailed unless `function(*args, **kwargs)` raises `error` (a class or its name).

    >>> expect_error(math.sqrt, -1.0, error="ValueError")
    >>> expect_error(math.sqrt, 4.0, error=ValueError, what="sqrt(4.0)")
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: sqrt(4.0): a ValueError was expected, but it returned 2.0.
    """
    name = error if isinstance(error, str) else error.__name__
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    if record.error is None:
        raise CheckFailed(f"{what}: a {name} was expected, but it returned {_short(record.value)}.")
    raised, message = record.error
    if name not in raised:
        raise CheckFailed(f"{what}: a {name} was expected, but it raised {raised[0]}: {message}")


def unchanged(function, *args, what="", **kwargs):
    """Call the function, raise CheckFailed if it modified an argument, return its result.

    >>> unchanged(sorted, [3, 1, 2])
    [1, 2, 3]
    >>> unchanged(list.sort, [3, 1, 2], what="sort(numbers)")
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: sort(numbers): argument 1 was modified; work on a copy of it.
    """
    given = [*enumerate(args, 1), *kwargs.items()]
    before = {
        name: copy.deepcopy(value)
        for name, value in given
        if isinstance(value, (torch.Tensor, np.ndarray, list, dict))
    }
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    _raise_error_of(record, what)
    after = dict([*enumerate(record.args, 1), *record.kwargs.items()])
    for name, value in before.items():
        if difference(after[name], value, 0, 0, nan_equal=True) is not None:
            raise CheckFailed(f"{what}: argument {name} was modified; work on a copy of it.")
    return record.value


def after(function, *args, what="", **kwargs):
    """Call the function on copies of its arguments; return (its result, the arguments afterwards).

    For functions that are meant to change what they get: `args` stay as they are, and the tensors
    of the list that is returned have the `.grad` that the function left.

    >>> after(list.append, [1, 2], 3)
    (None, [[1, 2, 3], 3])
    """
    record = observe(function, *copy.deepcopy(args), **kwargs)
    _raise_error_of(record, what or _call_name(function))
    return record.value, record.args


def by_hand(function, *args, without, what="", **kwargs):
    """Call the function, raise CheckFailed if it left its work to torch, return its result.

    without: names as `observe` watches them, e.g. ("torch.nn.functional.conv2d",
    "aten.convolution").

    >>> by_hand(torch.dot, torch.ones(2), torch.ones(2), without=("torch.nn.functional.conv2d",))
    tensor(2.)
    >>> by_hand(torch.nn.functional.unfold, torch.ones(1, 1, 2, 2), 2, what="im2col(x, 2)",
    ...         without=("torch.nn.functional.unfold", "aten.im2col"))
    Traceback (most recent call last):
    cnncourse.checks.CheckFailed: im2col(x, 2): this calls torch.nn.functional.unfold, which does
    the whole task. The point here is to write it yourself; sums, products, slices and loops are yours
    to use.
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


def _raise_error_of(record, what):
    if record.error is not None:
        (name, *_), message = record.error
        raise CheckFailed(f"{what}: it raised {name}: {message}")


def generator(number):
    """The random numbers of test `number`: others wherever the grader sets CNNCOURSE_SEED.

    number: any int; two tests that use the same one get the same inputs.

    >>> torch.equal(torch.rand(3, generator=generator(1)), torch.rand(3, generator=generator(1)))
    True
    """
    seed = int(os.environ.get("CNNCOURSE_SEED", "0"))
    return torch.Generator().manual_seed(1000 * seed + number)


def gradient(function, *args, upstream=None, what=""):
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


def numeric_gradient(function, *args, upstream=None, step=1e-5):
    """What `gradient` should give, by central differences (f(a + h) − f(a − h)) / 2h in float64.

    >>> numeric_gradient(torch.square, torch.tensor([1.0, 2.0]))[0].round(decimals=6)
    tensor([2., 4.], dtype=torch.float64)
    """
    values = [a.detach().double().clone() if is_float(a) else a for a in args]
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


def difference(actual, expected, rtol=1e-4, atol=1e-5, nan_equal=False):
    """The first way in which `actual` differs from `expected`, in words; None if it does not.

    >>> print(difference(torch.zeros(3, 2), torch.zeros(2, 3)))
    the shape is wrong.
      expected: (2, 3)
      yours:    (3, 2)
    """
    if torch.is_tensor(expected) or isinstance(expected, np.ndarray):
        if not isinstance(actual, torch.Tensor if torch.is_tensor(expected) else np.ndarray):
            return _pair("the type is wrong", _type_name(expected), _type_name(actual))
        return _array_difference(_numpy(actual), _numpy(expected), rtol, atol, nan_equal)
    if isinstance(expected, numbers.Number) and not isinstance(expected, bool):
        return _number_difference(actual, expected, rtol, atol, nan_equal)
    if type(actual) is not type(expected):
        return _pair("the type is wrong", _type_name(expected), _type_name(actual))
    if isinstance(expected, (bool, str, type(None))):
        same = actual == expected
        return None if same else _pair("the value is wrong", repr(expected), _short(actual))
    if isinstance(expected, dict):
        if set(actual) != set(expected):
            return _pair("the keys are wrong", sorted(expected, key=str), sorted(actual, key=str))
        entries = expected.items()
    elif isinstance(expected, (list, tuple)):
        if len(actual) != len(expected):
            return _pair("the length is wrong", _short(expected), _short(actual))
        entries = enumerate(expected)
    else:
        raise TypeError(f"checks compare plain data, not {_type_name(expected)}")
    for key, entry in entries:
        problem = difference(actual[key], entry, rtol, atol, nan_equal)
        if problem and isinstance(entry, (numbers.Number, str)):
            return _pair(f"entry {key!r} is wrong", _short(expected), _short(actual))
        if problem:
            return f"in entry {key!r} {problem}"
    return None


def likely_cause(actual, mistakes, rtol=1e-4, atol=1e-5):
    """The misconception among {words: value or function} whose value is `actual`, or None."""
    for words, wrong in mistakes.items():
        try:
            wrong = wrong() if callable(wrong) else wrong
        except Exception:  # a misconception that cannot be computed on this input explains nothing
            continue
        if difference(actual, wrong, rtol, atol, nan_equal=True) is None:
            return words
    return None


def _number_difference(actual, expected, rtol, atol, nan_equal):
    whole = isinstance(expected, numbers.Integral)
    fits = numbers.Integral if whole else numbers.Real
    if isinstance(actual, bool) or not isinstance(actual, fits):
        return _pair("the type is wrong", "int" if whole else "float", _type_name(actual))
    if actual == expected or nan_equal and math.isnan(actual) and math.isnan(expected):
        return None
    if not math.isfinite(actual):
        return _pair("the value is not finite", expected, actual)
    if not whole and abs(actual - expected) <= atol + rtol * abs(expected):
        return None
    return _pair("the value is wrong", expected, actual)


def _array_difference(actual, expected, rtol, atol, nan_equal):
    if actual.shape != expected.shape:
        return _pair("the shape is wrong", expected.shape, actual.shape)
    if _kind(actual) != _kind(expected):
        return _pair(
            "the dtype is wrong",
            f"{_kind(expected)}, e.g. {expected.dtype}",
            f"{_kind(actual)}, {actual.dtype}",
        )
    if not nan_equal:
        for name, test in (("NaN", np.isnan), ("an infinite value", np.isinf)):
            bad = test(actual) & ~test(expected)
            if bad.any():
                at = tuple(int(i) for i in np.argwhere(bad)[0])
                return f"it holds {name} in {bad.sum()} of {bad.size} entries, first at {at}."
    wrong = ~np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return None
    lines = [f"{wrong.sum()} of {wrong.size} values are wrong."]
    for at in np.argwhere(wrong)[:SHOWN]:
        at = tuple(int(i) for i in at)
        lines.append(f"  at {at}: expected {expected[at]:.6g}, yours {actual[at]:.6g}")
    return "\n".join(lines)


def _pair(problem, expected, actual):
    return f"{problem}.\n  expected: {expected}\n  yours:    {actual}"


def _numpy(value):
    return value.detach().cpu().numpy() if torch.is_tensor(value) else value


def _kind(array):
    kinds = {"b": "bool", "i": "integer", "u": "integer", "f": "float", "c": "complex"}
    return kinds.get(array.dtype.kind, "object")


def _type_name(value):
    module = type(value).__module__.split(".")[0]
    return type(value).__name__ if module == "builtins" else f"{module}.{type(value).__name__}"


def _call_name(function):
    return f"{getattr(function, '__name__', 'the function')}(…)"


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
