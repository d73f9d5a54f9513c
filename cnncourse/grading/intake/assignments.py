"""An assignment as a submission is measured by it: its source, and what is known it by."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat

from cnncourse.course import assignments, chapter_of, is_test, source_file

from .notebooks import released, skeleton
from .parsing import parse
from .recognize import CHAPTER, Expected, marks

ASKED_FOR = re.compile(r"[\"']([\w-]+\.(?!ipynb|py\b)[a-z]{2,5})[\"']")


@dataclass(frozen=True)
class Assignment:
    """An assignment as text: its source, and the notebook that an empty submission would be.

    tests: the names of its test cells. expected: what a submission is known by.
    """

    name: str
    source: str
    skeleton: str
    tests: tuple[str, ...]
    expected: Expected


def read_assignment(root: str | Path, name: str) -> Assignment:
    """Read the source of an assignment from solutions/."""
    text = source_file(root, name).read_text(encoding="utf-8")
    source = nbformat.reads(text, as_version=4)
    tests = tuple(cell.metadata.nbgrader.grade_id for cell in source.cells if is_test(cell))
    return Assignment(name, text, nbformat.writes(skeleton(source)), tests, expected(root, name))


def expected(root: str | Path, name: str) -> Expected:
    """What a submission of an assignment is known by, among all assignments of the course."""
    found = {}
    for other in assignments(root):
        cells = parse(source_file(root, other).read_bytes(), other)
        for cell in cells:
            cell["source"] = released(cell["source"])
        found[other] = cells
    chapter = Path(root, "book", f"{chapter_of(name, root)}.ipynb")
    if chapter.is_file():  # of the assignment's own name, in the kit too
        found[f"{CHAPTER}{chapter.stem}"] = parse(chapter.read_bytes(), chapter.name)
    kept = {other: marks(cells) for other, cells in found.items()}
    counted = Counter(mark for known in kept.values() for mark in known)
    program = "\n".join(cell["source"] for cell in found[name] if cell["type"] == "code")
    return Expected(
        name,
        tuple(
            (other, tuple(sorted(m for m in known if counted[m] == 1)))
            for other, known in kept.items()
        ),
        tuple(sorted(set(ASKED_FOR.findall(program)))),
    )
