"""The notebook that is graded: the assignment's cells with a student's answers in them.

Whatever a student did to the cells (copied, renamed, deleted, moved, tagged them, changed their
type or metadata), what comes out is a valid notebook with every cell of the assignment once.
"""

import base64
import binascii
import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict, cast

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells
from nbgrader.utils import compute_checksum, is_task

from cnncourse.course import Cell, Notebook, about, grade_id, is_answer, is_test
from cnncourse.grading.examining.findings import in_one_line
from cnncourse.grading.examining.limits import SAFE_TYPES
from cnncourse.grading.examining.protocol.messages import Output

from .pictures import attach

NEW: dict[str, Callable[..., Cell]] = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
    "raw": new_raw_cell,
}
# Pictures that browsers show; in a page they are data, so that none of them can run.
PICTURES = tuple(
    f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "bmp", "avif", "svg+xml")
)
SUMMARY = "verdict"  # id of the cell that tells the verdict
DEFINED = re.compile(r"^(?:def|class) +(\w+)", re.MULTILINE)
ENOUGH = 2  # cells that are surely the assignment's, before others are told by their place


class Unreadable(ValueError):
    """A file that is no notebook, or not this assignment's; the message is for the student."""


Kind = Literal["code", "markdown", "raw"]


class SubmittedCell(TypedDict):
    """What is taken over from a cell that somebody handed in."""

    type: Kind
    id: str | None
    grade_id: str | None
    source: str
    attachments: dict[str, dict[str, str]]  # pictures: {name: {type: data in base64}}


def parse(data: bytes, name: str) -> list[SubmittedCell]:
    """The cells of a notebook file.
    data: the file's bytes; name: how messages call it. Raises Unreadable.

    >>> parse(b'{"cells": [{"cell_type": "code", "source": ["a\\\\n", "b"]}]}', "a.ipynb")
    [{'type': 'code', 'id': None, 'grade_id': None, 'source': 'a\\nb', 'attachments': {}}]
    >>> parse(b"[]", "a.ipynb")
    Traceback (most recent call last):
    cnncourse.grading.intake.notebooks.Unreadable: a.ipynb is not a notebook: it is a list, not an
    object
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not a notebook: it is not text in UTF-8") from None
    except RecursionError:
        raise Unreadable(f"{name} is not a notebook: it is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(
            f"{name} is not a notebook: it breaks off or is no JSON ({error})"
            if data.strip()
            else f"{name} is empty"
        ) from None
    if not isinstance(found, dict):
        raise Unreadable(f"{name} is not a notebook: it is a {type(found).__name__}, not an object")
    version = found.get("nbformat", 4)
    if version == 3:
        return _parse_version_3(found, name)
    if version != 4:
        raise Unreadable(f"{name} has notebook format {version!r}; save it in format 4")
    if not isinstance(found.get("cells"), list):
        raise Unreadable(f"{name} is not a notebook: it has no list of cells")
    return [_parse_cell(cell, number, name) for number, cell in enumerate(found["cells"], 1)]


def _parse_version_3(found: dict[str, Any], name: str) -> list[SubmittedCell]:
    try:
        cells = nbformat.convert(nbformat.from_dict(found), 4).cells
    except Exception as error:  # nbformat raises nearly anything on what it did not expect
        raise Unreadable(
            f"{name} is a malformed notebook of format 3 ({type(error).__name__})"
        ) from None
    return [_parse_cell(cell, number, name) for number, cell in enumerate(cells, 1)]


def _parse_cell(cell: Any, number: int, name: str) -> SubmittedCell:
    kind: Any = cell.get("cell_type") if isinstance(cell, dict) else None
    if not isinstance(kind, str) or kind not in NEW:
        raise Unreadable(f"{name} is not a notebook: its cell {number} has no known type")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"{name} is not a notebook: the text of its cell {number} is none")
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    attachments = cell.get("attachments") if kind == "markdown" else None
    return {
        "type": cast(Kind, kind),
        "id": _text(cell.get("id")),
        "grade_id": _text(grade_id),
        "source": _writable(source),
        "attachments": _pictures(attachments),
    }


def _text(value: object) -> str | None:
    return _writable(value) if isinstance(value, str) else None


def _writable(text: str) -> str:
    """Text that every file can hold: JSON can spell half a character."""
    return text.encode("utf-8", "replace").decode()


def _pictures(attachments: object) -> dict[str, dict[str, str]]:
    """Pictures that a student pasted into a text cell, as nbformat wants them."""
    if not isinstance(attachments, dict):
        return {}
    found = {
        name: {kind: data for kind, data in bundle.items() if kind in PICTURES and is_base64(data)}
        for name, bundle in attachments.items()
        if isinstance(bundle, dict)
    }
    return {_writable(name): bundle for name, bundle in found.items() if bundle}


def is_base64(text: object) -> bool:
    """Is it what a picture is made of, and no markup?"""
    if not isinstance(text, str):
        return False
    try:
        return bool(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return False


def skeleton(source: Notebook) -> Notebook:
    """What an empty submission is graded as: the release, with the source's whole test cells."""
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
        raise Unreadable(f"{name} has none of the assignment's cells")
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
    inputs = f"\n\nInputs of the hidden tests: `{record.inputs}`" if record.inputs else ""
    summary = new_markdown_cell(f"**Verdict: {record.verdict}**\n\n    {text}{inputs}", id=SUMMARY)
    notebook.cells.insert(0, summary)
    return notebook


def _key(cell: Cell) -> str:
    """How a record calls a cell."""
    return grade_id(cell) or str(cell.id)


def _test_outputs(
    earned: float, most: float, printed: Iterable[object], message: str, number: int
) -> list[Output]:
    text = message or ("passed" if earned == most else "no points")
    return [
        new_output("stream", name="stdout", text="".join(map(str, printed)) + text + "\n"),
        new_output("execute_result", data={"text/plain": repr(earned)}, execution_count=number),
    ]


def unanswered(notebook: Notebook) -> list[str]:
    """Names of the student's cells that are as they were released; of tasks there is no telling."""
    return [
        str(grade_id(cell))
        for cell in notebook.cells
        if is_answer(cell)
        and not is_task(cell)
        and about(cell).get("checksum") == compute_checksum(cell)
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
