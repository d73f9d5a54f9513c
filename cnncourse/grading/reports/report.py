"""A report for the instructor: what was hard and why, what it cost, which answers look alike."""

import re
import shutil
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import nbformat

from cnncourse.course import PACKAGE, Cell, CourseError, about, grade_id, is_answer, is_test
from cnncourse.grading.intake.assignments import Assignment, read_assignment
from cnncourse.grading.intake.folders import Unread, read_submission, students
from cnncourse.grading.intake.passages import WINDOW, K, Written, every_passage
from cnncourse.grading.records import VERDICTS, Record, read_record
from cnncourse.language import both, tr
from cnncourse.whole import write_whole

from .side_by_side import page
from .similarity import clusters, pairs, taken_from
from .tables import as_markdown, dead

NOTHING = Written("", frozenset(), ())
MOST_CLUSTERS = 20  # lines of a list
MOST_COLUMNS = 6  # submissions beside each other


class Reads(Protocol):
    """What reads a student's notebook: running.reader.Reader."""

    def written(self, name: str, file: bytes, given: Sequence[str]) -> Written: ...


def report(
    root: str | Path, name: str, submitted: str | Path, reader: Reads, earlier: Sequence[Path] = ()
) -> str:
    """The report in Markdown, from the records of the last run; CourseError if there are none.

    earlier: folders of STUDENT/NAME/ of earlier terms, to compare with. Beside the report, pages
    that show alike submissions go to grading/reports/NAME-alike/.
    """
    for path in earlier:
        if not path.is_dir():
            raise CourseError(f"{path} is no folder of an earlier term's submissions")
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
                "# " + tr("{name}: {count} submissions", name=name, count=len(records)),
                _verdicts(records),
                _tests(records, tests),
                _cost(records),
                _alike(
                    assignment,
                    read_texts(records, assignment, submitted, reader, earlier),
                    Path(root, "grading", "reports", f"{name}-alike"),
                ),
            ]
        )
        + "\n"
    )


def _verdicts(records: Sequence[Record]) -> str:
    found = Counter(record.verdict for record in records)
    rows = [(verdict, found[verdict]) for verdict in VERDICTS if found[verdict]]
    unsafe = sum(not record.sandboxed for record in records)
    note = "\n\n" + tr("{count} ran **without a sandbox**.", count=unsafe) if unsafe else ""
    return as_markdown((tr("verdict"), tr("submissions")), rows) + note


def _tests(records: Sequence[Record], tests: Sequence[Cell]) -> str:
    """Tests by how many lost points there, with what those heard most."""
    ran = [record for record in records if record.points]
    rows = []
    for cell in tests:
        test, most = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
        lost = [record for record in ran if record.earned(test, most) < most]
        causes = Counter(cause(record.messages.get(test, "")) for record in lost)
        said = "; ".join(f"{words} ({n})" for words, n in causes.most_common(3))
        share = tr("{count} of {all}", count=len(lost), all=len(ran))
        rows.append((len(lost), (test, share, said)))
    rows.sort(key=lambda row: -row[0])
    head = (tr("test"), tr("failed"), tr("why, most often"))
    table = as_markdown(head, [row for _, row in rows])
    return "## " + tr("Tests, the hardest first") + "\n\n" + table


def cause(message: str) -> str:
    """The misconception that a message names, or else its first line without its numbers.

    >>> cause("conv2d: the value is wrong.\\nLikely cause: the bias is forgotten.")
    'the bias is forgotten'
    >>> cause("ValueError: 3 is not 7") == cause("ValueError: 4 is not 7")
    True
    """
    likely = "|".join(map(re.escape, both("Likely cause: ")))
    if found := re.search(rf"(?:{likely})(.+?)\.?\s*$", message, re.MULTILINE):
        return found[1]
    line = message.strip().splitlines()[0] if message.strip() else tr("no message")
    return re.sub(r"\b\d+(\.\d+)?\b", "…", line)


def _cost(records: Sequence[Record]) -> str:
    text = ["## " + tr("Time and memory")]
    for key, title, scale in (
        ("seconds", tr("seconds"), 1),
        ("cpu_seconds", tr("CPU seconds"), 1),
        ("peak_memory_bytes", tr("peak memory in MB"), 1e-6),
    ):
        values = sorted(
            (record.resources[key] * scale, record.student)
            for record in records
            if record.resources.get(key) is not None
        )
        if values:
            numbers = [value for value, _ in values]
            most = ", ".join(f"{dead(student)} {value:.3g}" for value, student in values[:-6:-1])
            median = f"{statistics.median(numbers):.3g}"
            line = tr("{what}: median {median}, most: {most}", what=title, median=median, most=most)
            text.append(f"- {line}")
    return "\n".join(text[:1]) + "\n\n" + "\n".join(text[1:])


@dataclass(frozen=True)
class Texts:
    """What students wrote of an assignment, by who they are; read for comparison.

    earlier: the same of earlier terms, by TERM/WHO.
    """

    now: dict[str, Written]
    earlier: dict[str, Written] = field(default_factory=dict)


def read_texts(
    records: Sequence[Record],
    assignment: Assignment,
    submitted: str | Path,
    reader: Reads,
    earlier: Sequence[Path] = (),
) -> Texts:
    """The code of all submissions that could be read, and of earlier terms' folders."""
    source = nbformat.reads(assignment.source, as_version=4)
    given = [str(grade_id(cell)) for cell in source.cells if about(cell) and not is_answer(cell)]

    def text(folder: str | Path, student: str) -> Written:
        found = read_submission(folder, student, assignment.name)
        file = None if found.problem else found.files[f"{assignment.name}.ipynb"]
        try:
            return NOTHING if file is None else reader.written(assignment.name, file, given)
        except Unread:
            return NOTHING

    now = {
        record.student: text(submitted, record.student)
        for record in records
        if record.verdict not in ("unreadable", "policy")
    }
    before = {
        f"{folder.name}/{student}": text(folder, student)
        for folder in earlier
        for student in students(folder, assignment.name)
    }
    return Texts(now, before)


def _alike(assignment: Assignment, texts: Texts, pages: Path) -> str:
    """The section on what is alike; writes a page for each cluster into the folder `pages`."""
    given = "\n".join(
        cell.source
        for cell in nbformat.reads(assignment.skeleton, as_version=4).cells
        if cell.cell_type == "code"
    )
    known = every_passage(given)
    both = texts.now | texts.earlier
    prints = {who: set(one.kept) for who, one in both.items()}
    found = clusters(pairs(prints, known, texts.earlier))
    rows = []
    shutil.rmtree(pages, ignore_errors=True)  # of an earlier report
    for number, cluster in enumerate(found[:MOST_CLUSTERS], 1):
        shares = [pair.share for pair in cluster.pairs]
        least, most = f"{min(shares):.0%}", f"{max(shares):.0%}"
        file = pages / f"{number}.html"
        title = f"{assignment.name}: {', '.join(cluster.members)}"
        shown = {who: both[who] for who in cluster.members[:MOST_COLUMNS]}
        write_whole(file, page(title, shown, known))
        share = most if least == most else tr("{least} to {most}", least=least, most=most)
        passages_ = max(pair.common for pair in cluster.pairs)
        rows.append((", ".join(cluster.members), share, passages_, f"{pages.name}/{file.name}"))
    left = len(found) - len(rows)
    about = tr(
        "Passages of at least {tokens} tokens that submissions share and few others have, after "
        "all names, numbers and strings were made equal (every shared passage of {certain} "
        "tokens is found). This is a list to look at, not a verdict: open the page, which shows "
        "them side by side.",
        tokens=K,
        certain=K + WINDOW - 1,
    )
    table = tr("Nobody stands out.")
    if rows:
        head = (tr("who"), tr("shared part"), tr("passages"), tr("page"))
        table = as_markdown(head, rows)
    if left:
        table += "\n\n" + tr("And {count} more, which share less.", count=left)
    return f"## {tr('Alike')}\n\n{about}\n\n{table}" + _from_library(prints, texts, known)


def _from_library(prints: Mapping[str, set[int]], texts: Texts, known: set[int]) -> str:
    """Who wrote what the course's own library has, as a part of the section."""
    modules = {
        f"cnncourse.{path.stem}": every_passage(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.glob("*.py"))
    }
    found = taken_from({who: prints[who] for who in texts.now}, modules, known)
    if not found:
        return ""
    rows = [(pair.one, pair.other, f"{pair.share:.0%}", pair.common) for pair in found]
    title = tr("Like the course's library")
    head = (tr("who"), tr("module"), tr("part of the submission"), tr("passages"))
    return f"\n\n### {title}\n\n" + as_markdown(head, rows)
