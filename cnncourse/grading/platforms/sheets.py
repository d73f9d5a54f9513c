"""Tables as CSV, read as platforms and spreadsheets write them, written for both."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from cnncourse.course import CourseError

LONGEST = 1 << 24  # characters of a cell: a text that was typed into Moodle is in one
BOM = "\ufeff"  # by which Excel knows UTF-8
FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")
# The same after what a spreadsheet with other settings takes for a separator.
DIVIDED = re.compile(r"([;|\t\r\n]|,(?=[ ]{0,20}\"?[=@]))(?=[ \t\"]{0,20}[=+\-@])")


ROUNDED = re.compile(r"-?\d(?:[.,]\d+)?E\+\d+")  # a long number that a spreadsheet showed so


@dataclass(frozen=True)
class Sheet:
    """A table: the cells of its first line, and of the others, with the numbers of their lines."""

    path: Path
    head: list[str]
    rows: list[tuple[int, list[str]]]
    separator: str = ","


def read_sheet(path: str | Path) -> Sheet:
    """Read a CSV file with commas, semicolons or tabs; CourseError if it is none, or was cut."""
    path = Path(path)
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from None
    if "\0" in text:
        raise CourseError(f"{path} is no CSV file; save the table as CSV, or download it again")
    csv.field_size_limit(LONGEST)
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    separator = max(",;\t", key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise CourseError(
            f"{path}, line {reader.line_num}: {error}; the file was changed or cut, download it "
            "again"
        ) from None
    if not lines:
        raise CourseError(f"{path} is empty; download it again")
    head = [cell.strip() for cell in lines[0][1]]
    for number, cells in lines[1:]:
        if len(cells) != len(head):
            raise CourseError(
                f"{path}, line {number} has {len(cells)} cells, its first line {len(head)}; the "
                "file was changed or cut, download it again"
            )
    return Sheet(path, head, lines[1:], separator)


def rounded(sheet: Sheet) -> list[str]:
    """A sentence on long numbers whose last digits a spreadsheet dropped, if there are some."""
    found = {
        f"line {line}, {name}: {cell.strip()}"
        for line, row in sheet.rows
        for name, cell in zip(sheet.head, row, strict=True)
        if ROUNDED.fullmatch(cell.strip())
    }
    if not found:
        return []
    return [
        f"{sheet.path}: a spreadsheet rounded numbers, and nobody is told by them; download the "
        f"table again and do not save it in one: {'; '.join(sorted(found))}"
    ]


def exact(cell: str) -> str:
    """A number or name as the platform wrote it; "" for one that a spreadsheet rounded.

    >>> exact(" 12345678 "), exact("1.23457E+11")
    ('12345678', '')
    """
    cell = cell.strip()
    return "" if ROUNDED.fullmatch(cell) else cell


def decoded(data: bytes) -> str:
    """Text in UTF-8, with or without its mark, else as a spreadsheet saves it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Any]], bom: bool = True) -> str:
    """A CSV file's text, in which text that a spreadsheet would compute is marked as text."""
    return plain_csv([head, *([harmless(cell) for cell in row] for row in rows)], bom)


def plain_csv(rows: Iterable[Sequence[Any]], bom: bool, separator: str = ",") -> str:
    """A CSV file's text, cells as they are."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return BOM * bom + text.getvalue()


def harmless(value: Any) -> Any:
    """A spreadsheet takes text that begins so for a formula, and a student could write it.

    >>> harmless("=A1"), harmless("none; =A1"), harmless("(1, -2)")
    ("'=A1", "none;' =A1", '(1, -2)')
    """
    if not isinstance(value, str):
        return value
    return marked(DIVIDED.sub(r"\1'", value))


def marked(value: str) -> str:
    """Text as text, where it would begin a formula by itself."""
    return f"'{value}" if FORMULA.match(value) else value


def unmarked(cell: str) -> str:
    """A cell without the apostrophe that says that it is no formula.

    >>> unmarked("'=A1"), unmarked("'s Graven")
    ('=A1', "'s Graven")
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def two_decimals(points: float) -> str:
    """Points to the last cent, halves up, whatever float made of them.

    >>> two_decimals(2.675), two_decimals(18), two_decimals(0.1 + 0.2)
    ('2.68', '18.00', '0.30')
    """
    cents = Decimal(repr(round(points, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(cents + 0)  # no -0.00
