"""A notebook of one submission for whoever looks into a grade: what failed, and on which input.

The submission runs once more in the sandbox, with the inputs of its record, and its
tests tell of every check that fails (see watching.py). Nothing of it is written but the notebook;
to run that, outside of any sandbox, is the act of whoever opens it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from cnncourse.course import Cell, CourseError, Notebook, grade_id, is_test
from cnncourse.grading.examining import seeds
from cnncourse.grading.examining.protocol.messages import Output
from cnncourse.grading.gradebook.entry import Entry
from cnncourse.grading.intake.assignments import Assignment, read_assignment
from cnncourse.grading.intake.folders import read_submission
from cnncourse.grading.records import Record, read_record
from cnncourse.grading.running import jobs, process
from cnncourse.grading.running.settings import Settings
from cnncourse.whole import write_whole

# The text of that module is all there is to it here: to import it would be to import torch.
WATCHING = Path(__file__).with_name("watching.py").read_text(encoding="utf-8")
(MARK,) = re.findall(r'^MARK = "(.+)"$', WATCHING, re.MULTILINE)
WATCH = (
    f"exec(compile({WATCHING!r}, '<watching>', 'exec'), "
    "(_w := {'__name__': 'watching'})); _w['begin']()\n"
)
WARNING = (
    "This is {student}'s submission of {name}, as it was graded. **Its cells are a stranger's "
    "code**: nothing ran outside of the sandbox when this file was made, and whatever you run here "
    "runs with all your rights."
)


@dataclass(frozen=True)
class Found:
    """What a test told: its findings in order, and the variables that give its inputs again."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


def show(
    root: str | Path, name: str, student: str, submitted: str | Path, settings: Settings
) -> tuple[Path, Record]:
    """Write grading/disputes/NAME/STUDENT.ipynb; returns it, and the record of this examination.

    Raises CourseError where the student handed in nothing.
    """
    if not Path(submitted, student, name).is_dir():
        raise CourseError(
            f"{student} handed in no {name}: {Path(submitted, student, name)} is missing"
        )
    graded = read_record(Path(root, "grading", "verdicts", name, f"{student}.json"))
    inputs = seeds.mark(seeds.of_student(settings.seed, name, student))
    if graded is not None and graded.inputs not in ("", inputs):
        raise CourseError(
            f"{student} was graded on the inputs {graded.inputs}, and the course's secret gives "
            f"{inputs} now: give the number of that run by --seed, or restore grading/secret"
        )
    process.begin(settings, 1)  # while nbgrader is imported here
    assignment = read_assignment(root, name)
    job = jobs.job(watched(assignment), read_submission(submitted, student, name), settings)
    read = jobs.read(assignment, job.submission, settings)
    record, found = told(jobs.examine(job, read))
    reader = process.reader(settings)
    annotated, _ = reader.pages(read.text, record, Entry(), assignment.skeleton)
    notebook = nbformat.reads(annotated, as_version=4)
    notebook.cells = list(_cells(notebook, record, found, graded))
    path = Path(root, "grading", "disputes", name, f"{student}.ipynb")
    write_whole(path, nbformat.writes(notebook))
    return path, record


def watched(assignment: Assignment) -> Assignment:
    """The assignment, each of whose tests tells what it finds."""
    source = nbformat.reads(assignment.source, as_version=4)
    for cell in filter(is_test, source.cells):
        cell.source = WATCH + cell.source
    return replace(assignment, source=nbformat.writes(source))


def told(record: Record) -> tuple[Record, dict[str, Found]]:
    """The record with the outputs that a plain run would have, and what each test told."""
    outputs, found = dict(record.outputs), {}
    for test in record.points:
        outputs[test], lines = _parted(record.outputs.get(test, []))
        environment = [line["environment"] for line in lines if "environment" in line]
        findings = [line for line in lines if "environment" not in line]
        found[test] = Found(findings, environment[-1] if environment else {})
    return replace(record, outputs=outputs), found


def _parted(outputs: list[Output]) -> tuple[list[Output], list[dict[str, Any]]]:
    """Outputs without the lines of `watching`, and these."""
    rest: list[Output] = []
    lines = []
    for output in outputs:
        if output.get("output_type") != "stream":
            rest.append(output)
            continue
        kept = []
        for line in str(output.get("text", "")).splitlines(keepends=True):
            if line.startswith(MARK):
                try:
                    lines.append(json.loads(line.removeprefix(MARK)))
                except ValueError:  # it was cut off with all that a test may print
                    continue
            else:
                kept.append(line)
        if kept:
            rest.append({**output, "text": "".join(kept)})
    return rest, lines


def _cells(
    notebook: Notebook, record: Record, found: Mapping[str, Found], graded: Record | None
) -> Iterator[Cell]:
    yield new_markdown_cell(_opening(record, graded), id="dispute")
    for cell in notebook.cells:
        name = grade_id(cell) or ""
        if not is_test(cell) or not (said := record.messages.get(name)):
            yield cell
            continue
        yield new_markdown_cell(f"### {name}: failed\n\n{_quoted(said)}", id=f"failed-{name}"[:64])
        for number, finding in enumerate(found[name].findings if name in found else []):
            yield _finding(finding, f"input-{number}-{name}"[:64])
        environment = found[name].environment if name in found else {}
        if environment:
            yield new_code_cell(
                "# The key: with it, the next cell draws the inputs of this student's test.\n"
                f"import os\n\nos.environ.update({environment!r})",
                id=f"key-{name}"[:64],
            )
        yield cell


def _opening(record: Record, graded: Record | None) -> str:
    lines = [WARNING.format(student=record.student, name=record.assignment)]
    total = sum(record.points.values())
    lines.append(f"Run again for this page: **{record.verdict}**, {total:g} points of the tests.")
    if record.verdict not in ("ok", "wrong"):  # then no test may have said a word
        lines.append(_quoted(record.message))
    if graded is None:
        lines.append("It was not graded yet.")
    elif (graded.verdict, graded.points) != (record.verdict, record.points):
        points = sum(graded.points.values())
        lines.append(
            f"**The record says otherwise**: {graded.verdict}, {points:g} points. Something "
            "that it depends on has changed since, or the answer differs from run to run; "
            f"`cnncourse grade {record.assignment} --dry-run` tells which."
        )
    return "\n\n".join(lines)


def _finding(finding: Mapping[str, Any], name: str) -> Cell:
    """The input of a check that failed, as code that can be run; what came of it as its output."""
    calls = finding.get("calls") or []
    lines, said = [], []
    for call in calls:
        lines.append(f"{call['name']}({call['arguments']})")
        if "raised" in call:
            said.append(f"raised:   {call['raised']}")
    for word, key in (("expected", "expected"), ("yours", "yours")):
        if key in finding:
            said.append(f"{word + ':':<9} {finding[key]}")
    if not said:
        said = [str(finding.get("said", ""))]
    header = "# The input on which this check failed.\n" if lines else "# The check that failed.\n"
    text = "\n".join(said) + "\n"
    output = new_output("stream", name="stdout", text=text)
    body = "\n".join(line if "<" not in line else f"# {line}" for line in lines)
    return new_code_cell(f"{header}import torch\n\n{body}", id=name, outputs=[output])


def _quoted(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
