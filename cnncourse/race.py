"""A race: how long does it take to teach CIFAR-10 to a network, up to a share of right answers?

An entry is a function `compete(train, goal, seed)`, a generator: it trains on the `Images` that it
gets and yields a network whenever that is worth being tried. The clock runs while it trains and
stands still while the network is tried on images that the entry never sees.
"""

import runpy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from cnncourse.course import CourseError
from cnncourse.data import Images
from cnncourse.language import tr
from cnncourse.training import evaluate

Entry = Callable[[Images, float, int], Iterator[nn.Module]]
HELD_OUT = 5000  # images: the first ones of those that are for testing


@dataclass(frozen=True)
class Lap:
    """How long an entry had trained when it showed a network, and that network's right answers."""

    seconds: float
    accuracy: float


def laps(
    entry: Entry,
    train: Images,
    test: Images,
    goal: float,
    seed: int = 0,
    most: float = 1800,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Lap]:
    """The laps of an entry, until one reaches `goal`, or `most` seconds of training are over.

    Networks take images normalized to −1 … 1 and give scores (N, 10), in evaluation mode. Raises
    CourseError for an entry that shows something else.
    """
    seconds = 0.0
    start = clock()
    for network in entry(train, goal, seed):
        seconds += clock() - start
        if not isinstance(network, nn.Module):
            raise CourseError(
                tr(
                    "the entry showed a {kind}: `yield` the network, an nn.Module",
                    kind=type(network).__name__,
                )
            )
        lap = Lap(seconds, evaluate(network, test[:HELD_OUT]).accuracy)
        yield lap
        if lap.accuracy >= goal or seconds >= most:
            return
        start = clock()


def read(path: Path) -> Entry:
    """The function `compete` of a file; CourseError if there is none."""
    if not path.is_file():
        raise CourseError(
            tr(
                "there is no file {path}: `cnncourse race --copy {path}` makes one to begin from",
                path=path,
            )
        )
    entry = runpy.run_path(str(path)).get("compete")
    if not callable(entry):
        raise CourseError(
            tr("{path} defines no function compete(train, goal, seed), a generator", path=path)
        )
    return entry  # type: ignore[no-any-return]
