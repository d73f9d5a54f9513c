"""`cnncourse race`: train CIFAR-10 on this machine's processor, faster than the course does."""

import argparse
import inspect
from pathlib import Path
from statistics import median

from cnncourse.course import CourseError
from cnncourse.language import tr


def share(percent: str) -> float:
    """A goal in percent, as a share.

    >>> share("80 %")
    0.8
    """
    value = float(percent.rstrip(" %")) / 100
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{percent} is not between 0 and 100 %")
    return value


def positive(number: str) -> int:
    if int(number) < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return int(number)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "entry", nargs="?", type=Path, help="your file with a function compete(train, goal, seed)"
    )
    parser.add_argument("--copy", type=Path, metavar="FILE", help="copy the record, to begin from")
    parser.add_argument(
        "--goal", type=share, default=0.8, metavar="%", help="right answers to reach (default: 80)"
    )
    parser.add_argument("--seeds", type=positive, default=1, help="runs of each (default: 1)")
    parser.add_argument("--threads", type=positive, default=2, help="of PyTorch (default: 2)")
    parser.add_argument(
        "--most", type=positive, default=1800, metavar="SECONDS", help="of one run (default: 1800)"
    )
    parser.add_argument("--alone", action="store_true", help="your file without the record")


def run(options: argparse.Namespace) -> str | None:
    import torch

    from cnncourse import race, record
    from cnncourse.data import SyntheticImages, cifar10

    if options.copy:
        return copy(Path(inspect.getfile(record)), options.copy)
    entries = {} if options.entry is None else {str(options.entry): race.read(options.entry)}
    if not (entries and options.alone):
        entries[tr("the course's record")] = record.compete
    train, test = cifar10()
    if isinstance(test, SyntheticImages):
        raise CourseError(tr("a race needs the real images of CIFAR-10: `cnncourse data`"))
    torch.set_num_threads(options.threads)
    print(
        tr(
            "{name}: {count:,} images to learn from, {count2:,} to be tried on; {threads} threads, "
            "{goal:.0%} to reach.",
            name=train.name,
            count=len(train),
            count2=min(len(test), race.HELD_OUT),
            threads=options.threads,
            goal=options.goal,
        )
    )
    took: dict[str, list[float]] = {name: [] for name in entries}
    for seed in range(options.seeds):
        for name, entry in entries.items():  # in turns, so that all meet the same machine
            print(tr("{name}, seed {seed}:", name=name, seed=seed), flush=True)
            lap = None
            for lap in race.laps(entry, train, test, options.goal, seed, options.most):
                print(f"  {lap.seconds:7.1f} s  {lap.accuracy:7.1%}", flush=True)
            if lap is None or lap.accuracy < options.goal:
                print("  " + tr("did not get there"))
                took[name].append(float("inf"))
            else:
                took[name].append(lap.seconds)
    medians = {name: median(seconds) for name, seconds in took.items()}
    for name, seconds in medians.items():
        print(f"{name}: " + (f"{seconds:.1f} s" if seconds < float("inf") else "–"))
    mine, *others = medians.values()
    if mine == float("inf"):
        return tr("{name} did not reach {goal:.0%}", name=next(iter(medians)), goal=options.goal)
    if others:
        print(tr("It is {ratio:.2f} times as fast as the record.", ratio=others[0] / mine))
    return None


def copy(source: Path, target: Path) -> str | None:
    """Copy the record's program, over nothing that is there."""
    if target.exists():
        return tr("{path} is there already, and stays as it is: choose another name", path=target)
    target.write_text(source.read_text("utf-8"), encoding="utf-8")
    print(
        tr("{path} is a copy of the record: change it, then `cnncourse race {path}`", path=target)
    )
    return None
