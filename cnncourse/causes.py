"""Which misconception explains what an answer gave, on all inputs of a test together.

Two mistakes can give the same value on one input. So a test tries all its inputs before it speaks,
and a cause is named only if it fits every one of them: those that were answered wrongly, and those
that were answered right. If several fit, all are named; the order in which they are listed decides
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from cnncourse.compare import difference
from cnncourse.language import tr

MOST_NAMED = 3


@dataclass
class Trial:
    """One comparison: what came, and what each misconception {in words: value or function} gives.

    problem: how it differs from the expected value, None if it does not.
    """

    actual: object
    mistakes: Mapping[str, Any] = field(default_factory=dict)
    rtol: float = 1e-4
    atol: float = 1e-5
    problem: str | None = None
    expected: object = None
    known: dict[str, bool | None] = field(default_factory=dict)  # what was asked before

    def explained_by(self, words: str) -> bool | None:
        """Would this misconception give what came? None if it says nothing about this input."""
        if words not in self.mistakes:
            return None
        if words not in self.known:
            self.known[words] = self._explained_by(words)
        return self.known[words]

    def _explained_by(self, words: str) -> bool | None:
        wrong = self.mistakes[words]
        try:
            wrong = wrong() if callable(wrong) else wrong
            if wrong is None:
                return None
            return difference(self.actual, wrong, self.rtol, self.atol) is None
        except Exception:  # one that cannot be computed on this input explains nothing
            return None

    def causes(self) -> list[str]:
        return [words for words in self.mistakes if self.explained_by(words)]


def likely_causes(failed: Sequence[Trial], held: Sequence[Trial] = ()) -> list[str]:
    """The misconceptions that explain the failed trials and contradict none that held.

    If none explains all, those count that explain half of them, the first included; and if each
    failed trial has a cause of its own (two mistakes in one answer), those of the first.

    >>> first = Trial(4, {"one too many": 4, "doubled": 4}, problem="the value is wrong")
    >>> likely_causes([first])
    ['one too many', 'doubled']
    >>> likely_causes([first, Trial(6, {"one too many": 4, "doubled": 6}, problem="wrong")])
    ['doubled']
    """
    if not failed:
        return []
    named = [words for words in failed[0].causes() if not _denied(words, held)]
    verdicts = {words: [trial.explained_by(words) for trial in failed] for words in named}
    if all_fit := [words for words in named if False not in verdicts[words]]:
        return all_fit
    if most := [w for w in named if verdicts[w].count(True) >= verdicts[w].count(False)]:
        return most
    return named if all(trial.causes() for trial in failed if trial.mistakes) else []


def general_causes(failed: Sequence[Trial], held: Sequence[Trial] = ()) -> list[str]:
    """What can be said of results that no listed misconception explains.

    >>> general_causes([Trial(4, expected=5), Trial(4, expected=6)])
    ['the result is the same whatever the input is']
    """
    trials = [*failed, *held]
    others = trials[1:]
    differ = any(t.expected is not None and _other(t.expected, trials[0].expected) for t in others)
    if differ and not any(_other(t.actual, trials[0].actual) for t in others):
        return [tr("the result is the same whatever the input is")]
    if failed and _is_even(failed[0].actual) and not _is_even(failed[0].expected):
        return [tr("every entry of the result is the same number")]
    return []


def _other(a: object, b: object) -> bool:
    try:
        return difference(a, b) is not None
    except TypeError:  # no plain data
        return True


def _is_even(value: object) -> bool:
    try:
        return (
            isinstance(value, Tensor)
            and value.numel() > 1
            and bool((value == value.flatten()[0]).all())
        )
    except (RuntimeError, ValueError):  # sparse, meta and others, whose values cannot be read so
        return False


def _denied(words: str, trials: Sequence[Trial]) -> bool:
    return any(trial.explained_by(words) is False for trial in trials)


def in_words(causes: Sequence[str]) -> str:
    """The last line of a message; "" without a cause.

    >>> in_words(["the stride was forgotten.", "the rows were skipped"])
    '\\nLikely cause: the stride was forgotten; or the rows were skipped.'
    """
    if not causes:
        return ""
    named = tr("; or ").join(c.rstrip(".") for c in causes[:MOST_NAMED])
    return f"\n{tr('Likely cause: ')}{named}."
