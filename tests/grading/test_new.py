"""`cnncourse new`: what it writes is an assignment, whole as it is, and overwrites nothing."""

import json

import answers
import pytest
from answers import COURSE, cells_of, grade, reference_answer, released_answer
from tiny_course import new_course

from cnncourse import __main__ as command
from cnncourse import language
from cnncourse.course import assignments, chapter_of
from cnncourse.translating.catalogs import MARK


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The folder of a course with two chapters and no assignment, of which stored answers are read."""
    new_course(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "book").mkdir()
    for name in ("pooling", "arithmetic"):
        (tmp_path / "book" / f"{name}.ipynb").write_text("{}")
    monkeypatch.setattr(answers, "COURSE", tmp_path)
    monkeypatch.setattr(answers, "ANSWERS", tmp_path / "tests" / "submissions")
    return tmp_path


def call(root, *words):
    return command.main([*words, "--root", str(root)])


def test_what_is_begun_is_whole_and_released_as_it_is(root, capsys):
    assert call(root, "new", "border", "--chapter", "arithmetic", "--title", "A border") == 0
    assert assignments(root) == ["border"] and chapter_of("border", root) == "arithmetic"
    assert call(root, "release", "border") == 0, capsys.readouterr().err
    released = (root / "exercises" / "border" / "border.ipynb").read_text()
    assert "# A border" in released and "book/arithmetic.ipynb" in released
    assert "image.flip(1)" not in released and "numbers = generator" not in released
    assert set(grade("border", reference_answer("border")).values()) == {None}
    assert None not in grade("border", released_answer("border")).values()
    stored = sorted((root / "tests" / "submissions" / "border").glob("*.py"))
    assert [path.stem for path in stored] == ["right_indices", "wrong_in_place", "wrong_rows"]
    for path in stored:
        loses, says = answers.expectation("border", path.stem)
        found = grade("border", reference_answer("border") | cells_of(path))
        assert {test for test, said in found.items() if said} == loses
        assert not says or any(says in found[test] for test in loses)


@pytest.mark.parametrize("name, chapter", [("pooling", "pooling"), ("mine", "")])
def test_the_chapter_is_that_of_the_name_or_none(root, name, chapter):
    assert call(root, "new", name) == 0
    assert chapter_of(name, root) == chapter
    assert call(root, "release", name) == 0
    released = json.loads((root / "exercises" / name / f"{name}.ipynb").read_text())
    text = "".join(line for cell in released["cells"] for line in cell["source"])
    assert ("The chapter" in text) == bool(chapter)


def test_in_a_course_of_another_language_it_is_written_in_that_and_not_translated(
    root, monkeypatch
):
    (root / "pyproject.toml").write_text('[tool.cnncourse]\nlanguage = "it"\n')
    monkeypatch.setenv(language.VARIABLE, "en")  # what a lecturer's command sets is taken back
    assert call(root, "new", "bordo", "--title", "Un bordo di zeri") == 0
    assert call(root, "release", "bordo") == 0
    released = (root / "exercises" / "bordo" / "bordo.ipynb").read_text("utf-8")
    assert "# Un bordo di zeri" in released and "I tuoi punti" in released
    assert MARK not in released


@pytest.mark.parametrize(
    "words, said",
    [
        (["../up"], "cannot name an assignment"),
        (["1st"], "cannot name an assignment"),
        (["new one"], "cannot name an assignment"),
        (["mine", "--chapter", "pool"], "no chapter 'pool'; there are: arithmetic, pooling"),
    ],
    ids=["path", "digit", "blank", "chapter"],
)
def test_a_name_that_is_none_and_a_chapter_that_is_not_there_are_refused(root, capsys, words, said):
    assert call(root, "new", *words) == 2
    assert said in capsys.readouterr().err
    assert not (root / "solutions").exists()


def test_nothing_that_is_there_is_overwritten(root, capsys):
    assert call(root, "new", "mine") == 0
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert call(root, "new", "mine") == 2
    assert "is there already" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_one_malformed_assignment_does_not_hide_the_others(root, capsys):
    for name in ("one", "three", "two"):
        assert call(root, "new", name) == 0
    for name in ("one", "two"):
        path = root / "solutions" / name / f"{name}.ipynb"
        path.write_text(path.read_text().replace("**Points**: 5", "**Points**: 6"))
    assert call(root, "release") == 2
    out, err = capsys.readouterr()
    assert "exercises/three/three.ipynb" in out
    assert err.count("the text says **Points**: 6, and the cells give 5") == 2


def test_the_course_itself_is_not_touched():
    assert not (COURSE / "solutions" / "mine").exists()
