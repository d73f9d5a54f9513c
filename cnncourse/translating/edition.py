"""The course in one language, made of sources and catalogs: nothing in it is edited.

    _build/LANGUAGE/book/        the pages, with all that they need beside them
    _build/LANGUAGE/_config.yml  and pyproject.toml, with the words and addresses of the language
    _build/LANGUAGE/anchors.json the ids that headings and terms have in English
    _build/LANGUAGE/solutions/   the assignments' sources, from which everything else is made
    _build/LANGUAGE/kit_files/   what the kit has of its own
    cnncourse/language/LANGUAGE.json, cnncourse/figures/static/LANGUAGE.js

The last two belong to the library and are kept in the repository.
"""

import json
import posixpath
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from cnncourse.course import (
    Notebook,
    all_pages,
    assignment_file,
    assignments,
    course_language,
    pages_for_instructors,
    written_in,
)
from cnncourse.publishing.book import Book, read_book
from cnncourse.whole import write_whole

from . import catalogs, figures, messages, site, tried
from .say import NUMBERS, Say, Text, numbers
from .subjects import FIGURES, KIT, tables, walk_page

# What the pages' folder holds beside the pages, and what is asked for above it.
BESIDE = ("*.bib", "measured", "_static")
ABOVE = ("THIRD-PARTY.md", "licenses")
ANCHORS = "anchors.json"
GLOSSARY = re.compile(r"^(:{3,}|`{3,})\{glossary\}$\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(\]\()([\w./-]*)#([\w-]+)(\))")


@dataclass
class Edition:
    """The course of `root` in a language.

    speak: {a subject's name: how its texts are said}; by its catalog unless it is given. missing:
    the texts that are shown in English, by subject.
    """

    root: Path
    language: str
    speak: Callable[[str], Say] | None = None
    missing: dict[str, list[Text]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root / "_build" / self.language

    def say(self, name: str) -> Say:
        """How the texts of a subject are said."""
        if self.speak is not None:
            words = self.speak(name)
        else:
            path = catalogs.catalog_file(self.root, self.language, name)
            missing = self.missing.setdefault(name, [])
            own = catalogs.speaker(catalogs.read(path, self.language), missing)
            words = tried.speaker(own, self.retelling)

        def say(text: Text) -> str:
            return numbers(text.words, self.language) if text.kind == NUMBERS else words(text)

        return say

    def assignment(self, name: str) -> Notebook:
        """The source of an assignment; one that is not written in English stays as it is."""
        path = assignment_file(self.root, name)
        if written_in(name, self.root) != "en":
            return nbformat.read(path, as_version=4)
        return walk_page(path, self.say(f"assignments/{name}"))

    def page(self, name: str) -> Notebook | str:
        """A page of the book: a notebook, or a text."""
        path = next(p for p in self.root.glob(f"book/{name}.*") if p.suffix in (".ipynb", ".md"))
        return walk_page(path, self.say(f"book/{name}"))

    def retelling(self, assignment: str) -> tried.Retelling:
        """What retells the messages of an assignment's tests in the language."""
        names = (f"assignments/{assignment}", "library")
        files = [catalogs.catalog_file(self.root, self.language, name) for name in names]
        return tried.Retelling([catalogs.read(file, self.language) for file in files])

    def write_sources(self, folder: Path | None = None) -> list[Path]:
        """Write the sources of all assignments; those that stay the same are left alone."""
        if folder is None:
            folder = self.folder / "solutions"
            self.write_settings()
        written = []
        for name in assignments(self.root):
            path = folder / name / f"{name}.ipynb"
            if _write(path, _text(self.assignment(name))):
                written.append(path)
        known = set(assignments(self.root))
        for path in folder.glob("*"):
            if path.name not in known:
                shutil.rmtree(path)
        return written

    def write_book(self) -> Path:
        """Write the pages of the book and what they need; return the folder of the edition."""
        book = self.folder / "book"
        for pattern in BESIDE:
            for path in sorted((self.root / "book").glob(pattern)):
                _copy(path, book / path.name)
        for name in ABOVE:
            if (self.root / name).exists():
                _copy(self.root / name, self.folder / name)
        self.write_settings()
        made = {name: self.page(name) for name in all_pages(self.root)}
        for name, page in made.items():
            _write(book / f"{name}{_suffix(page)}", _text(page))
            for table in tables(self.root, name):
                said = walk_page(self.root / table, self.say(f"book/{name}"))
                _write(self.folder / table, str(said))
        _write(self.folder / ANCHORS, json.dumps(self.anchors(), indent=1))
        slugs = dict(self.slugs())
        for name, page in made.items():
            _write(book / f"{name}{_suffix(page)}", _text(relinked(page, name, slugs)))
        for file in KIT:
            path = self.root / file
            _write(self.folder / "kit_files" / path.name, str(walk_page(path, self.say("kit"))))
        return self.folder

    def write_settings(self) -> None:
        """Write what the edition has of its own of the course's settings."""
        for name in site.SETTINGS:
            if (self.root / name).is_file():
                _write(self.folder / name, self.settings(name))

    def settings(self, name: str) -> str:
        """A file of settings in the words of the language, with the addresses of its edition."""
        text = (self.root / name).read_text(encoding="utf-8")
        text = site.settings(text, self.say("site"))
        if name == "_config.yml":
            own = f"    language: {self.language}\n    course_folder: ../../..\n"
            text = re.sub(r"(?m)^  config:\n", rf"\g<0>{own}", text, count=1)
        elif name == "pyproject.toml":
            text = self.addresses(text)
        return text

    def addresses(self, project: str) -> str:
        """pyproject.toml with the site and the kit of this language, in place of the course's."""
        own = f"student-kit-{self.language}"
        given = re.search(rf'(?m)^{own} = "(.*?)"', project)
        if given or course_language(self.root) != self.language:
            kit = given[1] if given else ""
            project = re.sub(r'(?m)^(student-kit = )".*?"', rf'\1"{kit}"', project)
        return re.sub(r'(?m)^(site = ")([^"]+?)/?"', rf'\1\2/{self.language}"', project)

    def anchors(self) -> dict[str, dict[str, list[str]]]:
        """{page: the ids of its headings, and its glossary's terms}, as they are in English."""
        book = whole_book(self.root)
        found: dict[str, dict[str, list[str]]] = {page: {"headings": []} for page in book.suffixes}
        for (page, _), place in book.sections.items():
            found[page]["headings"].append(place.anchor)
        for page, suffix in book.suffixes.items():
            if suffix == ".md":
                text = (self.root / "book" / f"{page}.md").read_text(encoding="utf-8")
                found[page]["terms"] = list(terms_of(text))
        return found

    def slugs(self) -> Iterator[tuple[tuple[str, str], str]]:
        """(page, the slug of a heading in English) and its slug in the language."""
        english, ours = (list(whole_book(root).sections) for root in (self.root, self.folder))
        for page in {page for page, _ in english}:
            before, after = ([s for p, s in found if p == page] for found in (english, ours))
            for slug, new in zip(before, after, strict=False):
                yield (page, slug), new

    def library(self) -> dict[Path, str]:
        """What the library and the figures speak by: {file: its text}."""
        package = self.root / "cnncourse"
        english = (self.root / FIGURES).read_text(encoding="utf-8")
        return {
            package / "language" / f"{self.language}.json": messages.made(
                self.root, self.say("library")
            ),
            (self.root / FIGURES).with_name(f"{self.language}.js"): figures.script(
                english, self.language, self.say("figures")
            ),
        }

    def write_library(self) -> list[Path]:
        """Write these files; return those that changed."""
        return [path for path, text in self.library().items() if _write(path, text)]


def whole_book(root: Path) -> Book:
    """The book with the pages that no table of contents has."""
    return read_book(root, pages_for_instructors(root))


def terms_of(page: str) -> Iterator[str]:
    """The terms that a page's glossary explains, in their order.

    >>> list(terms_of(":::{glossary}\\nbias\\n  A number.\\n:::\\nNo term."))
    ['bias']
    """
    for glossary in GLOSSARY.finditer(page):
        for line in glossary[2].split("\n"):
            if line and not line.startswith((" ", ":")):
                yield line.strip()


def relinked(page: Notebook | str, name: str, slugs: dict[tuple[str, str], str]) -> Notebook | str:
    """The page with its links to headings as these are called in its language."""

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), found[2]))
        target = posixpath.splitext(target)[0] if found[2] else name
        return f"{found[1]}{found[2]}#{slugs.get((target, found[3]), found[3])}{found[4]}"

    if isinstance(page, str):
        return LINK.sub(link, page)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(link, cell.source)
    return page


def _suffix(page: Notebook | str) -> str:
    return ".md" if isinstance(page, str) else ".ipynb"


def _text(page: Notebook | str) -> str:
    return page if isinstance(page, str) else nbformat.writes(page) + "\n"


def _write(path: Path, text: str) -> bool:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    write_whole(path, text)
    return True


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(path, target)
