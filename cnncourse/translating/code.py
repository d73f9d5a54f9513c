"""The walker of programs: the texts that a cell shows, its docstrings and its comments.

Which strings are texts is decided by a rule, from how a string stands in the program, so that
no author has to mark one:

- a docstring;
- what is handed to a call that shows it (`print`, a title, a label, `expect(…, what=…)`), by
  itself or within containers, sums and f-strings;
- a string of two or more words with a space between them, unless it goes to a call that looks for
  it (`split`, `re.search`, `glue`'s key) or is compared;
- an entry or key of a container whose names are shown later and handed to no other function: `for
  name, x in [("moved", moved)]: print(name)`. Wherever a program looks for an equal string, in a
  subscript or a comparison, that is a text too; where one of them must stay, all stay.

All strings that are equal have one translation in a notebook, which keeps keys and look-ups equal.
"""

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .say import FILLED_IN, Say, Text, has_words

# Calls that show their arguments: functions, and methods of axes and of the library's modules.
SHOW = set(
    "print display title suptitle set_title xlabel ylabel set_xlabel set_ylabel set_label text "
    "annotate legend set_xticks set_yticks set_xticklabels set_yticklabels xticks yticks show_grid "
    "show_images show_feature_maps show_kernels expect_true passed fail bar barh "
    "CheckFailed".split()
)
MODULES_THAT_SHOW = {"plotting"}
# Arguments by name that are shown, whatever the call.
SHOWN_ARGUMENTS = {"label", "labels", "title", "titles", "xlabel", "ylabel", "what", "mistakes"}
# Calls that hand through what they are given.
THROUGH = set(
    "list tuple sorted enumerate zip dict set iter reversed items keys values len max min str "
    "map join format append extend ljust rjust center strip rstrip upper lower capitalize".split()
)
GLUE = {"glue", "question"}  # a name, then values for the text
# Calls that look for a string, or name something by it: never texts.
NAMES = set(
    "split rsplit partition rpartition startswith endswith removeprefix "
    "removesuffix replace count find index match search sub fullmatch compile findall getattr "
    "setattr hasattr load_sample_image loads open Path get environ import_module exec eval".split()
)
NAMING_ARGUMENTS = {
    "mode",
    "without",
    "error",
    "message",
    "key",
    "dtype",
    "device",
    "color",
    "loc",
    "ha",
    "va",
}
PHRASE = re.compile(
    r"[^\W\d_]{2,}[,;:.)’'\"]* [(“\"'«]*[^\W\d_]"
    r"|(?<![^\s(])(?:a|an|the|of|for|with|and|in|to|is|on|at)\s|\s(?:for|with|of|and|in)(?!\S)"
)
DATA = re.compile(r"\s*[{\[<]\s*[\"'\w/]")  # JSON, HTML
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
    for source, place, found in zip(sources, places, texts_of(sources), strict=True):
        edits = [*_comments(source, say, place), *_strings(source, found, say, place)]
        new = source
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            new = new[: edit.start] + edit.new + new[edit.end :]
        made.append(new)
    return made


def parsed(source: str) -> ast.Module | None:
    """The program's tree; None for what is no plain Python (a line of IPython's)."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def others(sources: Sequence[str], translated: Sequence[str]) -> list[int]:
    """Numbers of the cells whose programs differ in more than their texts, by syntax trees.

    A text with values in it keeps these, in any order: another language may want another one.

    >>> others(['print("a b", 1)'], ['print("c", 1)'])
    []
    >>> others(['f(mode="a")'], ['f(mode="b")'])
    [0]
    """
    trees = [(parsed(one), parsed(other)) for one, other in zip(sources, translated, strict=True)]
    texts = set(_Reading([tree for tree, _ in trees if tree]).texts())
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
    for node in (one, other):
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

String = ast.Constant | ast.JoinedStr


def _strings(source: str, texts: Iterable[String], say: Say, place: str) -> Iterator[_Edit]:
    starts, lines = _line_starts(source), source.splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node in texts:
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = offset(node.lineno, node.col_offset)
        end = offset(node.end_lineno, node.end_col_offset)
        written = source[start:end]
        words = text_of(written)
        stripped = textwrap.dedent(words) if "\n" in words.strip("\n") else words
        if not has_words(stripped, markdown=False):
            continue
        new = say(Text(stripped, "shown", place))
        if new != stripped:
            column = start - starts[node.lineno - 1]
            yield _Edit(start, end, literal(new, written, column))


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
        lines = body.split("\n")
        indent = " " * (len(written.split("\n")[-1]) - len(written.split("\n")[-1].lstrip()))
        rest = [indent + line if line.strip() else line for line in lines[1:]]
        return prefix + quotes + "\n".join([lines[0], *rest]) + quotes
    chunks = [new]
    if len(found) > 1 and "\n" in written:
        chunks = _chunks(new)
    return f"\n{' ' * column}".join(prefix + _quoted(c, quotes, formatted) for c in chunks)


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


# Which strings are texts


def texts_of(sources: Sequence[str]) -> list[list[String]]:
    """For each cell of a notebook the strings that somebody reads, in their order."""
    trees = [parsed(source) for source in sources]
    texts = set(_Reading([tree for tree in trees if tree]).texts())
    cells = [[n for n in ast.walk(tree) if n in texts] if tree else [] for tree in trees]
    return [sorted(cell, key=lambda node: (node.lineno, node.col_offset)) for cell in cells]


class _Reading:
    """All cells of a notebook together."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self.nodes = [node for tree in trees for node in ast.walk(tree)]
        self.parent = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.docstrings = {
            node.body[0].value
            for node in self.nodes
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
            and isinstance(node.body[0].value, ast.Constant)
            and isinstance(node.body[0].value.value, str)
        }
        self.calls = [node for node in self.nodes if isinstance(node, ast.Call)]
        self.loops = [n for n in self.nodes if isinstance(n, (ast.For, ast.comprehension))]
        # Names of dictionaries that the notebook makes, whose keys are its own.
        self.made = {
            target.id
            for node in self.nodes
            if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Dict, ast.DictComp))
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def texts(self) -> list[String]:
        strings: list[String] = [
            node
            for node in self.nodes
            if isinstance(node, (ast.Constant, ast.JoinedStr))
            and (isinstance(node, ast.JoinedStr) or isinstance(node.value, str))
            and not self.is_in_a_value(node)
        ]
        found = {node for node in strings if self.is_text(node)}
        equal: dict[str, list[ast.Constant]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                equal.setdefault(node.value, []).append(node)
        for nodes in equal.values():
            keys = [node for node in nodes if self.is_key(node)]
            if found.isdisjoint(keys):
                continue
            # One that is asked for goes on fitting only where all are replaced.
            if all(node in found or self.can_follow(node) for node in nodes):
                found.update(keys)
            else:
                found.difference_update(keys)
        return list(found)

    def is_key(self, node: ast.AST) -> bool:
        """Does it stand where programs look for it: in a container, a subscript, a comparison?"""
        while outer := self.parent.get(node):
            if isinstance(outer, (ast.Dict, ast.Subscript, ast.Compare)):
                return True
            if isinstance(outer, (ast.Assign, ast.For, ast.comprehension)):
                return isinstance(node, (ast.List, ast.Tuple, ast.Set))
            if not isinstance(outer, (ast.List, ast.Tuple, ast.Set, ast.Starred)):
                return False
            node = outer
        return False

    def can_follow(self, node: ast.AST) -> bool:
        """May it be replaced with its equals: a key of what the notebook itself has made?"""
        if self.is_in_a_value(node) or not self.is_key(node):
            return False
        while (outer := self.parent.get(node)) and not isinstance(outer, ast.Subscript):
            if isinstance(outer, (ast.Dict, ast.Compare, ast.stmt, ast.comprehension)):
                return True
            node = outer
        base = outer.value if isinstance(outer, ast.Subscript) else None
        return isinstance(base, ast.Dict) or (isinstance(base, ast.Name) and base.id in self.made)

    def is_text(self, node: String) -> bool:
        if node in self.docstrings:
            return True
        phrase = bool(PHRASE.search(plain(node))) and not DATA.match(plain(node))
        inner: ast.AST = node
        while outer := self.parent.get(inner):
            match outer:
                case ast.Call():
                    name = called(outer)
                    if outer.func is inner or name in THROUGH:
                        pass
                    elif name in GLUE:
                        return inner is not outer.args[0]
                    elif name in NAMES:
                        return False
                    else:
                        return phrase or name in SHOW or shows(outer)
                case ast.keyword():
                    if outer.arg in SHOWN_ARGUMENTS:
                        return not self.is_value_of_dict(node)
                    if outer.arg in NAMING_ARGUMENTS:
                        return False
                    return phrase
                case ast.Compare() | ast.Subscript():
                    return False
                case ast.Assign() | ast.For() | ast.comprehension():
                    return self.is_shown_later(node, inner, outer) or phrase
                case ast.stmt():
                    return phrase
            inner = outer
        return phrase

    def is_in_a_value(self, node: ast.AST) -> bool:
        """Does it stand in an f-string? A text there cannot be had: it needs a name of its own."""
        while outer := self.parent.get(node):
            if isinstance(outer, (ast.JoinedStr, ast.FormattedValue)):
                return True
            node = outer
        return False

    def is_value_of_dict(self, node: ast.AST) -> bool:
        """In `mistakes={words: value}` the keys are words; the values are what they lead to."""
        inner = node
        while outer := self.parent.get(inner):
            if isinstance(outer, ast.Dict):
                return inner in outer.values
            inner = outer
        return False

    def is_shown_later(self, node: String, container: ast.AST, holder: ast.AST) -> bool:
        """Does a string in a container reach a call that shows it, and no other?"""
        names = self.names_of(node, container, holder)
        while more := {name for loop in self.loops for name in self.handed_on(loop, names)} - names:
            names |= more
        handed = shown = False
        for call in self.calls:
            name = called(call)
            arguments = [*call.args, *(k.value for k in call.keywords)]
            if name in SHOW or shows(call):
                shown = shown or bool(names & {n for a in arguments for n in names_in(a)})
            elif name not in THROUGH:
                handed = handed or any(isinstance(a, ast.Name) and a.id in names for a in arguments)
            for keyword in call.keywords:
                if keyword.arg in SHOWN_ARGUMENTS and names & set(names_in(keyword.value)):
                    shown = True
        return shown and not handed

    def names_of(self, node: String, container: ast.AST, holder: ast.AST) -> set[str]:
        if isinstance(holder, ast.Assign):
            return {target.id for target in holder.targets if isinstance(target, ast.Name)}
        target = holder.target if isinstance(holder, (ast.For, ast.comprehension)) else None
        if isinstance(target, ast.Tuple) and isinstance(container, (ast.List, ast.Tuple)):
            row = self.parent.get(node)
            if (
                isinstance(row, (ast.Tuple, ast.List))
                and row in container.elts
                and node in row.elts
            ):
                place = row.elts.index(node)
                if place < len(target.elts):
                    return set(names_in(target.elts[place]))
        return set(names_in(target)) if target is not None else set()

    def handed_on(self, loop: ast.For | ast.comprehension, names: set[str]) -> set[str]:
        """Names that take the strings of a container in a loop; of a dict's items, its keys."""
        targets, iterated = loop.target, loop.iter
        if isinstance(iterated, ast.Call) and called(iterated) in ("zip", "enumerate"):
            shift = called(iterated) == "enumerate"
            if isinstance(targets, ast.Tuple):
                found: set[str] = set()
                for target, part in zip(targets.elts[shift:], iterated.args, strict=False):
                    found |= self.out_of(part, target, names)
                return found
        return self.out_of(iterated, targets, names)

    def out_of(self, iterated: ast.expr, target: ast.expr, names: set[str]) -> set[str]:
        if not names & set(names_in(iterated)):
            return set()
        if isinstance(iterated, ast.Call) and called(iterated) == "values":
            return set()
        if isinstance(iterated, ast.Call) and called(iterated) == "items":
            target = target.elts[0] if isinstance(target, ast.Tuple) else target
        return set(names_in(target))


def is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def plain(node: String) -> str:
    """What a string says, values left out."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(v.value) if isinstance(v, ast.Constant) else "\0" for v in node.values)


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def shows(call: ast.Call) -> bool:
    """Is it a function of a module that draws?"""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in MODULES_THAT_SHOW
    )


def names_in(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
