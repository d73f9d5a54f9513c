"""How a result differs from the expected one, in words: type, shape, kind of dtype, values.

Both are plain data: numbers, strings, containers, arrays, tensors. Whatever the result is, the
answer is a sentence and never an error. Whole numbers and truth values compare exactly, others
within rtol · |expected| + atol; NaN equals NaN, and an infinite value itself alone.
"""

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnncourse.language import tr

MOST_SHOWN = 3  # how many differing entries a message lists

_KINDS = {"b": "bool", "i": "integer", "u": "integer", "f": "float", "c": "complex"}
_SCALARS = {"b": bool, "i": int, "u": int, "f": float, "c": complex}
# isinstance takes no set[…].
_ATOMS = bool | str | bytes | range | set | frozenset | None | torch.dtype | torch.device  # type: ignore[type-arg]


def difference(
    actual: object, expected: object, rtol: float = 1e-4, atol: float = 1e-5
) -> str | None:
    """The first way in which `actual` differs from `expected`, in words; None if it does not.

    Raises TypeError if `expected` is not plain data.

    >>> print(difference(torch.zeros(3, 2), torch.zeros(2, 3)))
    the shape is wrong.
      expected: (2, 3)
      yours:    (3, 2)
    """
    expected = _scalar(expected)
    if isinstance(expected, (Tensor, np.ndarray)):
        wanted = Tensor if isinstance(expected, Tensor) else np.ndarray
        # A masked array hides values, which no comparison would see.
        if not isinstance(actual, wanted) or isinstance(actual, np.ma.MaskedArray):
            return pair(tr("the type is wrong"), type_name(expected), type_name(actual))
        return _array_difference(actual, expected, rtol, atol)
    if isinstance(expected, numbers.Complex) and not isinstance(expected, bool):
        return _number_difference(actual, expected, rtol, atol)
    if type(_scalar(actual)) is not type(expected):
        return pair(tr("the type is wrong"), type_name(expected), type_name(actual))
    if isinstance(expected, _ATOMS):
        same = _scalar(actual) == expected
        return None if same else pair(tr("the value is wrong"), short(expected), short(actual))
    if isinstance(expected, (dict, list, tuple)):
        return _container_difference(actual, expected, rtol, atol)
    raise TypeError(tr("checks compare plain data, not {expected}", expected=type_name(expected)))


def type_name(value: object) -> str:
    """The name of a value's class, with its library's where it has one.

    >>> type_name(3), type_name(torch.zeros(2))
    ('int', 'torch.Tensor')
    """
    module = type(value).__module__.split(".")[0]
    return type(value).__name__ if module == "builtins" else f"{module}.{type(value).__name__}"


def short(value: object) -> str:
    """What a message shows of a value: its repr, cut after 60 characters.

    >>> short("a" * 100) == "'" + "a" * 58 + "…"
    True
    """
    try:
        text = repr(value)
    except Exception:  # a student's own __repr__, or an int of more digits than Python prints
        text = f"({type_name(value)})"
    return text if len(text) <= 60 else text[:59] + "…"


def _container_difference(actual: Any, expected: Any, rtol: float, atol: float) -> str | None:
    entries: Iterable[tuple[object, object]]
    if isinstance(expected, dict):
        if set(actual) != set(expected):
            keys = (str(sorted(both, key=str)) for both in (expected, actual))
            return pair(tr("the keys are wrong"), *keys)
        entries = expected.items()
    else:
        if len(actual) != len(expected):
            return pair(tr("the length is wrong"), short(expected), short(actual))
        entries = enumerate(expected)
    for key, entry in entries:
        problem = difference(actual[key], entry, rtol, atol)
        if problem and isinstance(entry, (numbers.Number, str)):
            return pair(tr("entry {key!r} is wrong", key=key), short(expected), short(actual))
        if problem:
            return tr("in entry {key!r} {problem}", key=key, problem=problem)
    return None


def _number_difference(
    actual: object, expected: numbers.Complex, rtol: float, atol: float
) -> str | None:
    # An int is a float's value, and a float a complex number's; not the other way round.
    names = {numbers.Integral: "int", numbers.Real: "float", numbers.Complex: "complex"}
    kind = next(kind for kind in names if isinstance(expected, kind))
    found = _scalar(actual)
    if isinstance(found, bool) or not isinstance(found, kind):
        return pair(tr("the type is wrong"), names[kind], type_name(actual))
    if found == expected:
        return None
    problem = tr("the value is wrong")
    if kind is not numbers.Integral:
        try:
            number = np.complex128(complex(found))
        except OverflowError:  # an int beyond all floats
            return pair(problem, short(expected), short(found))
        if _close(number, np.complex128(complex(expected)), rtol, atol):
            return None
        if np.isnan(number):
            problem = tr("the value is NaN, which is not a number")
        elif np.isinf(number):
            problem = tr("the value is infinite")
    return pair(problem, short(expected), short(found))


def _array_difference(actual: Any, expected: Any, rtol: float, atol: float) -> str | None:
    try:
        # A subclass may have its own idea of every operation on it.
        with torch._C.DisableTorchFunctionSubclass():
            if problem := _form_difference(actual, expected):
                return problem
            found = _values(actual)
    except Exception as error:
        reason = str(error).partition("\n")[0]
        return tr(
            "its values cannot be read ({name}: {reason}). Return an ordinary tensor, "
            "as torch.tensor makes one.",
            name=type(error).__name__,
            reason=reason,
        )
    return _value_difference(found, _values(expected), rtol, atol)


def _form_difference(actual: Any, expected: Any) -> str | None:
    if actual.shape != expected.shape:
        return pair(tr("the shape is wrong"), str(tuple(expected.shape)), str(tuple(actual.shape)))
    if isinstance(actual, Tensor):
        if actual.device.type == "meta":
            return tr("it has a shape but no values: its device is meta.")
        if actual.layout != expected.layout:
            return pair(tr("the layout is wrong"), str(expected.layout), str(actual.layout))
    if _kind(actual) != _kind(expected):
        return pair(
            tr("the dtype is wrong"),
            f"{_kind(expected)}, e.g. {_dtype_name(expected)}",
            f"{_kind(actual)}, {_dtype_name(actual)}",
        )
    return None


def _value_difference(
    actual: NDArray[Any], expected: NDArray[Any], rtol: float, atol: float
) -> str | None:
    if expected.dtype.kind in "fc":
        for name, test in (("NaN", np.isnan), (tr("an infinite value"), np.isinf)):
            bad = test(actual) & ~test(expected)
            if bad.any():
                [at] = _first(bad, 1)
                return tr(
                    "it holds {name} in {sum} of {size} entries, first at {at}.",
                    name=name,
                    sum=bad.sum(),
                    size=bad.size,
                    at=at,
                )
        wrong = ~_close(actual, expected, rtol, atol)
    else:
        wrong = np.asarray(actual != expected)
    if not wrong.any():
        return None
    lines = [tr("{sum} of {size} values are wrong.", sum=wrong.sum(), size=wrong.size)]
    lines += [
        tr("  at {}: expected {}, yours {}").format(at, *_entries(expected[at], actual[at]))
        for at in _first(wrong, MOST_SHOWN)
    ]
    return "\n".join(lines)


def _close(actual: Any, expected: Any, rtol: float, atol: float) -> Any:
    with np.errstate(all="ignore"):  # a warning would be one more line to wonder about
        return np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def _values(array: Any) -> NDArray[Any]:
    """The entries in NumPy, in double precision where they are not whole."""
    if isinstance(array, Tensor):
        if array.is_quantized:
            array = array.dequantize()
        elif array.layout != torch.strided:
            array = array.to_dense()
        # First to the CPU, because not every device has float64; resolved, for NumPy has no flag
        # that says "conjugated" or "negative", and no bfloat16.
        array = array.detach().cpu().resolve_conj().resolve_neg()
        if array.is_complex():
            array = array.to(torch.complex128)
        elif array.is_floating_point():
            array = array.double()
    values: NDArray[Any] = np.asarray(array)
    return (
        values.astype(np.result_type(values, np.float64)) if values.dtype.kind in "fc" else values
    )


def _kind(array: Any) -> str:
    if not isinstance(array, Tensor):
        return _KINDS.get(array.dtype.kind, "object")
    if array.is_quantized:
        return "quantized"
    if array.is_complex():
        return "complex"
    if array.is_floating_point():
        return "float"
    return "bool" if array.dtype == torch.bool else "integer"


def _dtype_name(array: Any) -> str:
    return str(array.dtype).removeprefix("torch.")


def _scalar(value: object) -> object:
    """A NumPy scalar as Python's: np.float16(70000.0) is infinite, and must not equal 70000.0."""
    if isinstance(value, np.generic) and value.dtype.kind in _SCALARS:
        return _SCALARS[value.dtype.kind](value)
    return value


def _first(wrong: NDArray[np.bool_], count: int) -> list[tuple[int, ...]]:
    return [tuple(int(i) for i in at) for at in np.argwhere(wrong)[:count]]


def _entries(expected: Any, actual: Any) -> tuple[str, str]:
    """Two entries in as few digits as tell them apart."""
    if isinstance(expected, np.inexact):
        brief = f"{expected:.6g}", f"{actual:.6g}"
        return brief if brief[0] != brief[1] else (f"{expected:.17g}", f"{actual:.17g}")
    return str(expected), str(actual)


def pair(problem: str, expected: str, actual: str) -> str:
    """A problem in words, and below it what was expected and what came."""
    return tr(
        "{problem}.\n  expected: {expected}\n  yours:    {actual}",
        problem=problem,
        expected=expected,
        actual=actual,
    )
