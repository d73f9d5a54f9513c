"""A report for the instructor: what was hard and why, what it cost, which answers look alike."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import nbformat

from cnncourse.course import Cell, CourseError, Notebook, about, grade_id, is_answer, is_test
from cnncourse.grading.gradebook.course import Assignment, read_assignment
from cnncourse.grading.intake import notebooks
from cnncourse.grading.intake.folders import Submission, read_submission
from cnncourse.grading.records import VERDICTS, Record, read_record

from .similarity import WINDOW, K, alike
from .tables import as_markdown

MOST_PAIRS = 20  # lines of a list


def report(root: str | Path, name: str, submitted: str | Path) -> str:
    """The report in Markdown, from the records of the last run; CourseError if there are none."""
    folder = Path(root, "grading", "verdicts", name)
    records = [
        record
        for path in sorted(folder.glob("*.json"))
        if (record := read_record(path)) is not None
    ]
    if not records:
        raise CourseError(f"{folder} holds no records; grade first: cnncourse grade {name}")
    assignment = read_assignment(root, name)
    tests = [
        cell for cell in nbformat.reads(assignment.source, as_version=4).cells if is_test(cell)
    ]
    return (
        "\n\n".join(
            [
                f"# {name}: {len(records)} submissions",
                _verdicts(records),
                _tests(records, tests),
                _cost(records),
                _alike(records, assignment, submitted),
            ]
        )
        + "\n"
    )


def _verdicts(records: Sequence[Record]) -> str:
    found = Counter(record.verdict for record in records)
    rows = [(verdict, found[verdict]) for verdict in VERDICTS if found[verdict]]
    unsafe = sum(not record.sandboxed for record in records)
    note = f"\n\n{unsafe} ran **without a sandbox**." if unsafe else ""
    return as_markdown(("verdict", "submissions"), rows) + note


def _tests(records: Sequence[Record], tests: Sequence[Cell]) -> str:
    """Tests by how many lost points there, with what those heard most."""
    ran = [record for record in records if record.points]
    rows = []
    for cell in tests:
        test, most = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
        lost = [record for record in ran if record.earned(test, most) < most]
        causes = Counter(cause(record.messages.get(test, "")) for record in lost)
        said = "; ".join(f"{words} ({n})" for words, n in causes.most_common(3))
        rows.append((test, f"{len(lost)} of {len(ran)}", said))
    rows.sort(key=lambda row: -int(row[1].split()[0]))
    return "## Tests, the hardest first\n\n" + as_markdown(
        ("test", "failed", "why, most often"), rows
    )


def cause(message: str) -> str:
    """The misconception that a message names, or else its first line without its numbers.

    >>> cause("conv2d: the value is wrong.\\nLikely cause: the bias is forgotten.")
    'the bias is forgotten'
    >>> cause("ValueError: 3 is not 7") == cause("ValueError: 4 is not 7")
    True
    """
    if found := re.search(r"Likely cause: (.+?)\.?\s*$", message, re.MULTILINE):
        return found[1]
    line = message.strip().splitlines()[0] if message.strip() else "no message"
    return re.sub(r"\b\d+(\.\d+)?\b", "…", line)[:100]


def _cost(records: Sequence[Record]) -> str:
    text = ["## Time and memory"]
    for key, title, scale in (
        ("seconds", "seconds", 1),
        ("cpu_seconds", "CPU seconds", 1),
        ("peak_memory_bytes", "peak memory in MB", 1e-6),
    ):
        values = sorted(
            (record.resources[key] * scale, record.student)
            for record in records
            if record.resources.get(key) is not None
        )
        if values:
            numbers = [value for value, _ in values]
            most = ", ".join(f"{student} {value:.3g}" for value, student in values[:-6:-1])
            text.append(f"- {title}: median {statistics.median(numbers):.3g}, most: {most}")
    return "\n".join(text[:1]) + "\n\n" + "\n".join(text[1:])


def _alike(records: Sequence[Record], assignment: Assignment, submitted: str | Path) -> str:
    source = nbformat.reads(assignment.source, as_version=4)
    given = "\n".join(
        cell.source
        for text in (assignment.skeleton,)
        for cell in nbformat.reads(text, as_version=4).cells
        if cell.cell_type == "code"
    )
    answers = {
        record.student: code(
            read_submission(submitted, record.student, assignment.name), source, assignment.name
        )
        for record in records
        if record.verdict not in ("unreadable", "policy")
    }
    pairs = alike(answers, given)
    rows = [(pair.one, pair.other, f"{pair.share:.0%}", pair.common) for pair in pairs[:MOST_PAIRS]]
    return (
        "## Alike\n\n"
        f"Passages of at least {K} tokens that two submissions share and few others have, after "
        f"all names, numbers and strings were made equal (every shared passage of {K + WINDOW - 1} "
        "tokens is found). This is a list to look at, not a verdict: open both.\n\n"
        + (
            as_markdown(("one", "other", "shared part", "passages"), rows)
            if rows
            else "No pair stands out."
        )
    )


def code(submission: Submission, source: Notebook, name: str) -> str:
    """What a student wrote: the answers and the cells of their own, as one text."""
    if submission.problem:
        return ""
    try:
        cells = notebooks.parse(submission.files[f"{name}.ipynb"], name)
    except notebooks.Unreadable:
        return ""
    others = {grade_id(cell) for cell in source.cells if about(cell) and not is_answer(cell)}
    return "\n".join(
        cell["source"]
        for cell in cells
        if cell["type"] == "code" and cell["grade_id"] not in others
    )
