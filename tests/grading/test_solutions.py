"""`cnncourse solutions`: model answers to publish, run and checked; nobody gets them otherwise."""

import nbformat
import pytest
from tiny_course import new_course

from cnncourse import __main__ as command
from cnncourse.grading.publishing import solutions

ANSWERS = """# Answers: borders

Said once.

## 1. A sum

It is two.

```python
one = 1
assert one + 1 == {two}
```

## 2. A product

It is one.

```python
assert one * 1 == 1
```
"""


@pytest.fixture
def root(tmp_path):
    """The folder of a course with one assignment, and answers to a chapter of the same name."""
    new_course(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "book").mkdir()
    (tmp_path / "chapter_answers").mkdir()
    (tmp_path / "chapter_answers" / "border.md").write_text(ANSWERS.format(two=2))
    assert call(tmp_path, "new", "border") == 0
    return tmp_path


def call(root, *words):
    return command.main([*words, "--root", str(root)])


def test_model_answers_are_run_and_hold_no_hidden_test_and_no_rubric(root, capsys):
    assert call(root, "solutions", "border") == 0, capsys.readouterr().err
    made = nbformat.read(root / "_build" / "solutions" / "border.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in made.cells)
    assert "image.flip(1)" in text and "raise NotImplementedError" not in text
    assert "It has seen no right hand" in text and "Rubric" not in text
    assert "HIDDEN" not in text and "numbers = generator(1)" not in text and "###" not in text
    printed = [out.text for cell in made.cells for out in cell.get("outputs", ())]
    assert printed.count("Passed.\n") == 2
    assert not any("nbgrader" in cell.metadata for cell in made.cells)

    made = nbformat.read(root / "_build" / "solutions" / "chapters" / "border.ipynb", as_version=4)
    kinds = [cell.cell_type for cell in made.cells]
    assert kinds == ["markdown", "code", "markdown", "code", "markdown", "code"]
    assert made.cells[1].id == "set-up" and made.cells[2].source.startswith("## 1. A sum")


def test_an_answer_that_fails_its_own_check_is_never_published(root, capsys):
    (root / "chapter_answers" / "border.md").write_text(ANSWERS.format(two=3))
    source = root / "solutions" / "border" / "border.ipynb"
    text = source.read_text()
    source.write_text(text.replace("return image.flip(1)", "return image.flip(0)"))
    folder = root / "_build" / "solutions"
    assert call(root, "solutions", "border") == 2
    said = capsys.readouterr().err
    assert "mirror-values (0 of 2)" in said and "the rows were reversed" in said
    source.write_text(text)
    assert call(root, "solutions", "border") == 2
    assert "one + 1 == 3" in capsys.readouterr().err
    assert not (folder / "chapters").exists()


def test_the_kit_takes_only_answers_that_were_asked_for_and_are_of_today(root, tmp_path):
    folder, source = root / "_build" / "solutions", root / "chapter_answers" / "border.md"
    with pytest.raises(solutions.CourseError, match="is not there: run `cnncourse solutions"):
        solutions.published(["border"], folder, root)
    made = nbformat.v4.new_notebook()
    for file, path in solutions.sources("border", root).items():
        made.metadata["cnncourse"] = {"made_from": solutions.mark(path)}
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, folder / file)
    found = solutions.published(["border"], folder, root)
    assert sorted(found) == ["border.ipynb", "chapters/border.ipynb"]
    assert solutions.published([], folder, root) == {}
    source.write_text(ANSWERS.format(two=2) + "More.\n")
    with pytest.raises(solutions.CourseError, match="is older than"):
        solutions.published(["border"], folder, root)


def test_a_name_of_nothing_is_answered_with_those_that_there_are(root, capsys):
    assert call(root, "solutions", "bordr") == 2
    assert "bordr; there are: border" in capsys.readouterr().err
