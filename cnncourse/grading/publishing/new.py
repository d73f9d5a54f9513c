"""Begin an assignment: a source notebook that is small and whole, and stored answers to it."""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnncourse.course import Cell, CourseError, Notebook, assignment_file, course_language
from cnncourse.whole import write_whole

from .rules import NAME

FILES = Path(__file__).with_name("new_files")
KINDS = {  # nbgrader's metadata of each kind of cell that assignment.txt names
    "given": {"grade": False, "locked": True, "solution": False},
    "answer": {"grade": False, "locked": False, "solution": True},
    "test": {"grade": True, "locked": True, "solution": False},
    "question": {"grade": True, "locked": False, "solution": True},
}
PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def begin(name: str, root: str | Path, chapter: str | None = None, title: str = "") -> list[Path]:
    """Write the source and the stored answers of a new assignment; returns the files.

    chapter: the one that it belongs to; by default that of its own name, if there is one, else
    none. Its metadata name the course's language, which it is to be written in. CourseError where
    the name is no name, or something of that name is there.
    """
    root = Path(root)
    source, answers = assignment_file(root, name), root / "tests" / "submissions" / name
    if not NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} cannot name an assignment: a letter, then letters, digits, _ and -"
        )
    for there in (source.parent, answers, assignment_file(root, name, "exercises").parent):
        if there.exists():
            raise CourseError(f"{there} is there already; choose another name, or move it away")
    chapters = sorted(path.stem for path in (root / "book").glob("*.ipynb"))
    if chapter is not None and chapter not in chapters:
        raise CourseError(f"there is no chapter {chapter!r}; there are: {', '.join(chapters)}")
    if chapter is None:
        chapter = name if name in chapters else ""
    made = notebook(title or name.replace("_", " ").replace("-", " ").capitalize(), chapter)
    if (language := course_language(root)) != "en":
        made.metadata["cnncourse"]["language"] = language
    texts = {
        answers / f"{path.stem}.py": path.read_text(encoding="utf-8")
        for path in sorted(FILES.glob("*_*.txt"))
    }
    for path, text in texts.items():
        write_whole(path, text)
    write_whole(source, nbformat.writes(made) + "\n")  # last: then it is an assignment
    return [source, *texts]


def notebook(title: str, chapter: str) -> Notebook:
    """The notebook that new_files/assignment.txt describes."""
    text = (FILES / "assignment.txt").read_text(encoding="utf-8")
    found = re.split(r"^%% (\w+) ([\w-]+) ?(\d*)\n", text, flags=re.MULTILINE)[1:]
    cells = [
        _cell(kind, name, points, source.rstrip("\n").replace("{title}", title))
        for kind, name, points, source in zip(*(found[at::4] for at in range(4)), strict=True)
    ]
    return new_notebook(cells=cells, metadata=PYTHON | {"cnncourse": {"chapter": chapter}})


def _cell(kind: str, name: str, points: str, source: str) -> Cell:
    make: Callable[..., Cell] = new_code_cell
    if kind in ("text", "question"):
        make = new_markdown_cell
    metadata: dict[str, object] = {}
    if kind in KINDS:
        about = KINDS[kind] | {"grade_id": name, "schema_version": 3, "task": False}
        metadata = {"nbgrader": about | ({"points": int(points)} if points else {})}
    return make(source, id=name, metadata=metadata)
