"""The walker of programs: puts the texts that a cell shows, its docstrings and its comments through
`say`, and changes nothing else.

Which strings are texts is decided in `shown.py`. All strings that are equal have one translation in
a notebook, which keeps keys and look-ups equal; those within the braces of an f-string follow too.
"""

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from .say import FILLED_IN, Say, Text, has_words
from .shown import String, parsed, texts_of

MARK = re.compile(r"^#{2,}|^# ?(?:YOUR CODE HERE|noqa|type: ?ignore|fmt: ?|%|!)|^#$")
WIDTH = 72  # of a piece of a string that is written on several lines


@dataclass
class _Edit:
    """start, end: offsets in the source."""

    start: int
    end: int
    new: str


def walk(source: str, say: Say, place: str = "") -> str:
    """The program `source` with its texts and comments put through `say`.

    >>> walk("print('all', n)  # a sum", lambda text: text.words.upper())
    "print('ALL', n)  # A SUM"
    """
    return walk_all([source], say, [place])[0]


def walk_all(sources: Sequence[str], say: Say, places: Sequence[str]) -> list[str]:
    """The same for the cells of a notebook, which see each other's names."""
    made = []
    trees = [parsed(source) for source in sources]
    texts = texts_of(trees)
    for source, place, tree in zip(sources, places, trees, strict=True):
        strings = _strings(source, tree, texts, say, place) if tree else ()
        edits = [*_comments(source, say, place), *strings]
        new = source
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            new = new[: edit.start] + edit.new + new[edit.end :]
        made.append(new)
    return made


def others(sources: Sequence[str], translated: Sequence[str]) -> list[int]:
    """Numbers of the cells whose programs differ in more than their texts, by syntax trees.

    A text with values in it keeps these, in any order: another language may want another one.

    >>> others(['print("a b", 1)'], ['print("c", 1)'])
    []
    >>> others(['f(mode="a")'], ['f(mode="b")'])
    [0]
    """
    trees = [(parsed(one), parsed(other)) for one, other in zip(sources, translated, strict=True)]
    texts = texts_of([tree for tree, _ in trees])
    found = []
    for number, (one, other) in enumerate(trees):
        if one is None or other is None:
            same = sources[number] == translated[number]
        else:
            _blank(one, other, texts)
            same = ast.dump(one) == ast.dump(other)
        if not same:
            found.append(number)
    return found


def _blank(one: ast.AST, other: ast.AST, texts: Container[ast.AST]) -> None:
    """Take the words out of the texts of both programs, and leave the values in them."""
    if one not in texts or type(one) is not type(other):
        for ours, theirs in zip(*map(ast.iter_child_nodes, (one, other)), strict=False):
            _blank(ours, theirs, texts)
        return
    looked_in = {
        ast.dump(node.value)
        for node in ast.walk(one)
        if isinstance(node, ast.Subscript) and node.slice in texts
    }
    for node in (one, other):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Subscript) and ast.dump(inner.value) in looked_in:
                inner.slice = ast.Constant("")
        if isinstance(node, ast.JoinedStr):
            values = [value for value in node.values if not isinstance(value, ast.Constant)]
            node.values = sorted(values, key=ast.dump)
        elif isinstance(node, ast.Constant):
            node.value = ""


# Comments


def _comments(source: str, say: Say, place: str) -> Iterator[_Edit]:
    """Lines of comments that follow each other are one text; a comment beside code is one, too."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return
    starts = _line_starts(source)
    blocks: list[list[tokenize.TokenInfo]] = []
    for token in tokens:
        if token.type != tokenize.COMMENT or MARK.match(token.string):
            continue
        alone = not token.line[: token.start[1]].strip()
        last = blocks[-1][-1] if blocks else None
        if (
            last
            and alone
            and last.start == (token.start[0] - 1, token.start[1])
            and not last.line[: last.start[1]].strip()
        ):
            blocks[-1].append(token)
        else:
            blocks.append([token])
    for block in blocks:
        first, last = block[0], block[-1]
        words = " ".join(token.string.lstrip("#").strip() for token in block)
        if not has_words(words, markdown=False):
            continue
        new = say(Text(words, "comment", place))
        if new == words:
            continue
        column = first.start[1]
        alone = not first.line[:column].strip()
        lines = textwrap.wrap(new, max(40, 97 - column), break_long_words=False) if alone else [new]
        yield _Edit(
            starts[first.start[0] - 1] + column,
            starts[last.end[0] - 1] + last.end[1],
            f"\n{' ' * column}".join(f"# {line}" for line in lines),
        )


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


# Strings


def _strings(
    source: str, tree: ast.Module, texts: Container[ast.AST], say: Say, place: str
) -> Iterator[_Edit]:
    starts, lines = _line_starts(source), source.splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node, keys in _to_say(tree, texts):
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = offset(node.lineno, node.col_offset)
        end = offset(node.end_lineno, node.end_col_offset)
        written = source[start:end]
        words = text_of(written)
        stripped = textwrap.dedent(words) if "\n" in words.strip("\n") else words
        new = stripped
        if node in texts and has_words(stripped, markdown=False):
            new = say(Text(stripped, "shown", place))
        if keys:
            said = {key: say(Text(key, "shown", place)) for key in keys}
            new = FILLED_IN.sub(partial(_looked_up, said=said), new)
        if new != stripped:
            column = start - starts[node.lineno - 1]
            yield _Edit(start, end, literal(new, written, column))


def _to_say(tree: ast.Module, texts: Container[ast.AST]) -> Iterator[tuple[String, list[str]]]:
    """The texts of a cell, each with those that an f-string looks for within its braces."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.JoinedStr):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Constant) and n in texts]
            if node in texts or inner:
                yield node, sorted({str(n.value) for n in inner})
            continue
        if isinstance(node, ast.Constant) and node in texts:
            yield node, []
        todo += reversed(list(ast.iter_child_nodes(node)))


def _looked_up(value: re.Match[str], said: dict[str, str]) -> str:
    """The braces of an f-string with the keys in them as they are said."""

    def key(found: re.Match[str]) -> str:
        return f"{found[1]}{said.get(found[2], found[2])}{found[1]}"

    return re.sub(r"""(['"])(.*?)\1""", key, value[0])


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


def literal(new: str, written: str, column: int) -> str:
    """The literal of a text, in the form of the one that it takes the place of."""
    found = pieces(written)
    formatted = any("f" in prefix for prefix, _, _ in found)
    quotes = found[0][1]
    prefix = "f" if formatted else ""
    if len(quotes) == 3:
        body = new.replace("\\", "\\\\").replace('"""', r"\"\"\"")
        return prefix + quotes + _indented(body, written) + quotes
    chunks = [new]
    if len(found) > 1 and "\n" in written:
        chunks = _chunks(new)
    return f"\n{' ' * column}".join(prefix + _quoted(c, quotes, formatted) for c in chunks)


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


def _chunks(text: str) -> list[str]:
    """The text in pieces for lines of their own, none of which ends inside of a value."""
    tokens = [
        token
        for value, rest in _parts(text)
        for token in ([value] if value else re.findall(r"\S+\s*|\s+", rest))
    ]
    made = [""]
    for token in tokens:
        if len(made[-1]) + len(token.rstrip()) > WIDTH and made[-1]:
            made.append("")
        made[-1] += token
    return made


def _quoted(text: str, quotes: str, formatted: bool) -> str:
    def escaped(part: str) -> str:
        part = part.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        return part.replace(quotes, "\\" + quotes)

    parts = _parts(text) if formatted else [("", text)]
    return quotes + "".join(value or escaped(part) for value, part in parts) + quotes
