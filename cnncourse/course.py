"""What the course consists of: chapters, assignments and the kinds of their cells, its addresses.

This is the one place that knows. It imports neither torch nor nbgrader, so that everything may
import it, the trusted core of grading too.
"""

import contextlib
import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

PACKAGE = Path(__file__).resolve().parent
# Parts of the package that no student gets and no chapter imports.
NOT_FOR_STUDENTS = ("grading", "publishing", "site", "translating")
# Elsewhere an assignment has its chapter's name.
CHAPTERS = {"lenet_cifar10": "lenet", "resnet": "deep"}
LANGUAGE = re.compile(r"[a-z]{2}")
# "**Points**: 20", in any language: the only bold word that a number without a unit follows.
STATED_POINTS = re.compile(
    r"\*\*[^\W\d_]+\*\*: *(\d+(?:[.,]\d+)?)(?=[.,;]\s|[.,;]?$)", re.MULTILINE
)
COLAB = "https://colab.research.google.com"
GITHUB = re.compile(
    r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?(?:/tree/([\w.-]+(?:/[\w.-]+)*))?/?"
)

# nbformat's NotebookNode, whose attributes have no types.
Notebook = Any
Cell = Any


class CourseError(Exception):
    """What went wrong, as a sentence for whoever gave the command; no traceback is needed."""


# Folders


def checkout() -> Path | None:
    """The folder of the course that this library lies in; None if it is installed elsewhere."""
    folder = PACKAGE.parent
    return folder if (folder / "pyproject.toml").is_file() else None


def data_folder(root: str | Path | None = None) -> Path:
    """The folder of all data sets: $CNNCOURSE_DATA, else `data/` of the course's folder.

    root: that folder, by default the checkout that this library lies in; ~/.cache/cnncourse if
    there is none.
    """
    if chosen := os.environ.get("CNNCOURSE_DATA"):
        return Path(chosen).expanduser()
    folder = root or checkout()
    return Path(folder, "data") if folder else Path.home() / ".cache" / "cnncourse"


def told(command: str) -> str:
    """A command as a person here is to type it: the kit has a program of its own for all of them.

    >>> told("data")
    'cnncourse data'
    """
    folder = checkout()
    in_kit = folder is not None and (folder / "start.py").is_file()
    return f"python start.py {command}" if in_kit else f"cnncourse {command}"


# Chapters and assignments


def pages(root: str | Path) -> list[str]:
    """Names of the pages of the book, in the order of the table of contents."""
    contents = Path(root, "book", "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"^(?:root:|\s*- file:)\s*(\S+)", contents, re.MULTILINE)


def chapters(root: str | Path) -> list[str]:
    """Names of the chapters, the pages book/NAME.ipynb, in the same order."""
    return [name for name in pages(root) if Path(root, "book", f"{name}.ipynb").is_file()]


def all_pages(root: str | Path) -> list[str]:
    """Names of all pages: those of the book, then those for instructors."""
    return [*pages(root), *pages_for_instructors(root)]


def pages_for_instructors(root: str | Path) -> list[str]:
    """Names of the pages for instructors, "instructors/term": in no table of contents."""
    found = Path(root, "book", "instructors").glob("*.md")
    return sorted(f"instructors/{path.stem}" for path in found)


def assignments(root: str | Path, folder: str = "solutions") -> list[str]:
    """Names of the assignments in `root`/`folder`: folders that hold a notebook of their name."""
    found = Path(root, folder).glob("*/*.ipynb")
    return sorted(path.stem for path in found if path.stem == path.parent.name)


def assignment_file(root: str | Path, name: str, folder: str = "solutions") -> Path:
    """The notebook of an assignment: its source, or its release in "exercises"."""
    return Path(root, folder, name, f"{name}.ipynb")


def chapter_of(assignment: str, root: str | Path, folder: str = "solutions") -> str:
    """The name of an assignment's chapter, "" if it has none.

    Its notebook's metadata may name it, {"cnncourse": {"chapter": NAME}}; else it has the name of
    the assignment.
    """
    chapter = CHAPTERS.get(assignment, assignment)
    return _said_of(assignment_file(root, assignment, folder), "chapter", chapter)


def written_in(assignment: str, root: str | Path) -> str:
    """The language in which the source of an assignment is written, by hand.

    English, unless its notebook's metadata name another one, {"cnncourse": {"language": "it"}}.
    """
    return _said_of(assignment_file(root, assignment), "language", "en")


def _said_of(notebook: Path, key: str, otherwise: str) -> str:
    """What the notebook's metadata say of the course under a key; "" for what is no string."""
    found: object = otherwise
    with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
        metadata = json.loads(notebook.read_bytes()).get("metadata", {})
        found = metadata.get("cnncourse", {}).get(key, otherwise)
    return found if isinstance(found, str) else ""


# Languages


def course_language(root: str | Path) -> str:
    """The language of the course, "en" unless pyproject.toml says: [tool.cnncourse] language.

    Raises CourseError for what is no language's code.
    """
    path = Path(root, "pyproject.toml")
    settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found = settings.get("tool", {}).get("cnncourse", {}).get("language") or "en"
    if not isinstance(found, str) or not LANGUAGE.fullmatch(found):
        raise CourseError(
            f'pyproject.toml: language is {found!r}; it must be a code of two letters, like "it"'
        )
    return found


def course_languages(root: str | Path) -> list[str]:
    """The languages that the course's site is in: English, and those that have catalogs."""
    others = (path.name for path in Path(root, "locale").glob("*") if path.is_dir())
    return ["en", *sorted(name for name in others if LANGUAGE.fullmatch(name))]


def edition_folder(root: str | Path, language: str | None = None) -> Path:
    """Where the pages and sources of the course lie in a language, by default the course's own.

    English ones are written by hand. Others are made of these and of the catalogs by every
    lecturer's command (see `translating`), and are never edited.
    """
    language = language or course_language(root)
    return Path(root) if language == "en" else Path(root, "_build", language)


def source_file(root: str | Path, name: str, language: str | None = None) -> Path:
    """The source of an assignment in a language, by default the course's own."""
    path = assignment_file(edition_folder(root, language), name)
    if not path.is_file() and assignment_file(root, name).is_file():
        raise CourseError(f"{path} is not made yet: run `cnncourse translate generate`")
    return path


# Cells of an assignment


def about(cell: Cell) -> dict[str, Any]:
    """nbgrader's metadata of a cell; empty for a cell of no kind."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def grade_id(cell: Cell) -> str | None:
    """nbgrader's name of a cell, None without one."""
    return about(cell).get("grade_id")


def kind_of(cell: Cell) -> Literal["test", "given", "student"]:
    """What a cell of an assignment's source is: a test, given, or the student's to write."""
    kind = about(cell)
    if kind.get("solution") or not (kind.get("grade") or kind.get("locked")):
        return "student"
    return "test" if kind.get("grade") else "given"


def is_test(cell: Cell) -> bool:
    """Does the cell hold automatic tests, whose points the program gives?"""
    return cell.cell_type == "code" and kind_of(cell) == "test"


def is_graded(cell: Cell) -> bool:
    """Does the cell give points, the program's or a person's?"""
    return bool(about(cell).get("grade"))


def stated_points(notebook: Notebook) -> float | None:
    """How many points the text says there are, `**Points**: 20`; None where it does not say."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := STATED_POINTS.search(cell.source)):
            return float(found[1].replace(",", "."))
    return None


def is_answer(cell: Cell) -> bool:
    """Is the cell named by the assignment, and the student's to write?"""
    return bool(about(cell).get("solution"))


# Addresses


def public_address(root: str | Path) -> str | None:
    """The address of the published student kit, None as long as none is set.

    It is set once, in pyproject.toml: [tool.cnncourse] student-kit = "https://github.com/…/…", with
    /tree/BRANCH at its end for another branch than main. Raises CourseError for what is no
    repository on GitHub, which is all that Colab opens.
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    address: str | None = settings.get("tool", {}).get("cnncourse", {}).get("student-kit")
    if address and not GITHUB.fullmatch(address):
        raise CourseError(
            f"pyproject.toml: student-kit is {address!r}; it must be like "
            "https://github.com/OWNER/NAME"
        )
    return address or None


def site_address(root: str | Path) -> str | None:
    """The address of the published site, without a slash at its end; None as long as none is set.

    It is set once, in pyproject.toml: [tool.cnncourse] site = "https://…".
    Raises CourseError for what is no address.
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    address = settings.get("tool", {}).get("cnncourse", {}).get("site") or ""
    if address and not re.match(r"https?://[^/\s]+", address):
        raise CourseError(
            f"pyproject.toml: site is {address!r}; it must be like https://example.org/cnn"
        )
    return address.rstrip("/") or None


def repository(address: str) -> tuple[str, str]:
    """The address of a published kit's repository, and the branch.

    >>> repository("https://github.com/someone/course")
    ('https://github.com/someone/course', 'main')
    >>> repository("https://github.com/someone/course/tree/2026")
    ('https://github.com/someone/course', '2026')
    """
    found = GITHUB.fullmatch(address)
    if found is None:
        raise CourseError(f"{address} is no address like https://github.com/OWNER/NAME")
    return f"https://github.com/{found[1]}", found[2] or "main"


def colab(address: str, path: str) -> str:
    """The link that opens a notebook of the published kit in Colab.

    >>> colab("https://github.com/someone/course", "book/lenet.ipynb")
    'https://colab.research.google.com/github/someone/course/blob/main/book/lenet.ipynb'
    """
    place, branch = repository(address)
    return f"{COLAB}/github/{place.removeprefix('https://github.com/')}/blob/{branch}/{path}"
