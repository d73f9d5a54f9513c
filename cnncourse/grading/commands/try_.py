"""`cnncourse try`: do an assignment's tests tell right from wrong, and mistakes from each other?"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from cnncourse.grading.trying.answers import (
    Graded,
    Slip,
    apart,
    bring_in,
    grade,
    slips,
    source_of,
    spared,
    stored_answers,
    unconcerned,
)
from cnncourse.grading.trying.memory import Memory
from cnncourse.grading.trying.pairs import pairs_of
from cnncourse.grading.trying.results import gather, in_words, page, read, reasons, write
from cnncourse.language import VARIABLE

from .folders import add_root, the_assignment

# Cells that load all images, train on them, or draw: no slip is found there first.
ACCURACY = {"accuracy-above-linear", "accuracy-good", "accuracy-very-good"}
SKIPPED = frozenset({"load-data", "look", "see-for-yourself"} | ACCURACY)

QUICK = "right_small"  # a right answer that trains several times faster than the model answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the assignment")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="only every N-th slip (default: all)"
    )
    parser.add_argument("--seed", type=int, default=7, help="of the hidden inputs")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep what was found, and write the page for instructors",
    )
    add_root(parser)


def run(options: argparse.Namespace) -> int:
    """Try one assignment and say what was found; 1 if a slip or a pair wants attention."""
    root = Path(options.root)
    name = the_assignment(options.root, options.name)
    os.environ["CNNCOURSE_SEED"] = str(options.seed)
    os.environ[VARIABLE] = "en"  # the sources' own, by whose words failures are told apart
    os.environ.setdefault("MPLBACKEND", "Agg")
    source, folder = source_of(root, name), root / "tests" / "submissions" / name
    stored = stored_answers(root, name)
    quick = stored.get(QUICK, {})  # for what a slip or an answer leaves alone
    memory = Memory(root / "_build" / "tried" / name, source, options.seed)

    def one(cells: Mapping[str, str], passes: frozenset[str] = frozenset()) -> Graded:
        skip = SKIPPED | passes | unconcerned(source, cells)  # those would pass
        answer = quick | dict(cells)
        return memory.found(answer, skip, lambda: apart(lambda: grade(source, answer, skip)))

    def with_slip(slip: Slip) -> Graded:
        cells, later = {slip.cell: slip.text}, spared(source, slip.cell)
        found = one(cells, later)
        return one(cells) if later and not (found.lost or found.ended) else found

    bring_in(lambda: grade(source, quick, SKIPPED))
    answers = {answer: one(stored[answer]) for answer in tqdm(stored, "answers", disable=None)}
    chosen = list(slips(source))[:: options.every]
    tried = [(slip, with_slip(slip)) for slip in tqdm(chosen, "slips", disable=None)]
    alike = apart(lambda: list(pairs_of(source, SKIPPED)))
    found = gather(answers, tried, alike if isinstance(alike, list) else [], reasons(folder))
    print(in_words(name, found))
    if options.keep:
        write(found, folder / "tried.json")
        kept = sorted(root.glob("tests/submissions/*/tried.json"))
        text = page({path.parent.name: read(path) for path in kept})
        (root / "book" / "instructors" / "marks.md").write_text(text, encoding="utf-8")
    return 1 if found.survivors or found.pairs else 0
