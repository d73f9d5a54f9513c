"""Strings as programs write them: what a literal says, and the literal of another text.

The new one has the form of the one that it takes the place of, and fits into the program's lines.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from .say import FILLED_IN

WIDTH = 72  # of a piece of a string that is written on several lines
LINE = 100  # of a program
NARROW = 36  # where less is left of a line, a string begins a new one


@dataclass(frozen=True)
class Place:
    """Where a literal stands: its column, how far the innermost bracket around it reaches (None
    outside of brackets), whether it may begin a new line, how much follows it on its line."""

    column: int = 0
    bracket: int | None = None
    may_move: bool = False
    after: int = 0


PIECE = re.compile(r"""([a-zA-Z]{0,2})('{3}|\"{3}|'|\")""", re.DOTALL)


def pieces(written: str) -> list[tuple[str, str, str]]:
    """(prefix, quotes, body) of each literal of an implicit concatenation."""
    found, at = [], 0
    while opened := PIECE.search(written, at):
        prefix, quotes = opened[1].lower(), opened[2]
        end = opened.end()
        while not written.startswith(quotes, end):
            end += 2 if written[end] == "\\" and "r" not in prefix else 1
        found.append((prefix, quotes, written[opened.end() : end]))
        at = end + len(quotes)
        comment = re.compile(r"(?:\s|#[^\n]*\n)*").match(written, at)
        at = comment.end() if comment else at
    return found


def text_of(written: str) -> str:
    """What a literal says. Values of f-strings stand in it as they are written: {n:3}.

    >>> text_of('"a" f"b{n!r}"'), text_of(r'"1\\n2"') == "1" + chr(10) + "2"
    ('ab{n!r}', True)
    """
    found = pieces(written)
    formatted = any("f" in prefix for prefix, _, _ in found)
    said = ""
    for prefix, _, body in found:
        text = body if "r" in prefix else _unescaped(body, "f" in prefix)
        said += (
            text.replace("{", "{{").replace("}", "}}") if formatted and "f" not in prefix else text
        )
    return said


def _unescaped(body: str, formatted: bool) -> str:
    parts = _parts(body) if formatted else [("", body)]
    return "".join(
        value or ast.literal_eval('"""' + re.sub(r'(?<!\\)"', r"\"", text) + '"""')
        for value, text in parts
    )


def _parts(body: str) -> Iterator[tuple[str, str]]:
    """(value, "") and ("", text) of an f-string's body, in their order."""
    at = 0
    for found in FILLED_IN.finditer(body):
        yield "", body[at : found.start()]
        yield found[0], ""
        at = found.end()
    yield "", body[at:]


def literal(new: str, written: str, place: Place = Place(), wrap: bool = False) -> str:
    """The literal of a text, in the form of the one that it takes the place of.

    wrap: a text of several lines may get more of them, as a docstring may.

    One that does not fit into its line is written in pieces, one below the other.

    >>> print("f(" + literal("one " * 26 + "two", "'c'", Place(2, bracket=2, after=1)) + ")")
    f('one one one one one one one one one one one one one one one one one one '
      'one one one one one one one one two')
    """
    found = pieces(written)
    formatted = any("f" in prefix for prefix, _, _ in found)
    quotes = found[0][1]
    prefix = "f" if formatted else ""
    if len(quotes) == 3:
        body = new.replace("\\", "\\\\").replace('"""', r"\"\"\"")
        body = _indented(body, written)
        return prefix + quotes + (_wrapped(body, place.column) if wrap else body) + quotes
    whole = prefix + _quoted(new, quotes, formatted)
    column, before, after = place.column, "", ""
    if not (len(found) > 1 and "\n" in written):
        if column + len(whole) + place.after <= LINE:
            return whole
        if place.bracket is None:
            column, before, after = column + 1, "(", ")"
    longest = max((len(token.rstrip()) for token in _tokens(new)), default=0)
    if column + max(NARROW, longest + 4) > LINE and place.may_move and place.bracket is not None:
        column = min(column, place.bracket)
        before = "\n" + " " * column
    room = LINE - column - len(prefix) - 3  # two quotes, and a space after the last word
    chunks = _chunks(new, min(WIDTH, room), room - place.after - len(after))
    told = (prefix + _quoted(chunk, quotes, formatted) for chunk in chunks)
    return before + f"\n{' ' * column}".join(told) + after


def _indented(body: str, written: str) -> str:
    """Lines of a docstring, indented as the original's are, however the translator wrote them."""
    first, *rest = body.rstrip().split("\n")
    lines = written.split("\n")[1:]
    if not lines:
        return body
    margin = " " * min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    inner = textwrap.indent(textwrap.dedent("\n".join(rest)), margin)
    alone = not lines[-1].strip().strip("\"'")
    return "\n".join([first, *([inner] if rest else []), *([margin] if alone else [])])


def _wrapped(body: str, column: int) -> str:
    """The lines of a docstring that begins in a column, none of them too long."""
    first, *rest = body.split("\n")
    margin = " " * column
    lines = [("", first, LINE - column - (3 if rest else 6))]
    lines += [(line[: len(line) - len(line.lstrip())], line, LINE) for line in rest]
    told: list[str] = []
    for indent, line, width in lines:
        if len(line) <= width:
            told.append(line)
            continue
        head, *more = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        told.append(indent + head.lstrip())
        indent = indent or margin
        told += textwrap.wrap(
            " ".join(more),
            LINE - 3,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(told)


def _chunks(text: str, width: int, last: int) -> list[str]:
    """The text in pieces for lines of their own, none of which ends inside of a value.

    last: the width of the last one, which something follows.
    """
    made: list[list[str]] = [[]]
    for token in _tokens(text):
        if made[-1] and len("".join(made[-1])) + len(token.rstrip()) > width:
            made.append([])
        made[-1].append(token)
    if len("".join(made[-1])) > last:
        *others, end = made[-1]
        made[-1:] = [others, [end]] if others else [[end]]
    return ["".join(chunk) for chunk in made]


def _tokens(text: str) -> list[str]:
    """The words and the values of a text, each with the space behind it."""
    return [
        token
        for value, rest in _parts(text)
        for token in ([value] if value else re.findall(r"\S+\s*|\s+", rest))
    ]


def _quoted(text: str, quotes: str, formatted: bool) -> str:
    def escaped(part: str) -> str:
        part = part.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        return part.replace(quotes, "\\" + quotes)

    parts = _parts(text) if formatted else [("", text)]
    return quotes + "".join(value or escaped(part) for value, part in parts) + quotes
