"""The walker of notebooks, chapters and assignments alike: text cells, programs, captions."""

import ast
import copy

from cnncourse.course import Notebook
from cnncourse.glue import BETWEEN
from cnncourse.publishing.jupyter import GLUED

from . import code, markdown
from .say import Say, Text, has_words

# Where a cell's metadata has words (MyST-NB's): the path, and what it is.
WORDS_OF_METADATA = (
    (("mystnb", "figure", "caption"), "caption"),
    (("mystnb", "image", "alt"), "alternative text of a picture"),
)


def walk(notebook: Notebook, say: Say) -> Notebook:
    """A copy of the notebook with all that a reader reads put through `say`.

    Outputs stay where the program of their cell is the same, and what is glued always does.
    """
    made = copy.deepcopy(notebook)
    programs = [cell for cell in made.cells if cell.cell_type == "code"]
    sources = [cell.source for cell in programs]
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = markdown.walk(cell.source, say, place_of(cell))
        for path, kind in WORDS_OF_METADATA:
            _walk_metadata(cell, path, kind, say)
    places = [place_of(cell) for cell in programs]
    for cell, new in zip(programs, code.walk_all(sources, say, places), strict=True):
        outputs = cell.get("outputs", [])
        for output in outputs:
            _walk_glued(output, place_of(cell), say)
        if new != cell.source:
            cell.source = new
            cell.outputs = [o for o in outputs if GLUED in o.get("data", {}) or is_figure(o)]
    return made


def is_figure(output: Notebook) -> bool:
    return "data-figure" in str(output.get("data", {}).get("text/html", ""))


def _walk_glued(output: Notebook, place: str, say: Say) -> None:
    """What a cell handed to the text: words, or those of several options."""
    data = output.get("data", {})
    value = ast.literal_eval(data[GLUED]) if GLUED in data else None
    if isinstance(value, str):
        parts = [
            say(Text(part, "option", place)) if has_words(part) else part
            for part in value.split(BETWEEN)
        ]
        data[GLUED] = repr(BETWEEN.join(parts))


def place_of(cell: Notebook) -> str:
    return str(cell.get("id", ""))


def _walk_metadata(cell: Notebook, path: tuple[str, ...], kind: str, say: Say) -> None:
    holder = cell.metadata
    for key in path[:-1]:
        holder = holder.get(key, {})
    words = holder.get(path[-1])
    if isinstance(words, str) and has_words(words):
        holder[path[-1]] = say(Text(words, kind, place_of(cell)))
