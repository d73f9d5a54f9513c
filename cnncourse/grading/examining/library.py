"""What of the course's library a submission may use: what its assignment's given cells import.

`from cnncourse import data` gives a module, `from cnncourse.arithmetic import output_size` that one
function, with what it rests on. Nothing else of the library is in the sandbox of the student's
process, not even as a file: another assignment's help may be this one's answer.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

from cnncourse.course import PACKAGE, Notebook, kind_of

# What given cells and the student's process use, with what it rests on; nobody asks for any of it.
ALWAYS = "checks", "data", "plotting"
WHOLE = "*"
# In place of what was left out of a module.
ABSENT = """
def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise ImportError(f"{__name__}.{name}%s")
"""


@dataclass(frozen=True)
class Library:
    """files: paths below the package that are shown. texts: {path: what is left of that module}."""

    files: tuple[str, ...]
    texts: Mapping[str, str]

    def absent(self) -> str:
        """What is said of a name that is not there."""
        names = {Path(path).with_suffix("").as_posix() for path in (*self.files, *self.texts)}
        modules = sorted(f"{PACKAGE.name}.{name}" for name in names - {"__init__"})
        return (
            " is not available while this assignment is graded; a submission may use what the "
            f"assignment itself imports. Of the course's library, this is there: "
            f"{', '.join(modules)}"
        )


def library(source: Notebook) -> Library:
    """What submissions to this assignment may use."""
    cells = [cell for cell in source.cells if cell.cell_type == "code"]
    return _library(tuple(cell.source for cell in cells if kind_of(cell) == "given"))


@lru_cache(maxsize=64)
def _library(given: tuple[str, ...], package: Path = PACKAGE) -> Library:
    wanted: dict[str, set[str]] = {}
    todo = [(module, WHOLE) for module in _support(package)]
    for text in given:
        todo += imported(_parsed(TransformerManager().transform_cell(text)), package)
    while todo:
        module, name = todo.pop()
        names = wanted.setdefault(module, set())
        if WHOLE in names or name in names:
            continue
        names.add(name)
        for path in _files(package / module):
            tree = _parsed(path.read_text(encoding="utf-8"))
            tree = tree if name == WHOLE else trimmed(tree, {name})
            todo += imported(tree, package, path)
    whole = {module for module, names in wanted.items() if WHOLE in names}
    files = [module if (package / module).is_dir() else f"{module}.py" for module in whole]
    parts = {module: f"{module}.py" for module in wanted if module not in whole}
    found = Library(("__init__.py", *sorted(files)), dict.fromkeys(parts.values(), ""))
    texts = {}
    for module, part in parts.items():
        tree = _parsed((package / part).read_text(encoding="utf-8"))
        left = ast.unparse(ast.fix_missing_locations(trimmed(tree, wanted[module])))
        texts[part] = f"{left}\n\n{ABSENT % found.absent()}"
    return Library(found.files, texts)


def _support(package: Path) -> set[str]:
    found, new = set(), set(ALWAYS)
    while new:
        found |= new
        paths = [path for module in new for path in _files(package / module)]
        trees = [(_parsed(path.read_text(encoding="utf-8")), path) for path in paths]
        new = {m for tree, path in trees for m, _ in imported(tree, package, path)} - found
    return found


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):  # a given cell for a program of another language
        return ast.Module([], [])


def _files(module: Path) -> list[Path]:
    return sorted(module.rglob("*.py")) if module.is_dir() else [module.with_suffix(".py")]


def imported(
    tree: ast.AST, package: Path = PACKAGE, file: Path | None = None
) -> Iterator[tuple[str, str]]:
    """(path of a module of the package, name in it) for each import of the package's own.

    file: where the program stands in the package, for its relative imports.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            pairs = [(alias.name, WHOLE) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level and file is not None:
                folder = file.parents[node.level - 1].relative_to(package.parent)
                base = ".".join([*folder.parts, *base.split(".")]).rstrip(".")
            pairs = [(base, alias.name) for alias in node.names]
        else:
            continue
        for base, name in pairs:
            top, *parts = base.split(".")
            if top != package.name:
                continue
            inner = package.joinpath(*parts, name)
            if name != WHOLE and (inner.is_dir() or inner.with_suffix(".py").is_file()):
                parts, name = [*parts, name], WHOLE
            if parts and (package / parts[0]).is_dir():  # a package is one piece
                parts, name = parts[:1], WHOLE
            if parts and any(path.is_file() for path in _files(package / parts[0])):
                yield parts[0], name


def trimmed(tree: ast.Module, names: Iterable[str]) -> ast.Module:
    """Of a module, the statements that bind these names at its top level, and what they use."""
    binding: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name in _bound(statement):
            binding.setdefault(name, []).append(statement)
    kept: set[ast.stmt] = set()
    used, todo = set(), list(names)
    while todo:
        if (name := todo.pop()) in used:
            continue
        used.add(name)
        for statement in binding.get(name, []):
            kept.add(statement)
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                todo += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return ast.Module([_needed(s, used) for s in tree.body if s in kept], [])


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement at the top of a module binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    return names


def _needed(statement: ast.stmt, used: set[str]) -> ast.stmt:
    """The statement, of an import only what is used."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        aliases = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in used]
        if isinstance(statement, ast.Import):
            return ast.Import(aliases)
        return ast.ImportFrom(statement.module, aliases, statement.level)
    return statement
