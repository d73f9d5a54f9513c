"""The library's sentences, wherever they are told by `tr`, and the file that `tr` reads."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from cnncourse.course import CourseError

from .say import Say, Text

MARKERS = ("tr", "later", "both")  # the functions of cnncourse.language whose first argument is one


def texts(program: str, file: str = "", markers: tuple[str, ...] = MARKERS) -> Iterator[Text]:
    """The sentences of a module: the first arguments of the functions `markers`.

    Raises CourseError for a call with something else than a string, which no catalog would have.

    >>> [text.words for text in texts('tr("a {b}", b=1); f("c")')]
    ['a {b}']
    """
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id not in markers or not node.args:
                continue
            words = node.args[0]
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                yield Text(words.value, "message")
            elif isinstance(words, ast.JoinedStr):
                raise CourseError(
                    f'{file}, line {node.lineno}: {node.func.id}(f"…") is filled in before it is '
                    f'translated; write {node.func.id}("… {{name}} …", name=…)'
                )


def files(root: Path) -> list[Path]:
    """The modules of the library, but for those that translate."""
    found = sorted(Path(root, "cnncourse").rglob("*.py"))
    ours = Path(root, "cnncourse", "translating")
    return [path for path in found if not path.is_relative_to(ours)]


def made(root: Path, say: Say) -> str:
    """What `tr` reads for a language: its sentences by the English ones, as JSON."""
    known: dict[str, str] = {}
    for path in files(root):
        for text in texts(path.read_text(encoding="utf-8"), path.name):
            known[text.words] = say(text)
    different = {english: words for english, words in known.items() if words != english}
    return json.dumps(different, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
