"""A text names only numbers that a cell gives: told by `make refresh`, not first by the site."""

from pathlib import Path

import glued
import nbformat
import pytest
import refresh
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BOOK = Path(__file__).resolve().parents[2] / "book"
GLUE = "from cnncourse.glue import glue\nglue('given', 1024)\nglue('word', 'ten')"


def output(name, text):
    return nbformat.v4.new_output(
        "display_data",
        {"application/papermill.record/text/plain": text},
        metadata={"scrapbook": {"name": name}},
    )


def chapter(text):
    cell = new_code_cell(GLUE, outputs=[output("given", "1024"), output("word", "'ten'")])
    return new_notebook(cells=[cell, new_markdown_cell(text, id="prose")])


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_number_of_a_chapter_is_given_by_a_cell(path):
    assert glued.problems(nbformat.read(path, as_version=4), BOOK) == []


@pytest.mark.parametrize(
    "text, said",
    [
        ("{glue:text}`given` and {glue:text}`given:,d` and {glue:text}`word`", []),
        ("{glue:text}`gone`", ["cell prose: the text names gone, and no cell calls"]),
        ("{glue:}`gone`", ["cell prose: the text names gone, and no cell calls"]),
        ("{glue:text}`one` {glue:text}`two:.2f`", ["names one", "names two"]),
        ("{glue:text}`word:,d`", ["and word is 'ten'"]),
        ("{glue:text}`other::there:.1f`", []),
        ("{glue:text}`other::gone`", ["names gone"]),
        ("{glue:text}`nowhere::given`", ["there is no page nowhere"]),
        (":::{quiz} How many?\n:key: gone\n1\n: No.\n2\n: Yes.\n:::", ["names gone"]),
    ],
    ids="given missing any two form other other-missing no-page quiz".split(),
)
def test_what_no_cell_gives_is_named_with_its_place(tmp_path, text, said):
    other = new_notebook(cells=[new_code_cell("", outputs=[output("there", "0.5")])])
    nbformat.write(other, tmp_path / "other.ipynb")
    found = glued.problems(chapter(text), tmp_path)
    assert len(found) == len(said)
    for words, sentence in zip(said, found, strict=True):
        assert words in sentence


def test_refresh_leaves_such_a_chapter_as_it_was_and_fails(tmp_path, monkeypatch, capsys):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(chapter("now {glue:text}`gone`"), path)
    before = path.read_bytes()
    monkeypatch.setattr("sys.argv", ["refresh", str(path)])
    monkeypatch.setattr(refresh.steady, "hold", lambda: None)  # this process keeps its environment
    assert refresh.main() == 1
    assert "no cell calls glue('gone', …)" in capsys.readouterr().out
    assert path.read_bytes() == before
