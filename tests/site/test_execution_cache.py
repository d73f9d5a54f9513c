"""Chapters are executed side by side, once, and again when what they are made from changes."""

import io
import os
from types import SimpleNamespace

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from cnncourse.site import execution_cache

# Each page waits for the other: one after the other, neither would come to its end.
WAITS = """
with open("{0}", "{1}") as pipe:
    print("met", pipe.{2})
with open("runs", "a") as runs:
    print("{0} {1}", file=runs)
"""
PAGES = {
    "index": WAITS.format("pipe", "w", "write('hello')"),
    "other": WAITS.format("pipe", "r", "read()"),
}


@pytest.fixture
def book(tmp_path):
    """A book of two pages that must be executed at the same time."""
    book = tmp_path / "book"
    book.mkdir()
    os.mkfifo(book / "pipe")
    for name, source in PAGES.items():
        text = "# Page\n\n```{toctree}\nother\n```" if name == "index" else "# Other"
        page = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_markdown_cell(text, id="text"),
                nbformat.v4.new_code_cell(source, id="code"),
            ],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(page, book / f"{name}.ipynb")
    return book


def build(book, **options):
    """Build the book's site; its folder of caches, and what went wrong."""
    warnings = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            book,
            None,
            book.parent / "_build" / "html",
            book.parent / "_build" / "trees",
            "html",
            confoverrides={
                "extensions": [
                    "myst_nb",
                    "cnncourse.site.execution",
                    "cnncourse.site.execution_cache",
                    "cnncourse.site.editions",
                ],
                "html_theme": "basic",
                # Its own dictionary: extensions add to Sphinx's default, for the whole process.
                "source_suffix": {".ipynb": "myst-nb"},
                "nb_execution_mode": "cache",
                "nb_execution_timeout": 60,
                **options,
            },
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build()
    return book.parent / "_build" / ".jupyter_cache", warnings.getvalue()


def test_pages_are_executed_side_by_side_and_once(book):
    caches, warnings = build(book)
    assert warnings == ""
    assert sorted((book / "runs").read_text().splitlines()) == ["pipe r", "pipe w"]
    (current,) = caches.iterdir()
    assert current == execution_cache.cache_folder(caches.parent, book)
    older = caches / "0123456789abcdef"
    older.mkdir()

    _, warnings = build(book)
    assert warnings == ""
    assert len((book / "runs").read_text().splitlines()) == 2, "nothing is executed again"
    assert list(caches.iterdir()) == [current], "the current executions are kept, others are not"


def test_in_another_language_only_programs_that_differ_are_executed(book):
    build(book)
    italian = book.parent / "_build" / "it" / "book"
    italian.mkdir(parents=True)
    for name in PAGES:
        page = nbformat.read(book / f"{name}.ipynb", as_version=4)
        page.cells[0].source = page.cells[0].source.replace("# ", "# In italiano: ")
        if name == "other":
            page.cells[1].source = 'with open("runs", "a") as runs:\n    print("altro", file=runs)'
        nbformat.write(page, italian / f"{name}.ipynb")
    for _ in range(2):
        _, warnings = build(italian, language="it", course_folder="../../..")
        assert warnings == ""
        assert (italian / "runs").read_text() == "altro\n"
        html = (italian.parent / "_build" / "html" / "index.html").read_text("utf-8")
        assert "In italiano: Page" in html and "met 5" in html, "what it printed in English"
        build(book)
        assert len((book / "runs").read_text().splitlines()) == 2, "each keeps its executions"


def test_a_page_that_fails_is_reported(book):
    for name in PAGES:
        page = nbformat.read(book / f"{name}.ipynb", as_version=4)
        page.cells[1].source = "1 / 0" if name == "other" else "1"
        nbformat.write(page, book / f"{name}.ipynb")
    _, warnings = build(book, nb_execution_show_tb=True)
    assert "other.ipynb: WARNING: Executing notebook failed" in warnings
    assert "ZeroDivisionError" in warnings and "index.ipynb" not in warnings


def test_without_a_cache_nothing_is_executed(book):
    build(book, nb_execution_mode="off")
    assert not (book / "runs").exists()


@pytest.fixture
def sources(tmp_path):
    """A small package and a small book: (book, package)."""
    for name in ("package/operations.py", "package/site/quiz.py", "book/measured/devices.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    (tmp_path / "book" / "chapter.ipynb").write_text("old")
    return tmp_path / "book", tmp_path / "package"


@pytest.mark.parametrize(
    "place, counts",
    [
        ("package/operations.py", True),
        ("package/new.py", True),
        ("book/measured/devices.json", True),
        ("package/site/quiz.py", False),  # no chapter imports the site
        ("book/chapter.ipynb", False),  # MyST-NB's own cache knows its cells
    ],
)
def test_executions_are_as_old_as_what_they_are_made_from(sources, place, counts):
    before = execution_cache.cache_key(*sources)
    (sources[0].parent / place).write_text("new")
    assert (execution_cache.cache_key(*sources) != before) == counts


def test_other_versions_of_what_is_installed_count(sources, monkeypatch):
    def key(*versions):
        found = [SimpleNamespace(name=name, version=version) for name, version in versions]
        monkeypatch.setattr(execution_cache, "distributions", lambda path: found)
        return execution_cache.cache_key(*sources)

    torch, numpy = ("torch", "2.15"), ("numpy", "2.4")
    assert key(torch, numpy) == key(numpy, torch, torch), "found twice, by two paths"
    assert len({key(torch, numpy), key(torch), key(("torch", "2.16"), numpy)}) == 3
