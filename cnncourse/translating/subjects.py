"""What there is to translate: pages, assignments, figures, library, kit, site and reference.

A subject has one catalog. What is added to the course is found here by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from cnncourse.course import CourseError, all_pages, assignment_file, assignments, written_in

from . import code, figures, markdown, measured, messages, notebooks, reference, site, tried
from .catalogs import Found, catalog_file
from .say import NUMBERS, Say, Text

KIT = ("cnncourse/publishing/kit_files/README.md", "cnncourse/publishing/kit_files/start.py")
WALKS = {".py": code.walk, ".json": measured.walk}
FIGURES = "cnncourse/figures/static/en.js"


@dataclass(frozen=True)
class Subject:
    """name: that of its catalog, below locale/LANGUAGE. files: relative to the course's folder."""

    name: str
    files: tuple[str, ...]
    walk: Callable[[Path, Say], object]  # through one of the files

    def found(self, root: Path) -> Iterator[Found]:
        """All texts, in the order in which a reader comes to them."""
        for file in self.files:
            texts: list[Text] = []

            def note(text: Text, texts: list[Text] = texts) -> str:
                texts.append(text)
                return text.words

            self.walk(root / file, note)
            known = (tried.HEARD, NUMBERS)  # without a catalog
            yield from (Found(text, file) for text in texts if text.kind not in known)

    def catalog(self, root: Path, language: str) -> Path:
        return catalog_file(root, language, self.name)


def all_subjects(root: Path) -> list[Subject]:
    """Everything that is translated, the chapters first."""
    found = [
        Subject(f"book/{page}", (_page(root, page), *tables(root, page)), walk_page)
        for page in all_pages(root)
    ]
    for name in (one for one in assignments(root) if written_in(one, root) == "en"):
        file = assignment_file("", name).as_posix()
        found.append(Subject(f"assignments/{name}", (file,), walk_page))
    library = _relative(root, messages.files(root))
    found += [
        Subject("figures", (FIGURES,), lambda path, say: figures.walk(_text(path), say)),
        Subject("library", library, _walk_messages),
        Subject("kit", KIT, walk_page),
        *seen_in_the_site(root),
    ]
    return found


def seen_in_the_site(root: Path) -> list[Subject]:
    """What is put in when the site is built: no file of an edition is made of it."""
    shown = {root / file: names for file, names in reference.files(root).items()}

    def walk(path: Path, say: Say) -> str:
        return "\n\n".join(reference.walk(_text(path), say, shown[path]))

    found = [Subject("site", _relative(root, site.files(root)), site.walk)]
    if shown:
        found.append(Subject(reference.NAME, _relative(root, list(shown)), walk))
    return found


def named(subjects: Sequence[Subject], name: str) -> list[Subject]:
    """Those of this name: a catalog's, or a chapter's and assignment's."""
    found = [one for one in subjects if name in (one.name, one.name.rpartition("/")[2])]
    if not found:
        there = ", ".join(one.name for one in subjects)
        raise CourseError(f"nothing to translate is called {name!r}; there are {there}")
    return found


def walk_page(path: Path, say: Say) -> object:
    """A notebook, a text or a program, put through `say`: a notebook as such, the rest as text."""
    if path.suffix == ".ipynb":
        return notebooks.walk(nbformat.read(path, as_version=4), say)
    if path.with_suffix("").as_posix().endswith(tried.PAGE):
        return tried.walk(_text(path), say)
    walk = WALKS.get(path.suffix, markdown.walk)
    return walk(_text(path), say)


def _walk_messages(path: Path, say: Say) -> None:
    for text in messages.texts(_text(path), path.name):
        say(text)


def tables(root: Path, page: str) -> list[str]:
    """The measured tables that a page of the book reads; their words are in its catalog."""
    return [f"book/{name}" for name in measured.files_of(_text(root / _page(root, page)))]


def _page(root: Path, page: str) -> str:
    for suffix in (".ipynb", ".md"):
        if Path(root, "book", page + suffix).is_file():
            return f"book/{page}{suffix}"
    raise CourseError(f"_toc.yml names {page}, and book/ has neither notebook nor text of it")


def _relative(root: Path, files: Sequence[Path]) -> tuple[str, ...]:
    return tuple(path.relative_to(root).as_posix() for path in files)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
