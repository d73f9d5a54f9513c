"""The notebook that is graded: the assignment's cells with a student's answers in them.

Whatever a student did to the cells (copied, renamed, deleted, moved, tagged them, changed their
type or metadata), what comes out is a valid notebook with every cell of the assignment once.
"""

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from cnncourse.course import Cell, Notebook, about, grade_id, is_answer, is_test
from cnncourse.grading.examining.findings import in_one_line
from cnncourse.grading.examining.limits import SAFE_TYPES
from cnncourse.grading.examining.protocol.messages import Output
from cnncourse.language import later, tr

from .parsing import SubmittedCell, Unreadable
from .pictures import attach

NEW: dict[str, Callable[..., Cell]] = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
    "raw": new_raw_cell,
}
SUMMARY = "verdict"  # id of the cell that tells the verdict
# records.VERDICTS, as a page tells them.
VERDICTS = (
    later("ok"),
    later("wrong"),
    later("time limit"),
    later("memory limit"),
    later("crashed"),
    later("unreadable"),
    later("policy"),
    later("grader error"),
)
DEFINED = re.compile(r"^(?:def|class) +(\w+)", re.MULTILINE)
ENOUGH = 2  # cells that are surely the assignment's, before others are told by their place


def skeleton(source: Notebook) -> Notebook:
    """What an empty submission is graded as: the release, with the source's whole test cells."""
    # Takes longer to import than all else here, and what reads submissions has no use for it.
    from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells

    notebook = copy.deepcopy(source)
    resources: dict[str, Any] = {}
    for step in (LockCells, ClearSolutions, ClearOutput, ComputeChecksums):
        notebook, resources = step().preprocess(notebook, resources)
    metadata = {
        key: source.metadata[key]
        for key in ("kernelspec", "language_info")
        if key in source.metadata
    }
    return new_notebook(cells=notebook.cells, metadata=metadata)


HIDDEN = re.compile(r"[^\n]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[^\n]*\n?", re.DOTALL)


def released(source: str) -> str:
    """The text of a cell as students got it, plain (see `plain_text`)."""
    return plain_text(HIDDEN.sub("", source))


def plain_text(source: str) -> str:
    """A cell's text without what editors change by themselves: blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def rebuild(
    skeleton: Notebook,
    submitted: Sequence[SubmittedCell],
    name: str,
    files: Mapping[str, bytes] = {},
) -> Notebook:
    """The skeleton with the answers and further cells of a student, in the student's order.

    submitted: what `parse` gives; files: what lies beside the notebook. Of several cells that claim
    to be the same one, the last is taken that is not as it was released, and further ones stay as
    cells of the student's own; a cell that is missing comes back after the one before it, as it
    was released. Raises Unreadable if there is no cell of the assignment.
    """
    wanted = {key: cell for cell in skeleton.cells if (key := grade_id(cell))}
    by_id = {cell.id: key for key, cell in wanted.items()}
    claims = [cell["grade_id"] if cell["grade_id"] in wanted else None for cell in submitted]
    for at, cell in enumerate(submitted):  # metadata can get lost, and cell ids remain
        if claims[at] is None and by_id.get(cell["id"]) not in (None, *claims):
            claims[at] = by_id[cell["id"]]
    claim_by_text(wanted, submitted, claims)
    if not any(claims):
        raise Unreadable(tr("{name} has none of the assignment's cells", name=name))
    last: dict[str, int] = {}
    copies = set()  # of cells as they were released
    for at, claim in enumerate(claims):
        if claim and is_answer(wanted[claim]) and claim in last:
            before = last[claim]
            as_released = released(wanted[claim].source)
            if plain_text(submitted[at]["source"]) == as_released:
                copies.add(at)
                continue
            if plain_text(submitted[before]["source"]) == as_released:
                copies.add(before)
        if claim:
            last[claim] = at
    cells, taken = [], {cell.id for cell in wanted.values()} | set(wanted)
    for at, (claim, cell) in enumerate(zip(claims, submitted, strict=True)):
        if at in copies:
            continue  # it would undo the answer
        if cell["type"] == "markdown":
            attachments = dict(cell["attachments"])
            text = attach(cell["source"], attachments, files)
            cell = {**cell, "source": text, "attachments": attachments}
        if claim and last[claim] == at:
            cells.append(_answered(wanted[claim], cell))
        else:
            cells.append(_own(cell, f"own-{at}", taken))
    _restore(cells, wanted.values())
    return new_notebook(cells=cells, metadata=copy.deepcopy(skeleton.metadata))


def claim_by_text(
    wanted: Mapping[str, Cell], submitted: Sequence[SubmittedCell], claims: list[str | None]
) -> None:
    """Add to `claims` the cells that lost their names and ids, where there is one candidate.

    A cell that nobody was to change is known by its text, an answer by what it defines or, if
    it defines nothing, by lying alone between two cells that are known.
    """
    texts = [plain_text(cell["source"]) for cell in submitted]

    def claim(key: str, candidates: list[int]) -> None:
        if len(candidates) == 1:
            claims[candidates[0]] = key

    def free(key: str) -> list[int]:
        kind = wanted[key].cell_type
        return [at for at, c in enumerate(claims) if c is None and submitted[at]["type"] == kind]

    def lost() -> list[str]:
        return [key for key in wanted if key not in claims]

    originals = {key: released(wanted[key].source) for key in lost()}
    known = Counter(originals.values())
    for key, text in originals.items():
        if text and known[text] == 1:
            claim(key, [at for at in free(key) if texts[at] == text])
    if len(set(claims) - {None}) < ENOUGH:
        return
    for key in filter(lambda key: is_answer(wanted[key]), lost()):
        names = set(DEFINED.findall(originals[key]))
        found = [at for at in free(key) if names and names <= set(DEFINED.findall(texts[at]))]
        claim(key, [at for at in found if texts[at] != originals[key]] or found)
    keys = list(wanted)
    for key in filter(lambda key: is_answer(wanted[key]), lost()):
        at = keys.index(key)
        before = [claims.index(k) for k in keys[:at] if k in claims][-1:] or [-1]
        after = [claims.index(k) for k in keys[at + 1 :] if k in claims][:1] or [len(claims)]
        between = [k for k in lost() if wanted[k].cell_type == wanted[key].cell_type and k != key]
        alone = not any(_between(keys, key, k, claims) for k in between)
        claim(key, [n for n in free(key) if before[0] < n < after[0]] if alone else [])


def _between(keys: Sequence[str], one: str, other: str, claims: Sequence[str | None]) -> bool:
    """Is no known cell between these two of the assignment?"""
    first, last = sorted((keys.index(one), keys.index(other)))
    return not any(key in claims for key in keys[first:last])


def _answered(original: Cell, cell: SubmittedCell) -> Cell:
    """A cell of the assignment; its text is the student's where the student was to write."""
    new = copy.deepcopy(original)
    if is_answer(original) and cell["source"] != original.source:
        new.source = cell["source"] if new.cell_type == "code" else _harmless(cell["source"])
    if is_answer(original) and cell["attachments"] and new.cell_type == "markdown":
        new.attachments = cell["attachments"]
    return new


def _harmless(text: str) -> str:
    """Text without HTML: nbgrader would show tags as they are, to whoever grades, scripts too."""
    return re.sub(r"<(?=[A-Za-z/!?])", "< ", text)


def _own(cell: SubmittedCell, name: str, taken: set[str]) -> Cell:
    new = NEW[cell["type"]](cell["source"] if cell["type"] == "code" else _harmless(cell["source"]))
    new.id = cell["id"] if cell["id"] not in taken and _fits(cell["id"]) else name
    taken.add(new.id)
    if cell["attachments"]:
        new.attachments = cell["attachments"]
    return new


def _fits(name: str | None) -> bool:
    """Is it a cell id as nbformat 4.5 has them?"""
    return (
        name is not None
        and 0 < len(name) <= 64
        and name != SUMMARY
        and not (name.startswith("own-"))
        and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
    )


def _restore(cells: list[Cell], originals: Iterable[Cell]) -> None:
    """Put the originals that are missing after those that precede them."""
    present = {cell.id for cell in cells}
    at = 0
    for original in originals:
        if original.id in present:
            at = next(i for i, cell in enumerate(cells) if cell.id == original.id) + 1
        else:
            cells.insert(at, copy.deepcopy(original))
            at += 1


class Shown(Protocol):
    """What a notebook shows of a record (see records.Record)."""

    @property
    def verdict(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def messages(self) -> Mapping[str, str]: ...
    @property
    def outputs(self) -> Mapping[str, list[Output]]: ...
    @property
    def withheld(self) -> Sequence[str]: ...
    @property
    def inputs(self) -> str: ...
    def earned(self, test: str, most: float) -> float: ...


def annotate(notebook: Notebook, record: Shown) -> Notebook:
    """Put a record's outputs and points on the cells, so that nbgrader reads the same grade.

    nbgrader takes the number in an execute_result for the points, and zero for any error or text
    on stderr: so a test cell has nothing but what the test printed, as plain text, our own message
    and the number. Outputs of the student's cells keep text and pictures; what could run in a
    reader's browser is dropped.
    """
    notebook.cells = [cell for cell in notebook.cells if cell.id != SUMMARY]
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = number
        if is_test(cell):
            name = cell.metadata.nbgrader.grade_id
            most = float(cell.metadata.nbgrader.points)
            printed = [
                output.get("text", "")
                for output in record.outputs.get(name, [])
                if output.get("output_type") == "stream"
            ]
            cell.outputs = _test_outputs(
                record.earned(name, most), most, printed, record.messages.get(name, ""), number
            )
        else:
            cell.outputs = list(filter(None, map(_shown, record.outputs.get(_key(cell), []))))
            if _key(cell) in record.withheld:
                cell.metadata.withheld = True  # from the student, see gradebook.feedback
    lines = record.message.splitlines() or [""]
    tests = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_test(cell)]
    lost = [(name, record.messages[name]) for name in tests if record.messages.get(name)]
    if len(lost) > 1 or (lost and record.verdict != "wrong"):
        lines += ["", *(f"{name}: {in_one_line(said)}" for name, said in lost)]
    text = "\n    ".join(lines)
    summary = f"**{tr('Verdict: {verdict}', verdict=tr(record.verdict))}**\n\n    {text}"
    if record.inputs:
        summary += "\n\n" + tr("Inputs of the hidden tests: `{inputs}`", inputs=record.inputs)
    notebook.cells.insert(0, new_markdown_cell(summary, id=SUMMARY))
    return notebook


def _key(cell: Cell) -> str:
    """How a record calls a cell."""
    return grade_id(cell) or str(cell.id)


def _test_outputs(
    earned: float, most: float, printed: Iterable[object], message: str, number: int
) -> list[Output]:
    text = message or (tr("passed") if earned == most else tr("no points"))
    return [
        new_output("stream", name="stdout", text="".join(map(str, printed)) + text + "\n"),
        new_output("execute_result", data={"text/plain": repr(earned)}, execution_count=number),
    ]


def unanswered(notebook: Notebook, skeleton: Notebook) -> list[str]:
    """Names of the student's cells that are as they were released; of tasks there is no telling."""
    as_released = {grade_id(cell): cell.source for cell in skeleton.cells}
    return [
        name
        for cell in notebook.cells
        if is_answer(cell)
        and not about(cell).get("task")
        and (name := str(grade_id(cell))) in as_released
        and cell.source == as_released[name]
    ]


def _shown(output: Output) -> Any:
    """An output of a record as nbformat's, None for one that is not shown."""
    output = nbformat.from_dict(output)
    kind = output.get("output_type")
    if kind == "stream":
        return new_output("stream", name="stdout", text=str(output.get("text", "")))
    if kind == "error":
        return new_output(
            "error",
            ename=str(output.get("ename")),
            evalue=str(output.get("evalue")),
            traceback=[str(line) for line in output.get("traceback", [])],
        )
    data = {
        key: value
        for key, value in dict(output.get("data") or {}).items()
        if key in SAFE_TYPES and isinstance(value, str)
    }
    return new_output("display_data", data=data) if data else None
