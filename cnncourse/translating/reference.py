"""The docstrings that the pages of the reference show, as texts to translate.

Which ones is said by the pages themselves, in their lines `.. automodule::`: of each module what is
public and has a docstring, or what its `__all__` lists, wherever that is from. English stays the
only source, and what `help` tells; pages in another language ask its catalog (site/api.py).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from . import docstrings
from .say import Say

NAME = "reference"  # of the catalog
SHOWN = re.compile(r"^\.\. automodule:: ([\w.]+)$", re.MULTILINE)
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def files(root: Path) -> dict[str, set[str] | None]:
    """{a module's file: the names in it that a page shows, None for all that are public}.

    The name of the module itself is "".
    """
    found: dict[str, set[str] | None] = {}
    for page in sorted(Path(root, "book").glob("*.md")):
        for module in SHOWN.findall(page.read_text(encoding="utf-8")):
            path = root.joinpath(*module.split("."))
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            listed = _listed(tree)
            found[_relative(path, root)] = listed and {"", *listed}
            for file, name in _imported(tree, path, root):
                if name in (listed or ()):
                    names = found.setdefault(file, set())
                    if names is not None:
                        names.add(name)
    return found


def _listed(module: ast.Module) -> set[str] | None:
    """The names in `__all__`, where a module has that."""
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return None


def walk(program: str, say: Say, names: set[str] | None = None) -> list[str]:
    """The docstrings of a module put through `say`, in their order; of these names if given.

    >>> walk('def f():\\n    "A sum."\\ndef _g():\\n    "Ours."', lambda text: text.words.upper())
    ['A SUM.']
    """
    shown = _shown(ast.parse(program), names)
    return [docstrings.walk(docstring, say, place) for place, docstring in shown]


def _shown(module: ast.Module, names: set[str] | None) -> Iterator[tuple[str, str]]:
    """(name, docstring) of what autodoc shows of a module."""
    todo: list[tuple[str, ast.Module | Definition]] = [("", module)]
    todo += [(node.name, node) for node in _public(module)]
    todo = [(name, node) for name, node in todo if names is None or name in names]
    for name, node in todo:
        if docstring := ast.get_docstring(node):
            yield name, docstring
            if isinstance(node, ast.ClassDef):
                for inner in _public(node):
                    if docstring := ast.get_docstring(inner):
                        yield f"{name}.{inner.name}", docstring


def _public(node: ast.AST) -> Iterator[Definition]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, Definition) and not inner.name.startswith("_"):
            yield inner


def _imported(tree: ast.Module, path: Path, root: Path) -> Iterator[tuple[str, str]]:
    """(file, name) of what a module has from others of the same course."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            base = path.parents[node.level - 1] if node.level else root
            file = base.joinpath(*(node.module or "").split(".")).with_suffix(".py")
            if file.is_file():
                for alias in node.names:
                    yield _relative(file, root), alias.name


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
