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
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from .literals import Place, literal, text_of
from .say import FILLED_IN, Say, Text, has_words
from .shown import String, parsed, texts_of

MARK = re.compile(r"^#{2,}|^# ?(?:YOUR CODE HERE|noqa|type: ?ignore|fmt: ?|%|!)|^#$")


@dataclass
class _Edit:
    """start, end: offsets in the source. new: what stands there, for the place in the new one."""

    start: int
    end: int
    new: Callable[[Place], str]


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
        made.append(_edited(source, sorted(edits, key=lambda edit: edit.start)))
    return made


def _edited(source: str, edits: Sequence[_Edit]) -> str:
    """The source with the edits made, from the left to the right."""
    if not edits:
        return source
    brackets = _brackets(source)
    made, at = "", 0
    moved: list[tuple[int, int]] = []  # (where in the source, how much longer all before it is)

    def column(place: int) -> int:
        return place - (made.rfind("\n", 0, place) + 1)

    ends = [edit.start for edit in edits[1:]] + [len(source)]
    for edit, end in zip(edits, ends, strict=True):
        made += source[at : edit.start]
        at = edit.end
        around = brackets.get(edit.start)
        if around is not None:
            longer = next((more for end, more in reversed(moved) if end <= around), 0)
            around = column(around + longer) + 1
        follows = source[edit.end : end].partition("\n")[0]
        place = Place(
            column(len(made)),
            around,
            made.rstrip(" ")[-1:] in ("(", "[", "{", ","),
            len(follows.rstrip()),
        )
        new = edit.new(place)
        if new.startswith("\n"):
            made = made.rstrip(" ")
        made += new
        moved.append((edit.end, len(made) - edit.end))
    return made + source[at:]


def _brackets(source: str) -> dict[int, int]:
    """{where a string begins: where the innermost bracket around it does}, as offsets."""
    starts, found, opened = _line_starts(source), {}, []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        place = starts[token.start[0] - 1] + token.start[1]
        if token.type == tokenize.OP and token.string in "([{":
            opened.append(place)
        elif token.type == tokenize.OP and token.string in ")]}":
            opened.pop()
        elif opened and tokenize.tok_name[token.type] in ("STRING", "FSTRING_START"):
            found[place] = opened[-1]
    return found


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
        told = f"\n{' ' * column}".join(f"# {line}" for line in lines)
        yield _Edit(
            starts[first.start[0] - 1] + column,
            starts[last.end[0] - 1] + last.end[1],
            lambda place, told=told: told,  # type: ignore[misc]
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

    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
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
            yield _Edit(start, end, partial(literal, new, written, wrap=node in docstrings))


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
