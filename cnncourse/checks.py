"""What test cells call: compare a student's result with the right one, and name the misconception.

Every function here looks only at plain data (numbers, strings, lists, tuples, dicts, arrays and
tensors), so that the code under test may live in another process. A failure raises `CheckFailed`,
whose traceback in a notebook is its message alone.
"""

import contextlib
import copy
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnncourse.causes import Trial, in_words
from cnncourse.compare import difference, pair, short
from cnncourse.gathering import (
    CheckFailed,
    fail,
    gathered,
    hold,
    measured,
    measuring,
    passed,
    pending,
    raised,
)
from cnncourse.language import tr
from cnncourse.observe import Call, is_float, observe, plain
from cnncourse.rehearsal import Rehearsal

__all__ = [
    "CheckFailed",
    "after",
    "allowed",
    "by_hand",
    "difference",
    "expect",
    "expect_error",
    "expect_true",
    "gathered",
    "generator",
    "gradient",
    "joined",
    "measured",
    "measuring",
    "numeric_gradient",
    "passed",
    "pending",
    "plainly",
    "raised",
    "rehearse",
    "unchanged",
]


def expect(
    actual: object,
    expected: object,
    what: str = "",
    mistakes: Mapping[str, Any] | None = None,
    rtol: float = 1e-4,
    atol: float = 1e-5,
    precise: bool = False,
    number: bool = False,
    own: Callable[[], object] | None = None,
) -> None:
    """Raise CheckFailed unless `actual` equals `expected` in type, shape, kind of dtype and values.

    Whole numbers and truth values must be equal, others within `rtol · |expected| + atol`.

    what: the call that was made, for the message, e.g. "correlate2d(image, kernel)".
    mistakes: {misconception in words: the value it leads to, or a function that computes it};
    those that yield `actual` are named; None says nothing.
    precise: demand the dtype itself, and the precision of float64; elsewhere a NumPy array is as
    good as a tensor, so that it costs once.
    number: 6.0 and tensor(6) are as good as 6, where another test asks for the type.
    own: `plainly(function, …)` or `joined(…)`, for tests of something else than values: a result
    that equals the student's own one on plain inputs, or on its parts, is good, too.

    >>> expect(6, 6, what="output_size(8, 3)")
    >>> expect(7, 6, what="output_size(8, 3)", mistakes={"the window's own size is forgotten": 7})
    Traceback (most recent call last):
    cnncourse.gathering.CheckFailed: output_size(8, 3): the value is wrong.
      expected: 6
      yours:    7
    Likely cause: the window's own size is forgotten.
    """
    if number:
        actual = _plain_number(actual)
    elif isinstance(expected, Tensor) and not precise:
        actual = _tensor_of(actual)
    problem = difference(actual, expected, rtol, atol)
    known = Trial(actual, mistakes or {}, rtol, atol).causes() if problem and own else []
    if problem is not None and own is not None and not known:
        problem = _difference_from_own(actual, expected, own, problem)
    if problem is None and precise:
        right = difference(actual, expected, rtol, atol) is None
        problem = _imprecise(actual, expected, right)
    trial = Trial(actual, mistakes or {}, rtol, atol, problem, expected)
    if problem is None:
        hold(trial)
        return
    head = f"{what or tr('your result')}: {problem}"
    failure = CheckFailed(head + in_words(trial.causes()))
    failure.head, failure.trial = head, trial
    fail(failure)


def plainly(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[[], object]:
    """The student's own result on plain inputs, for `own` in `expect`: asked for only if needed.

    None, which nothing equals, if it is no answer at all: nothing, empty, NaN, one value for all
    entries, an argument given back, or the same whatever the first argument is.
    """

    def own() -> object:
        first, *rest = map(plain, args)
        found = observe(function, *map(plain, args), **kwargs).value
        other = observe(function, 2 * first + 1, *rest, **kwargs).value
        if not (is_float(found) and found.numel() and bool(found.isfinite().all())):
            return None
        if found.numel() > 1 and bool((found == found.flatten()[0]).all()):
            return None
        same = [argument for argument in [*args, other] if difference(found, argument) is None]
        return None if same else found

    return own


def joined(
    join: Callable[[list[Any]], Any], owns: Sequence[Callable[[], object]], words: str
) -> Callable[[], object]:
    """`own` for `expect`, made of the student's own results on parts: `join` of them, in a list.

    None if one of them is no answer.

    words: what it is, after "it is not ".

    >>> halves = [plainly(torch.square, torch.arange(2.0 * n, 2.0 * n + 2)) for n in (1, 2)]
    >>> joined(torch.cat, halves, "yours for each half, joined")()
    tensor([ 4.,  9., 16., 25.])
    """

    def own() -> object:
        parts = [part() for part in owns]
        return None if any(part is None for part in parts) else join(parts)

    own.words = words  # type: ignore[attr-defined]
    return own


def _plain_number(value: object) -> object:
    if isinstance(value, (Tensor, np.ndarray, np.generic)) and value.ndim == 0:
        value = value.item()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _tensor_of(value: object) -> object:
    if type(value) is np.ndarray:
        with contextlib.suppress(TypeError):  # of objects, or of a dtype that torch lacks
            return torch.tensor(value)
    return value


def _difference_from_own(
    actual: object, expected: object, own: Callable[[], object], problem: str
) -> str | None:
    if not is_float(actual) or not is_float(expected):
        return problem
    found = own()
    if not is_float(found):
        return problem
    shown = difference(actual.double(), found.double())
    if shown is None:
        return None
    if difference(found.double(), expected.double()) is None:
        return problem  # what differs is not the student's own result
    if words := getattr(own, "words", None):
        return tr("it is not {words}: {shown}", words=words, shown=shown)
    return tr("it is not what the same call gives on plain float32 tensors: {shown}", shown=shown)


def _imprecise(actual: object, expected: object, values: bool) -> str | None:
    """How a result falls short of the expected one's dtype; `values` says that those are known."""
    if not (isinstance(actual, Tensor) and isinstance(expected, Tensor)):
        return None
    if expected.dtype != torch.float64:  # more than what is asked for is no fault
        return None
    if actual.dtype != torch.float64:
        dtype = str(actual.dtype).removeprefix("torch.")
        return pair(tr("the dtype is wrong"), "float64", dtype)
    if values and (problem := difference(actual, expected, 1e-9, 1e-9)):
        return tr("{problem}\nThe sums were rounded to float32 on the way.", problem=problem)
    return None


def expect_true(condition: Any, message: str) -> None:
    """Raise CheckFailed with `message` unless `condition` is true."""
    try:
        holds = bool(condition)
    except Exception as error:  # such as that of a tensor of several truth values
        fail(
            CheckFailed(
                tr(
                    "{message} (the condition has no single truth value: {error})",
                    message=message,
                    error=error,
                )
            )
        )
    if not holds:
        fail(CheckFailed(message))


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
    cnncourse.gathering.CheckFailed: sqrt(4.0): a ValueError was expected, but it returned 2.0.
    """
    name = error if isinstance(error, str) else error.__name__
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    if record.error is None:
        fail(
            CheckFailed(
                tr(
                    "{what}: a {name} was expected, but it returned {value}.",
                    what=what,
                    name=name,
                    value=short(record.value),
                )
            )
        )
    names, message = record.error
    if name not in names:
        said = raised(names[0], message, record.lines)
        fail(
            CheckFailed(
                tr("{what}: a {name} was expected, but {said}", what=what, name=name, said=said)
            )
        )


def allowed(
    function: Callable[..., Any], *args: Any, larger: Sequence[Any], what: str = "", **kwargs: Any
) -> Any:
    """Call the function where things just fit, and no ValueError belongs; return its result.

    larger: arguments with a little more room; if these are accepted, a strict comparison is to
    blame for the error.

    >>> import math
    >>> allowed(math.sqrt, 0.0, larger=[1.0])
    0.0
    """
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    if record.error is not None and "ValueError" in record.error[0]:
        said = raised(record.error[0][0], record.error[1], record.lines)
        strict = observe(function, *larger, **kwargs).error is None
        cause = [tr("a strict comparison, < where <= belongs: what is as large just fits")] * strict
        fail(CheckFailed(f"{what}: {said}{in_words(cause)}"))
    _raise_error_of(record, what)
    return record.value


def unchanged(function: Callable[..., Any], *args: Any, what: str = "", **kwargs: Any) -> Any:
    """Call the function, raise CheckFailed if it modified an argument, return its result.

    >>> unchanged(sorted, [3, 1, 2])
    [1, 2, 3]
    >>> unchanged(list.sort, [3, 1, 2], what="sort(numbers)")
    Traceback (most recent call last):
    cnncourse.gathering.CheckFailed: sort(numbers): argument 1 was modified; work on a copy of it.
    """
    before = _named(map(plain, args), {name: plain(value) for name, value in kwargs.items()})
    what = what or _call_name(function)
    record = observe(function, *args, **kwargs)
    _raise_error_of(record, what)
    after = _named(record.args, record.kwargs)
    for name, value in before.items():
        if difference(after[name], value, rtol=0, atol=0) is not None:
            fail(
                CheckFailed(
                    tr(
                        "{what}: argument {name} was modified; work on a copy of it.",
                        what=what,
                        name=name,
                    )
                )
            )
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


def rehearse(
    function: Callable[..., Any], *args: Any, what: str = "", **kwargs: Any
) -> tuple[Any, Rehearsal]:
    """Call a function that trains a model; return (its result, what the model did meanwhile)."""
    record = observe(function, *args, rehearse=True, **kwargs)
    _raise_error_of(record, what or _call_name(function))
    return record.value, record.rehearsal or Rehearsal()


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
    cnncourse.gathering.CheckFailed: im2col(x, 2): this calls torch.nn.functional.unfold, which does
    the whole task. The point here is to write it yourself; sums, products, slices and loops are
    yours to use.
    """
    what = what or _call_name(function)
    record = observe(function, *args, watch=tuple(without), **kwargs)
    _raise_error_of(record, what)
    if record.used:
        fail(
            CheckFailed(
                tr(
                    "{what}: this calls {value}, which does the whole task. The point here is "
                    "to write it yourself; sums, products, slices and loops are yours to use.",
                    what=what,
                    value=record.used[0],
                )
            )
        )
    return record.value


def _raise_error_of(record: Call, what: str) -> None:
    if record.error is not None:
        (name, *_), message = record.error
        if name == "NotImplementedError" and not message:
            raise NotImplementedError  # not answered yet
        fail(CheckFailed(f"{what}: {raised(name, message, record.lines)}"))


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
        fail(
            CheckFailed(
                tr("{what}: no gradient flows through the result.", what=what)
                + in_words([tr("a detach(), an item(), NumPy or a new tensor on the way")])
            )
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


def _named(args: Iterable[Any], kwargs: Mapping[str, Any]) -> dict[int | str, Any]:
    named: dict[int | str, Any] = dict(enumerate(args, 1))
    named.update(kwargs)
    return named


def _call_name(function: Callable[..., Any]) -> str:
    return f"{getattr(function, '__name__', 'the function')}(…)"
