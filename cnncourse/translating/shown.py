"""Which strings of a program are texts, that somebody reads, and which are names that it goes by.

A rule decides, from where a string goes, so that no author has to mark one. A text is

- a docstring;
- a string of two or more words with a space between them, unless it goes to a call that looks for
  it (`split`, `re.search`, `glue`'s key) or is compared;
- whatever reaches a call that shows it (`print`, a title, a label, `expect(…, what=…)`), and no
  call that may go by it, as `followed.py` finds.

All strings that are equal have one translation in a notebook. So wherever a program looks for a
text, in a subscript or a comparison, that is a text too; where one of them must stay, all stay.
"""

import ast
import re
from collections.abc import Sequence

from .followed import GLUE, NAMES, NAMING_ARGUMENTS, SHOWN_ARGUMENTS, THROUGH, Followed
from .program import Program, called
from .say import has_words

String = ast.Constant | ast.JoinedStr

PHRASE = re.compile(
    r"[^\W\d_]{2,}[,;:.)’'\"]* [(“\"'«]*[^\W\d_]"
    r"|(?<![^\s(])(?:a|an|the|of|for|with|and|in|to|is|on|at)\s|\s(?:for|with|of|and|in)(?!\S)"
)
DATA = re.compile(r"\s*[{\[<]\s*[\"'\w/]")  # JSON, HTML
CALLED = re.compile(r"[\w.]+\((?!s\))|\w+=\S*|\w+_\w+")  # in code


def parsed(source: str) -> ast.Module | None:
    """The program's tree; None for what is no plain Python (a line of IPython's)."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def texts_of(trees: Sequence[ast.Module | None]) -> set[ast.AST]:
    """The strings of a notebook's cells that somebody reads, those that are looked for included."""
    program = Followed([tree for tree in trees if tree])
    strings: list[String] = [
        node
        for node in program.nodes
        if (isinstance(node, ast.JoinedStr) and not program.is_in_a_value(node))
        or (
            (isinstance(node, ast.Constant) and isinstance(node.value, str))
            and not isinstance(program.parent.get(node), ast.JoinedStr)
        )
    ]
    ways = {node: program.way_of(node) for node in strings}
    found: set[ast.AST] = {
        node
        for node in strings
        if not program.is_in_a_value(node)
        and (
            node in program.docstrings
            or (is_phrase(node) and not is_name(program, node))
            or (ways[node].shown and not ways[node].named and not is_code(node))
        )
    }
    equal: dict[str, list[ast.Constant]] = {}
    for node in strings:
        if isinstance(node, ast.Constant) and (ways[node].met or program.is_key(node)):
            equal.setdefault(str(node.value), []).append(node)
    for keys in equal.values():
        if found.isdisjoint(keys):
            continue
        # One that is asked for goes on fitting only where all are replaced.
        if all(node in found or not ways[node].named for node in keys):
            found.update(keys)
        else:
            found.difference_update(keys)
    return found


def is_phrase(node: String) -> bool:
    words = words_of(node)
    return bool(PHRASE.search(words)) and not DATA.match(words)


def is_code(node: String) -> bool:
    """Has it no words but those of a call, as `f"pool2d(x, {size}, stride={stride})"`?"""
    words = words_of(node)
    return bool(CALLED.search(words)) and not has_words(CALLED.sub(" ", words), markdown=False)


def words_of(node: String) -> str:
    """What a string says, values left out."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(v.value) if isinstance(v, ast.Constant) else "\0" for v in node.values)


def is_name(program: Program, node: ast.AST) -> bool:
    """Does it go, where it stands, to what looks for it or calls something by it?"""
    inner = node
    while outer := program.parent.get(inner):
        match outer:
            case ast.Call():
                name = called(outer)
                if name in GLUE:
                    return inner is outer.args[0]
                if outer.func is not inner and name not in THROUGH:
                    return name in NAMES
            case ast.keyword():
                if outer.arg in SHOWN_ARGUMENTS:
                    return program.is_value_of_dict(node)
                return outer.arg in NAMING_ARGUMENTS
            case ast.Compare() | ast.Subscript():
                return True
            case ast.stmt() | ast.comprehension():
                return False
        inner = outer
    return False
