"""In which order the cells of a submission and of its source run, and on which side.

The source decides what is a test, what is given and what is the student's; of the submission only
the texts of the student's cells count, and their order.
"""

import ast
import re
import symtable
from contextlib import suppress
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from cnncourse.course import grade_id, kind_of

NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # a name is shown in tables, so it is held to this


def plan(source, submission):
    """The steps of an examination, as dicts that JSON takes.

    kind: "student" or "given" (run on the student's side), "test" (on ours). here, for "given": run
    it on our side too, before the tests that may want its names.
    key: grade_id of a cell of the source, else the id of the submission's cell.
    source: its text. names, for "student": what the source's version of the cell defines.
    points, for "test": the most it gives.
    """
    cells = [cell for cell in source.cells if cell.cell_type == "code"]
    keys = [key_of(cell) for cell in cells]
    places = {key: place for place, key in enumerate(keys)}
    kinds = [kind_of(cell) for cell in cells]
    here = wanted_here(cells, kinds)
    handed_in = [(key_of(cell), cell) for cell in submission.cells]
    answered = {key for key, _ in handed_in}
    steps, done = [], set()

    def take(place, text, key):
        steps.append({"kind": kinds[place], "key": key, "source": text})
        if kinds[place] == "test":
            steps[-1]["points"] = cells[place].metadata.nbgrader.get("points", 0)
        if kinds[place] == "given":
            steps[-1]["here"] = place in here
        if kinds[place] == "student":
            steps[-1]["names"] = sorted(defined(cells[place].source))
        done.add(place)

    def catch_up(end):
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
            steps.append({"kind": "student", "key": key, "source": _text(cell), "names": []})
    catch_up(len(cells))
    return steps


def key_of(cell):
    """nbgrader's name of a cell, or its id; "" if it has neither, or none that is one."""
    name = grade_id(cell) or cell.get("id")
    return name if isinstance(name, str) and NAME.fullmatch(name) else ""


def _text(cell):
    if not isinstance(cell.source, str):
        raise TypeError(f"its text is a {type(cell.source).__name__}")
    return cell.source


def wanted_here(cells, kinds):
    """Places of the given cells that our side runs: all but those that only show student's work."""
    theirs = set().union(*(defined(c.source) for c, k in zip(cells, kinds) if k == "student"))
    wanted = set().union(*(used(c.source) for c, k in zip(cells, kinds) if k == "test"))
    here = set()
    for place in reversed([place for place, kind in enumerate(kinds) if kind == "given"]):
        text = cells[place].source
        if defined(text, imports=True) & wanted or not used(text) & theirs:
            here.add(place)
            wanted |= used(text)
    return here


# Both see cells of the source alone, which are the same for every submission.
@lru_cache(maxsize=1024)
def defined(text, imports=False):
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
def used(text):
    """Names that occur in a cell."""
    with suppress(SyntaxError, ValueError):
        tree = ast.parse(TransformerManager().transform_cell(text))
        return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset()
