"""Listed mistakes that no input of a test tells apart, and inputs that would.

If two mistakes give the same on every input, a message names both, and the student has to look in
two places; if an unlisted one agrees with a listed one everywhere, it is named for it.
"""

import contextlib
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from cnncourse import checks
from cnncourse.causes import Trial
from cnncourse.compare import difference
from cnncourse.course import Notebook, grade_id, kind_of

from .answers import model_answer

TRIES = 30  # other inputs that are tried for a pair


@dataclass
class Pair:
    """Two mistakes of a test that agree on all its inputs; other: an input on which they differ."""

    test: str
    first: str
    second: str
    other: str = ""


@dataclass
class Recorded:
    """The comparisons of one test cell, and the calls of its `gathered` functions."""

    trials: list[Trial] = field(default_factory=list)
    calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = field(
        default_factory=list
    )


@contextlib.contextmanager
def recording() -> Iterator[Recorded]:
    """Everything that `expect` compares, and what is called, until the block ends."""
    found = Recorded()
    expect, gathered = checks.expect, checks.gathered

    def watched_expect(actual: Any, expected: Any, what: str = "", *args: Any, **how: Any) -> None:
        mistakes = how.get("mistakes") or (args[0] if args else None)
        tolerance = {name: how[name] for name in ("rtol", "atol") if name in how}
        if mistakes:
            values = {words: _value(wrong) for words, wrong in mistakes.items()}
            found.trials.append(Trial(expected, values, **tolerance))
        expect(actual, expected, what, *args, **how)

    def watched_gathered(check: Callable[..., Any]) -> Callable[..., Any]:
        tried = gathered(check)

        def called(*args: Any, **kwargs: Any) -> Any:
            found.calls.append((tried, args, kwargs))
            return tried(*args, **kwargs)

        return called

    checks.expect, checks.gathered = watched_expect, watched_gathered
    try:
        yield found
    finally:
        checks.expect, checks.gathered = expect, gathered


def _value(wrong: Any) -> Any:
    """What a mistake gives, at once: later its function may see other values; None if nothing."""
    try:
        return wrong() if callable(wrong) else wrong
    except Exception:
        return None


def alike(trials: list[Trial]) -> list[tuple[str, str]]:
    """Pairs of mistakes that agree wherever both say something, and are wrong somewhere.

    >>> alike([Trial(3, {"a": 4, "b": 4, "c": 5}), Trial(3, {"a": 3, "b": 3})])
    [('a', 'b')]
    """
    words = list(dict.fromkeys(w for trial in trials for w in trial.mistakes))
    return [pair for pair in combinations(words, 2) if _agree(trials, *pair)]


def _agree(trials: list[Trial], first: str, second: str) -> bool:
    wrong = False
    for trial in trials:
        a, b = trial.mistakes.get(first), trial.mistakes.get(second)
        if a is None and b is None:
            continue
        # Where only one says something, it alone can be named.
        if a is None or b is None or _differ(a, b, trial):
            return False
        wrong |= _differ(a, trial.actual, trial)
    return wrong


def _differ(a: object, b: object, trial: Trial) -> bool:
    try:
        return difference(a, b, trial.rtol, trial.atol) is not None
    except TypeError:
        return True


def pairs_of(notebook: Notebook, skip: frozenset[str] = frozenset()) -> Iterator[Pair]:
    """The pairs of every test of an assignment's source, or of its release, with the model answer.

    Runs the cells in this process: use it in a fork.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    answer = model_answer(notebook)
    torch.manual_seed(0)
    for cell in notebook.cells:
        name = str(grade_id(cell) or cell.get("id"))
        if cell.cell_type != "code" or name in skip:
            continue
        with recording() as found, contextlib.redirect_stdout(io.StringIO()):
            exec(answer.get(name, cell.source), names)
        if kind_of(cell) != "test":
            continue
        for first, second in alike(found.trials):
            yield Pair(name, first, second, _other_input(found, first, second))


def _other_input(found: Recorded, first: str, second: str) -> str:
    """A call of the test's function on which the two differ, as text; "" if none was found."""
    draw = random.Random(0)
    for _ in range(TRIES if found.calls else 0):
        check, args, kwargs = draw.choice(found.calls)
        changed = tuple(_varied(value, draw) for value in args)
        with recording() as again:
            try:
                check.__wrapped__(*changed, **kwargs)  # type: ignore[attr-defined]
            except Exception:
                continue  # no input for which this test is right
        for trial in again.trials:
            a, b = trial.mistakes.get(first), trial.mistakes.get(second)
            if a is not None and b is not None and _differ(a, b, trial):
                told = ", ".join(map(_short, changed))
                return f"{getattr(check, '__name__', 'check')}({told})"
    return ""


def _varied(value: Any, draw: random.Random) -> Any:
    """Another input of the same kind, a little larger here and there."""
    if type(value) is int:
        return value + draw.choice((0, 0, 1, 1, 2, 3))
    if type(value) is tuple and value:
        return tuple(_varied(entry, draw) for entry in value)
    if isinstance(value, Tensor) and value.is_floating_point():
        shape = [size + draw.choice((0, 0, 1, 2)) for size in value.shape]
        seed = torch.Generator().manual_seed(draw.randrange(1 << 30))
        return torch.randn(shape, generator=seed, dtype=value.dtype)
    return value


def _short(value: object) -> str:
    if isinstance(value, Tensor):
        return f"tensor{tuple(value.shape)}"
    return repr(value) if len(repr(value)) < 40 else "…"
