"""In which order the cells of a submission and of its source run, and on which side.

The source decides what is a test, what is given and what is the student's; of the submission only
the texts of the student's cells count, and their order.
"""

import ast
import re
import symtable
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from cnncourse.course import Cell, Notebook, grade_id, kind_of
from cnncourse.lending import borrowed, given_of

from .protocol.messages import Step

NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # a name is shown in tables, so it is held to this


def plan(source: Notebook, submission: Notebook) -> list[Step]:
    """The steps of an examination, in their order."""
    cells = [cell for cell in source.cells if cell.cell_type == "code"]
    keys = [key_of(cell) for cell in cells]
    places = {key: place for place, key in enumerate(keys)}
    kinds = [kind_of(cell) for cell in cells]
    here = wanted_here(cells, kinds)
    given, about = given_of(source), borrowed(cells, lambda text: sorted(defined(text)))
    handed_in = [(key_of(cell), cell) for cell in submission.cells]
    answered = {key for key, _ in handed_in}
    steps: list[Step] = []
    done: set[int] = set()

    def take(place: int, text: str, key: str) -> None:
        step = Step(kind=kinds[place], key=key, source=text)
        if kinds[place] == "test":
            step["points"] = cells[place].metadata.nbgrader.get("points", 0)
            step["about"], earlier = map(list, about.get(key, ((), ())))
            step["given"] = {name: given[name] for name in earlier if name in given}
        if kinds[place] == "given":
            step["here"] = place in here
            # Tests take its classes from the other side: what is trained lives where it is trained.
            if "student-side" in cells[place].metadata.get("tags", ()):
                step["names"] = re.findall(r"^class (\w+)", text, re.MULTILINE)
        if kinds[place] == "student":
            step["names"] = sorted(defined(cells[place].source))
        steps.append(step)
        done.add(place)

    def catch_up(end: int) -> None:
        """What is the source's own, up to a place: a test waits for the answers before it."""
        for place in range(end):
            if place in done or kinds[place] == "student":
                continue
            waits = kinds[place] == "test" and any(
                kinds[p] == "student" and p not in done and keys[p] in answered
                for p in range(place)
            )
            if not waits:
                take(place, cells[place].source, keys[place])

    for number, (key, cell) in enumerate(handed_in):
        place = places.get(key)
        if place is not None:
            catch_up(place + (kinds[place] != "student"))
            if kinds[place] == "student" and place not in done:
                take(place, _text(cell), key)
                continue
            if kinds[place] != "student":
                continue
        if cell.cell_type == "code":  # a cell that the student added, or a copy
            key = f"{key}, copy {number}" if key in places else key
            steps.append(Step(kind="student", key=key, source=_text(cell), names=[]))
    catch_up(len(cells))
    return steps


def key_of(cell: Cell) -> str:
    """nbgrader's name of a cell, or its id; "" if it has neither, or none that is one."""
    name = grade_id(cell) or cell.get("id")
    return name if isinstance(name, str) and NAME.fullmatch(name) else ""


def _text(cell: Cell) -> str:
    if not isinstance(cell.source, str):
        raise TypeError(f"its text is a {type(cell.source).__name__}")
    return cell.source


def wanted_here(cells: Sequence[Cell], kinds: Sequence[str]) -> set[int]:
    """Places of the given cells that our side runs: all but those that only show student's work."""
    texts = [(kind, cell.source) for kind, cell in zip(kinds, cells, strict=True)]
    theirs = {name for kind, text in texts if kind == "student" for name in defined(text)}
    wanted = {name for kind, text in texts if kind == "test" for name in used(text)}
    here = set()
    for place in reversed([place for place, kind in enumerate(kinds) if kind == "given"]):
        text = cells[place].source
        if defined(text, imports=True) & wanted or not used(text) & theirs:
            here.add(place)
            wanted |= used(text)
    return here


# Both see cells of the source alone, which are the same for every submission.
@lru_cache(maxsize=1024)
def defined(text: str, imports: bool = False) -> frozenset[str]:
    """Names that a cell binds at its top level; what a student imports, tests import themselves."""
    with suppress(SyntaxError, ValueError):
        table = symtable.symtable(TransformerManager().transform_cell(text), "<cell>", "exec")
        return frozenset(
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_assigned() or symbol.is_namespace() or symbol.is_imported()
            if imports or not symbol.is_imported()
        )
    return frozenset()


@lru_cache(maxsize=1024)
def used(text: str) -> frozenset[str]:
    """Names that occur in a cell."""
    with suppress(SyntaxError, ValueError):
        tree = ast.parse(TransformerManager().transform_cell(text))
        return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset()
