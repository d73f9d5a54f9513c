"""Stand-ins for objects of another process, and for the errors that it raises.

A proxy does what a test needs: call, attributes, methods, iteration, length, items. What would
let the other side decide a comparison (`==`, `in`, truth, hash) raises: an object that calls
itself equal to everything must not win. `isinstance(proxy, …)` is false, never a claim.
"""

import keyword
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import torch

from cnncourse.observe import Call, is_float
from cnncourse.rehearsal import Rehearsal

MOST_ITEMS = 100_000
# Methods of arrays and tensors that compare; such an answer of an object would be a mere claim.
DECIDING = {"equal", "allclose", "isclose", "eq", "ne", "all", "any"}
# Plain ones, whose constructors take a message. No StopIteration: raised in the middle of a test's
# own loop it would end the loop, and with it the checks.
PLAIN: set[type[Exception]] = {
    ArithmeticError, AssertionError, AttributeError, FileNotFoundError, ImportError, IndexError,
    KeyError, LookupError, MemoryError, ModuleNotFoundError, NameError, NotImplementedError,
    OSError, OverflowError, RecursionError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
}  # fmt: skip
ERRORS = {error.__name__: error for error in PLAIN}

Operations = Mapping[str, Callable[..., Any]]
# What the result of a call depends on: do gradients flow, the default dtype, a seed.
Context = tuple[bool, torch.dtype, int]


class RemoteError(Exception):
    """An error of the other process; `shown` holds the lines of its traceback there."""

    shown: Sequence[str] = ()

    def __str__(self) -> str:  # KeyError would quote the message
        return str(self.args[0])


def error_from(names: object, message: object, shown: object) -> RemoteError:
    """The exception to raise here: of the class's name, and of the first base known here."""
    good = [name for name in names if _is_name(name)] if type(names) is list else []
    known = next((ERRORS[name] for name in good if name in ERRORS), Exception)
    bases = (RemoteError,) if known is Exception else (RemoteError, known)
    made: type[RemoteError] = type(good[0] if good else "Exception", bases, {})
    error = made(str(message)[:2000])
    error.shown = [str(line)[:2000] for line in shown][-50:] if type(shown) is list else []
    return error


def _is_name(name: Any) -> bool:
    short = type(name) is str and len(name) <= 100
    return short and name.isidentifier() and not keyword.iskeyword(name)


class Remote:
    """An object of the other process."""

    __slots__ = ("_handle", "_left", "_link", "_name")

    def __init__(self, link: Any, handle: int, name: str | None = None):
        values = (handle, MOST_ITEMS, link, name)
        for slot, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, slot, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._link.ask("call", self, args, kwargs, context())

    def __getattr__(self, name: str) -> Any:
        if name == "__name__" and self._name:
            return self._name
        if name in self.__slots__:  # never completed: nothing can be said about it
            raise AttributeError(name)
        if name.startswith("__"):
            raise AttributeError(f"{self!r} has no {name}")
        if name in DECIDING:
            return self._undecided()
        return self._link.ask("get", self, name)

    def __len__(self) -> int:
        length = self._link.ask("len", self)
        if type(length) is not int or length < 0:
            raise TypeError("len() gave something else than a count")
        return length

    def __getitem__(self, key: Any) -> Any:
        return self._link.ask("item", self, key)

    def __iter__(self) -> Iterator[Any]:
        iterator: Iterator[Any] = self._link.ask("iter", self)
        return iterator

    def __next__(self) -> Any:
        object.__setattr__(self, "_left", self._left - 1)
        if self._left < 0:
            raise RuntimeError(f"more than {MOST_ITEMS:,} items; does it ever end?")
        found = self._link.ask("next", self, context())
        if type(found) is not tuple or len(found) not in (0, 1):
            raise TypeError("next() gave no item")
        if not found:
            raise StopIteration
        return found[0]

    def __observe__(self, args: Sequence[Any], *how: Any) -> Call:
        """`checks` asks through this for a call and a record of it (see observe.observe_here)."""
        found = self._link.ask("observe", self, args, *how, context())
        wanted = sum(map(is_float, args))
        value, args, kwargs, error, lines, gradients, used, passes = found
        if error is not None:
            names, message = error
            error = [str(name) for name in names], str(message)
        if gradients is not None:
            gradients = [g if g is None else torch.as_tensor(g) for g in gradients]
            if len(gradients) != wanted:  # a loop over none of them would find no mistake
                raise TypeError(f"{len(gradients)} gradients came back for {wanted} tensors")
        words = [[str(line)[:2000] for line in those] for those in (lines, used)]
        seen = None if passes is None else Rehearsal.of_data(passes)
        return Call(value, list(args), dict(kwargs), error, words[0], gradients, words[1], seen)

    def __del__(self) -> None:
        try:  # noqa: SIM105  # at the interpreter's end `suppress` may be gone before this object
            self._link.dropped.append(self._handle)
        except AttributeError:  # never completed, or the interpreter is ending
            pass

    def __repr__(self) -> str:
        return f"<{self._name or 'an object'} of the other process>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError(f"{self!r}: its attributes cannot be set from here")

    def _undecided(self, *_: object) -> NoReturn:
        raise TypeError(
            f"{self!r} cannot be compared, tested or looked up from here: only numbers, "
            "strings, lists, tuples, dicts, arrays and tensors can"
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _undecided
    __hash__ = __instancecheck__ = __subclasscheck__ = __reduce_ex__ = _undecided


def context() -> Context:
    """The caller's settings that a call depends on, and a seed for its random numbers.

    The seed is drawn from torch's generator here: repeatable after torch.manual_seed, another one
    for the next call, and it tells nothing about the seed here.
    """
    return (torch.is_grad_enabled(), torch.get_default_dtype(), int(torch.randint(2**62, ())))


class applied:  # noqa: N801  # as contextlib names such: suppress
    """The caller's settings, for the duration of a call on this side."""

    def __init__(self, settings: Context):
        self.grad, self.dtype, self.seed = settings
        self.inference = torch.inference_mode(False)

    def __enter__(self) -> None:
        self.inference.__enter__()
        self.before = torch.is_grad_enabled(), torch.get_default_dtype()
        self.state = torch.default_generator.get_state()
        # Not torch.manual_seed, which visits every kind of device for a millisecond.
        torch.default_generator.manual_seed(self.seed)
        torch.set_grad_enabled(self.grad)
        torch.set_default_dtype(self.dtype)

    def __exit__(self, *_: object) -> None:
        torch.set_grad_enabled(self.before[0])
        torch.set_default_dtype(self.before[1])
        torch.default_generator.set_state(self.state)
        self.inference.__exit__(None, None, None)


def served() -> dict[str, Callable[..., Any]]:
    """The operations behind a proxy, for the side that has the object."""

    def call(function: Any, args: Any, kwargs: Mapping[str, Any], context: Context) -> Any:
        with applied(context):
            return function(*args, **kwargs)

    def following(iterator: Iterator[Any], context: Context) -> tuple[Any, ...]:
        with applied(context):
            try:
                return (next(iterator),)
            except StopIteration:
                return ()

    plain: Operations = {"get": getattr, "iter": iter, "len": len, "item": operator.getitem}
    return {"call": call, "next": following, **plain}
