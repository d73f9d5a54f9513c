"""The cells of a notebook file, whatever program wrote it; in the confined process."""

import base64
import binascii
import json
from typing import Any, Literal, TypedDict, cast, get_args

import nbformat

from cnncourse.grading.examining.limits import MOST_CELLS, MOST_TEXT
from cnncourse.language import tr

from .kinds import held

# Pictures that browsers show; in a page they are data, so that none of them can run.
PICTURES = tuple(
    f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "bmp", "avif", "svg+xml")
)


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
    cnncourse.grading.intake.parsing.Unreadable: a.ipynb is not a notebook: it is a list, not an
    object
    """
    try:
        found = json.loads(text_of(data))
    except RecursionError:
        raise _none(name, tr("it is nested too deeply")) from None
    except ValueError as error:
        if not data.strip():
            raise Unreadable(tr("{name} is empty", name=name)) from None
        raise _none(name, _no_json(data, error)) from None
    if not isinstance(found, dict):
        kind = type(found).__name__
        raise _none(name, tr("it is a {kind}, not an object", kind=kind))
    version = found.get("nbformat", 4)
    if version == 3:
        return _parse_version_3(found, name)
    if version != 4:
        raise Unreadable(
            tr(
                "{name} has notebook format {version}; save it in format 4",
                name=name,
                version=repr(version),
            )
        )
    if not isinstance(found.get("cells"), list):
        raise _none(name, tr("it has no list of cells"))
    return _cells(found["cells"], name)


def _cells(found: list[Any], name: str) -> list[SubmittedCell]:
    """Each cell; before anything else is done with them, for a page takes a millisecond a cell."""
    cells = found[: MOST_CELLS + 1]
    parsed = [_parse_cell(cell, number, name) for number, cell in enumerate(cells, 1)]
    if len(parsed) > MOST_CELLS or sum(len(cell["source"]) for cell in parsed) > MOST_TEXT:
        raise Unreadable(tr("the notebook has too many cells, or too much text in them"))
    return parsed


def _none(name: str, why: str) -> Unreadable:
    return Unreadable(tr("{name} is not a notebook: {why}", name=name, why=why))


def text_of(data: bytes) -> str:
    """The text of a file: of JSON in whatever encoding, of others in UTF-8 or as Windows wrote it.

    >>> text_of('{"è": 1}'.encode("utf-16")), text_of('{"è": 1}'.encode("latin-1"))
    ('{"è": 1}', '{"è": 1}')
    """
    try:
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def is_object(data: bytes) -> bool:
    """Does the file begin as a notebook does?"""
    return text_of(data[:4096]).lstrip().startswith("{")


def _no_json(data: bytes, error: ValueError) -> str:
    """Why a file is no JSON, in words."""
    if what := held(data):
        return tr("it is {what}", what=what)
    if b"<<<<<<< " in data:
        return tr("it has the marks of a merge that was not finished (<<<<<<<)")
    return tr("it breaks off or is no JSON ({error})", error=error)


def _parse_version_3(found: dict[str, Any], name: str) -> list[SubmittedCell]:
    try:
        cells = nbformat.convert(nbformat.from_dict(found), 4).cells
    except Exception as error:  # nbformat raises nearly anything on what it did not expect
        kind = type(error).__name__
        raise Unreadable(
            tr("{name} is a malformed notebook of format 3 ({kind})", name=name, kind=kind)
        ) from None
    return _cells(cells, name)


def _parse_cell(cell: Any, number: int, name: str) -> SubmittedCell:
    kind: Any = cell.get("cell_type") if isinstance(cell, dict) else None
    if not isinstance(kind, str) or kind not in get_args(Kind):
        raise _none(name, tr("its cell {number} has no known type", number=number))
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        # Some programs drop the ends of the lines.
        ended = any(line.endswith("\n") for line in source) or len(source) == 1
        source = ("" if ended else "\n").join(source)
    if not isinstance(source, str):
        raise _none(name, tr("the text of its cell {number} is none", number=number))
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
