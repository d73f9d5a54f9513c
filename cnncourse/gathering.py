"""What a test cell found out: the failures of its inputs, told as one, and what it measured.

A cell tries a student's function on several inputs. The first failure is told, with the cause that
fits all of them, once the cell has tried them all.
"""

import contextlib
import functools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from cnncourse.causes import Trial, general_causes, in_words, likely_causes
from cnncourse.language import both, later, tr
from cnncourse.observe import cell_lines


class CheckFailed(AssertionError):
    """A student's result is not the expected one; the message says what differs and why."""

    trial: Trial | None = None  # the comparison that failed
    head = ""  # the message without its cause

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback (and of the test's source)."""
        return [f"\x1b[0;31m{type(self).__name__}\x1b[0m: {self}"]


class _Gathering:
    """What the inputs of one test cell gave so far."""

    def __init__(self) -> None:
        self.inside = 0  # calls of gathered functions
        self.failed: list[CheckFailed] = []
        self.held: list[Trial] = []

    def failure(self) -> CheckFailed:
        """The first failure, with the causes that fit all inputs."""
        first = self.failed[0]
        if first.trial is None and any(cause in str(first) for cause in both("Likely cause: ")):
            return first
        trials = [failure.trial for failure in self.failed if failure.trial is not None]
        causes = likely_causes(trials, self.held)
        if not causes and first.trial is not None:
            causes = general_causes(trials, self.held)
        return CheckFailed((first.head or str(first)) + in_words(causes))


_gathering = _Gathering()


def gathered(check: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate what a test cell calls once for each of its inputs: failures wait for `passed()`.

    So all inputs are tried before a cause is named (see `causes`). An exception of the student's
    function fails its input like a wrong value, and is told with the lines of the student's cell.

    >>> from cnncourse.checks import expect
    >>> @gathered
    ... def check(number, size):
    ...     expect(number, size, what=f"size {size}", mistakes={"one more": size + 1, "four": 4})
    >>> check(4, 3)
    >>> check(5, 4)
    >>> passed()
    Traceback (most recent call last):
    cnncourse.gathering.CheckFailed: size 3: the value is wrong.
      expected: 3
      yours:    4
    Likely cause: one more.
    """
    global _gathering
    _gathering = _Gathering()  # a cell before may have ended in the middle

    @functools.wraps(check)
    def tried(*args: Any, **kwargs: Any) -> Any:
        state = _gathering
        state.inside += 1
        try:
            return check(*args, **kwargs)
        except NotImplementedError:
            raise
        except Exception as error:
            failure = error if isinstance(error, CheckFailed) else told(error, check)
            if failure is None and not state.failed:
                raise
            state.failed += [failure] if failure else []
        finally:
            state.inside -= 1
        return None

    return tried


def passed(said: str = "") -> None:
    """End a test cell: raise the first failure of its `gathered` functions, or print `said`.

    said: "Passed." by default, in the course's language.
    """
    global _gathering
    state, _gathering = _gathering, _Gathering()
    if state.failed:
        raise state.failure()
    print(said or tr("Passed."))


def pending() -> CheckFailed | None:
    """What `passed()` would raise: for whoever runs a test cell that ended with another error."""
    return _gathering.failure() if _gathering.failed else None


def hold(trial: Trial) -> None:
    """Remember an input that came out right: a cause has to fit these, too."""
    if _gathering.inside:
        _gathering.held.append(trial)


def fail(failure: CheckFailed) -> NoReturn:
    """Raise it; outside of `gathered` functions, raise the first failure that there was."""
    global _gathering
    if not _gathering.inside:
        state, _gathering = _gathering, _Gathering()
        state.failed.append(failure)
        failure = state.failure()
    raise failure


def told(error: Exception, test: Callable[..., Any]) -> CheckFailed | None:
    """An exception of the student's function as a failure; None for one of the test's own."""
    there = hasattr(error, "shown")  # in another process
    lines = error.shown if there else cell_lines(error, but=test.__code__.co_filename)  # type: ignore[attr-defined]
    return CheckFailed(raised(type(error).__name__, str(error), lines)) if there or lines else None


# What an error of torch's or NumPy's says about the mistake behind it.
HINTS = {
    r"size of the tensor \(0\)|into shape \((\d+, ?)*0[,)]": later(
        "a slice such as z[P:-P] is empty for P = 0; use z[P:P + H]"
    ),
    r"^addmm": later(
        "a linear layer gets another number of inputs than it was made for: print the shape before "
        "it, and keep the axis of the images"
    ),
    r"shapes cannot be multiplied|matmul: Input operand": later(
        "the inner sizes of the two factors of @ differ; one of them is "
        "transposed, or flattened along other axes"
    ),
    r"expected .* scalar type|same dtype|but found (Double|Float)": later(
        "a tensor was made in float32 whatever the input is; x.new_zeros(…) has the dtype of x"
    ),
    r"view size is not compatible": later(
        "view needs entries that lie one behind the other in memory; reshape always works"
    ),
    r"^(range|sum|max|min|abs|round|all|any)\(\).*(must be Tensor, not|missing|combination)": later(
        "this is torch's function of that name, not Python's: `from torch import *` puts it in "
        "the place of Python's; import the names that you need"
    ),
    r"only integer tensors of a single element": later(
        "an index is a float, or several numbers; `from torch import *` puts torch's range, whose "
        "numbers are floats, in the place of Python's"
    ),
}


def raised(name: str, message: str, lines: Sequence[str]) -> str:
    """Words for an exception of the student's: its name and text, their lines, its likely cause."""
    causes = [tr(words) for pattern, words in HINTS.items() if re.search(pattern, message)]
    said = tr("it raised {name}: {message}", name=name, message=message).rstrip(": ")
    return "\n  ".join([said, *lines]) + in_words(causes[:1])


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
            raise ValueError(
                tr("{name} must be a finite number, not {number!r}", name=name, number=number)
            )
    _measured.update(numbers)


@contextlib.contextmanager
def measuring() -> Iterator[dict[str, float]]:
    """What is `measured` until the block ends."""
    global _gathering
    found: dict[str, float] = {}
    _measured.clear()
    _gathering = _Gathering()
    try:
        yield found
    finally:
        found.update(_measured)
        _measured.clear()
