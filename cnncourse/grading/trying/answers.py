"""Grades answers in forks of this process, many a second: the stored ones, and slips in a model's.

This is for answers that a lecturer knows. What strangers hand in is graded in a sandbox.
"""

import ast
import contextlib
import copy
import importlib
import io
import linecache
import os
import pickle
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import torch

from cnncourse.course import Notebook, assignment_file, grade_id, kind_of
from cnncourse.lending import borrowed, defined, given_of, imported, used
from cnncourse.testing import Tests

from .faults import Fault, changed, faults_of, in_float32, steps_of

Answer = Mapping[str, str]  # the text of each answer cell
SECONDS = 60  # of processor time, for all tests of one answer


@dataclass
class Graded:
    """What became of an answer: {test: what it says, "" if it passed}; why it ended early."""

    said: dict[str, str] = field(default_factory=dict)
    ended: str = ""

    @property
    def lost(self) -> list[str]:
        return [test for test, words in self.said.items() if words]


@dataclass
class Slip:
    """The model answer with one fault: the cell, its line, what stood there and what stands now."""

    cell: str
    line: int
    before: str
    after: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.cell}:{self.line}: {self.before}  →  {self.after}"


def source_of(root: str | Path, name: str) -> Notebook:
    return nbformat.read(assignment_file(root, name), as_version=4)


def model_answer(notebook: Notebook) -> dict[str, str]:
    """{answer cell: its text in the source}."""
    return {
        str(grade_id(cell)): cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and kind_of(cell) == "student" and grade_id(cell)
    }


def stored_answers(root: str | Path, name: str) -> dict[str, dict[str, str]]:
    """{answer: the cells that it answers} of tests/submissions/NAME, the right ones first."""
    found = {}
    for path in sorted(Path(root, "tests", "submissions", name).glob("*.py")):
        if path.stem.startswith(("right_", "wrong_")):
            parts = path.read_text(encoding="utf-8").split("\n# %% ")[1:]
            found[path.stem] = {k: v.rstrip() for k, v in (p.split("\n", 1) for p in parts)}
    return found


def unconcerned(notebook: Notebook, answer: Answer) -> frozenset[str]:
    """The tests that an answer cannot fail: they use no name that it defines, nor one made of it.

    The tests that follow one cell are run together or not at all: they share their helpers.
    """
    touched: set[str] = set()
    about, following = "", dict[str, list[tuple[str, set[str]]]]()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name, kind = str(grade_id(cell) or cell.get("id")), kind_of(cell)
        text = answer.get(name, cell.source)
        if kind == "test":
            following.setdefault(about, []).append((name, used(text)))
            continue
        about = name if kind == "student" else about
        if name in answer or used(text) & touched:
            touched.update(defined(text), defined(cell.source))
    return frozenset(
        name
        for tests in following.values()
        if not any(names & touched for _, names in tests)
        for name, _ in tests
    )


def spared(notebook: Notebook, cell: str) -> frozenset[str]:
    """The tests that a slip in this cell cannot fail once a test of its own notices it.

    They are asked again with a right one of each function that it defines, and all else is right.
    """
    names = {*defined(model_answer(notebook)[cell])} & given_of(notebook).keys()
    tests = borrowed(notebook.cells, defined).items()
    return frozenset(test for test, (_, earlier) in tests if names & {*earlier})


def grade(notebook: Notebook, answer: Answer, skip: frozenset[str] = frozenset()) -> Graded:
    """Run a source's cells with an answer's in their places, and its tests."""
    names: dict[str, Any] = {"__name__": "__main__"}
    tests, about = Tests(names, given_of(notebook)), borrowed(notebook.cells, defined)
    graded = Graded()
    torch.manual_seed(0)
    for cell in notebook.cells:
        name, kind = str(grade_id(cell) or cell.get("id")), kind_of(cell)
        if cell.cell_type != "code" or name in skip:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                if kind == "test":
                    graded.said[name] = ""
                    tests.run(cell.source, *about[name])
                else:
                    execute(answer.get(name, cell.source), name, names)
            except Exception as error:
                if kind == "test":
                    graded.said[name] = f"{error}" or type(error).__name__
        if kind == "given":
            tests.keep([*defined(cell.source), *imported(cell.source)])
        elif kind == "student":
            tests.ask(defined(cell.source))
    return graded


def execute(text: str, cell: str, names: dict[str, Any]) -> None:
    """Run a cell as in a notebook, whose lines a traceback can show."""
    file = f"<cell {cell}>"
    linecache.cache[file] = len(text), None, text.splitlines(True), file
    exec(compile(text, file, "exec"), names)


def apart(work: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """What `work` returns in a fork; a Graded that says how it ended if it does not return."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            torch.set_num_threads(1)
            with open(writer, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        late = os.WTERMSIG(status) == signal.SIGPROF
        return Graded(ended="too slow" if late else "Python itself ended")
    return pickle.loads(data) if data else Graded(ended="it asked for too much")


def bring_in(work: Callable[[], Any]) -> None:
    """Import here what `work` imports in a fork: each later one has it, and need not take seconds.

    Not by working here: gradients that were once computed in a process cannot be in its forks.
    """
    modules = apart(lambda: (work(), sorted(sys.modules))[1])
    for name in modules if isinstance(modules, list) else ():
        with contextlib.suppress(Exception):  # some only look like modules
            importlib.import_module(name)


def slips(notebook: Notebook) -> Iterator[Slip]:
    """The model answer with every fault, one at a time."""
    for cell, source in model_answer(notebook).items():
        text = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", source, flags=re.MULTILINE)
        seen = {ast.unparse(ast.parse(text))}
        for slip in _slips_of(cell, text):
            if slip.text not in seen:
                seen.add(slip.text)
                yield slip


def _slips_of(cell: str, text: str) -> Iterator[Slip]:
    tree = ast.parse(text)
    for fault in faults_of(cell, tree):
        yield _made(tree, fault)
    for node in ast.walk(tree):
        for name, value in list(ast.iter_fields(node)):
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                for new in in_float32(child) if isinstance(child, ast.Call) else ():
                    place = index if isinstance(value, list) else None
                    fault = Fault(cell, child.lineno, "", node, name, place, new)
                    fault.before, fault.after = ast.unparse(child), ast.unparse(new)
                    yield _made(tree, fault)
    inner = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.For, ast.If))]
    for node in inner:
        for name, body in steps_of(node):
            old = getattr(node, name)
            gone = [step for step in old if step not in body]
            moved = next((a for a, b in zip(old, body, strict=False) if a is not b), old[-1])
            setattr(node, name, body)
            made = ast.unparse(ast.fix_missing_locations(tree))
            setattr(node, name, old)
            first = ast.unparse(gone[0] if gone else moved).splitlines()[0]
            after = "(the line is missing)" if gone else "(after the next line)"
            yield Slip(cell, moved.lineno, first, after, made)


def _made(tree: ast.Module, fault: Fault) -> Slip:
    old = fault.put(fault.new)
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
    fault.put(old)
    return Slip(fault.file, fault.line, fault.before, fault.after, text)


__all__ = [
    "Answer",
    "Graded",
    "Slip",
    "apart",
    "bring_in",
    "changed",
    "grade",
    "slips",
    "spared",
    "stored_answers",
    "unconcerned",
]
