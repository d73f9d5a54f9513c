"""The page *Write an assignment*, followed word for word: its code makes an assignment that holds.

In English and in Italian, for its code has texts, too.
"""

import re
import shlex
from functools import cache

import answers
import nbformat
import pytest
from answers import COURSE, cells_of, grade, reference_answer, released_answer
from tiny_course import new_course

from cnncourse import __main__ as command
from cnncourse.course import chapter_of, stated_points
from cnncourse.translating.edition import Edition

CELL = re.compile(
    r"(?:# |<!-- )(?:cell|cella): ([\w-]+), (?:in place of|al posto di) ([\w-]+)(?: -->)?\n"
)
FILE = re.compile(r"# file: (\w+\.py)\n")


@cache
def page(language):
    if language != "en":
        return Edition(COURSE, language).page("instructors/assignment")
    return (COURSE / "book" / "instructors" / "assignment.md").read_text(encoding="utf-8")


def blocks(of, language="en"):
    """The blocks of code in the page of a language."""
    return re.findall(rf"^```{of}\n(.*?)^```", page(language), re.MULTILINE | re.DOTALL)


def run(root, word):
    """The page's command line of `cnncourse` with this word."""
    [line] = [
        line
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith(f"cnncourse {word}")
    ]
    assert command.main([*shlex.split(line)[1:], "--root", str(root)]) == 0


@pytest.fixture
def root(tmp_path, monkeypatch, request):
    """A course whose assignment is the one that the page makes, the English one by default."""
    language = getattr(request, "param", "en")
    new_course(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "arithmetic.ipynb").write_text("{}")
    run(tmp_path, "new border")
    source = tmp_path / "solutions" / "border" / "border.ipynb"
    notebook = nbformat.read(source, as_version=4)
    changed = 0
    for block in blocks("python", language) + blocks("markdown", language):
        if found := CELL.match(block):
            cell = next(c for c in notebook.cells if c.id == found[2])
            cell.id, cell.source = found[1], block[found.end() :].rstrip("\n")
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.grade_id = found[1]
            changed += 1
    assert changed == 5
    nbformat.write(notebook, source)
    stored = tmp_path / "tests" / "submissions" / "border"
    for path in stored.iterdir():  # "Delete the three answers of the template."
        path.unlink()
    for block in blocks("python", language):
        if found := FILE.match(block):
            (stored / found[1]).write_text(block[found.end() :])
    monkeypatch.setattr(answers, "COURSE", tmp_path)
    monkeypatch.setattr(answers, "ANSWERS", tmp_path / "tests" / "submissions")
    return tmp_path


@pytest.mark.parametrize("root", ["en", "it"], indirect=True)
def test_the_page_makes_an_assignment_whose_tests_notice_its_wrong_answers(root):
    run(root, "release border")
    assert chapter_of("border", root) == "arithmetic"
    notebook = answers.read("exercises", "border")
    assert notebook.cells[0].source.startswith("# A border of zeros")
    assert stated_points(notebook) == 5
    assert "mirror" not in "".join(cell.source for cell in notebook.cells)
    assert set(grade("border", reference_answer("border")).values()) == {None}
    assert None not in grade("border", released_answer("border")).values()
    lost = set()
    stored = sorted((root / "tests" / "submissions" / "border").glob("*.py"))
    assert len(stored) == 3
    for path in stored:
        loses, says = answers.expectation("border", path.stem)
        found = grade("border", reference_answer("border") | cells_of(path))
        assert {test for test, said in found.items() if said} == loses, found
        assert not says or any(says in found[test] for test in loses), found
        lost |= loses
    assert lost == {"pad-values", "pad-negative"}


def test_the_page_names_all_kinds_of_cells_and_what_a_release_refuses(root, capsys):
    source = root / "solutions" / "border" / "border.ipynb"
    text = source.read_text().replace("# 1 point: a negative", "# 2 points: a negative")
    source.write_text(text.replace("**Points**: 5", "**Points**: 7"))
    assert command.main(["release", "border", "--root", str(root)]) == 2
    said = capsys.readouterr().err
    assert "(pad-negative): its first line says 2 points, its metadata 1" in said
    assert "the text says **Points**: 7, and the cells give 5" in said
