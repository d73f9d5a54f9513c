"""One slip costs once: a test of a later function may borrow a right version of an earlier one.

An assignment says in its notebook's metadata where right versions of its functions are:
`{"cnncourse": {"given": {"im2col": "cnncourse.operations.im2col"}}}`; a name without a dot is one
of the notebook's own, from a given cell. If a test fails, and the tests of an earlier function of
the student's failed too, the test is asked again with the right one in its place. The model answers
are not needed for that, and no source of a right function reaches a student's process in grading:
there the examiner's own function is called through the link.
"""

import ast
import builtins
import functools
import importlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from cnncourse.course import Cell, Notebook, kind_of
from cnncourse.language import tr


def given_of(notebook: Notebook) -> dict[str, str]:
    """{name of an assignment's function: where a right one is}; empty if nothing is said."""
    about = notebook.metadata.get("cnncourse")
    given = about.get("given", {}) if isinstance(about, dict) else {}
    return {str(name): str(place) for name, place in given.items()}


def borrowed(cells: Iterable[Cell], names: Callable[[str], Iterable[str]]) -> dict[str, Any]:
    """{key of each test cell: (names that it is about, names of earlier answers)}.

    A test is about what the answer before it defines. names: those that a cell's text defines.
    """
    found: dict[str, Any] = {}
    about: tuple[str, ...] = ()
    earlier: list[str] = []
    for cell in cells:
        if cell.cell_type != "code":
            continue
        kind = kind_of(cell)
        if kind == "test":
            found[cell.metadata.nbgrader["grade_id"]] = (about, tuple(earlier))
        elif kind == "student" and (defines := tuple(names(cell.source))):
            earlier += [name for name in about if name not in defines]
            about = defines
    return found


def defined(text: str) -> list[str]:
    """The functions, classes and variables that a cell's text defines at its top level.

    >>> defined("import math\\n\\ndef f(x):\\n    return x\\n\\na, b = 1, 2")
    ['f', 'a', 'b']
    """
    names: list[str] = []
    with suppress(SyntaxError, ValueError):
        for node in ast.parse(text).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.append(node.name)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                leaves = [leaf for target in targets for leaf in ast.walk(target)]
                names += [leaf.id for leaf in leaves if isinstance(leaf, ast.Name)]
    return list(dict.fromkeys(names))


def imported(text: str) -> list[str]:
    """The names that a cell imports, but for those that Python has already.

    >>> imported("import numpy as np, os.path")
    ['np', 'os']
    >>> imported("from torch import sum, prod")
    ['prod']
    """
    names: list[str] = []
    with suppress(SyntaxError, ValueError):
        for node in ast.parse(text).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names += [(a.asname or a.name).partition(".")[0] for a in node.names]
    return [name for name in names if name != "*" and not hasattr(builtins, name)]


def used(text: str) -> set[str]:
    """The names that occur in a cell, but for those that Python has already.

    >>> sorted(used("print(half(len(x)))"))
    ['half', 'x']
    """
    with suppress(SyntaxError, ValueError):
        nodes = ast.walk(ast.parse(text))
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        return {name for name in names if not hasattr(builtins, name)}
    return set()


def right(place: str) -> Callable[..., Any]:
    """The function at `place`, "module.name"; arrays and lists are answered in their own kind."""
    import torch  # not where submissions are planned, and nothing else of this is needed

    from cnncourse.observe import NOT_WATCHED

    module, _, name = place.rpartition(".")
    function = getattr(importlib.import_module(module), name)

    @functools.wraps(function)
    def lent(*args: Any, **kwargs: Any) -> Any:
        arrays = [value for value in [*args, *kwargs.values()] if _is_array(value)]
        if not arrays:
            return function(*args, **kwargs)
        args = tuple(torch.as_tensor(a) if _is_array(a) else a for a in args)
        kwargs = {k: torch.as_tensor(a) if _is_array(a) else a for k, a in kwargs.items()}
        found = function(*args, **kwargs)
        return found.numpy() if isinstance(found, torch.Tensor) else found

    NOT_WATCHED.add(lent.__code__)  # type: ignore[attr-defined]
    return lent


def _is_array(value: object) -> bool:
    return type(value).__module__ == "numpy" and hasattr(value, "dtype") and bool(value.shape)  # type: ignore[attr-defined]


def to_borrow(given: Mapping[str, str], earlier: Iterable[str], wrong: set[str]) -> dict[str, str]:
    """What a failed test may borrow: right versions of the earlier functions whose tests failed.

    >>> to_borrow({"f": "m.f", "g": "m.g"}, ["f"], {"f", "g"})
    {'f': 'm.f'}
    """
    return {name: given[name] for name in earlier if name in given and name in wrong}


def in_words(names: Iterable[str]) -> str:
    """What is said of a test that passed that way.

    >>> in_words(["im2col", "col2im"])
    'Passed: right, given a right im2col and col2im.'
    """
    given = tr(" and ").join(names)
    return tr("Passed: right, given a right {names}.", names=given)


def had_to_borrow(said: str) -> bool:
    """Is that what was said of a test?"""
    return said.startswith(tr("Passed: right, given a right {names}.").partition("{")[0])
