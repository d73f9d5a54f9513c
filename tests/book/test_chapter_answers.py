"""Instructors' answers to the chapters' own exercises: one for each, and their numbers are right."""

import re

import nbformat
import pytest
from answers import COURSE

from cnncourse.course import assignments
from cnncourse.grading.gradebook.course import open_course

FOLDER = COURSE / "chapter_answers"
CHAPTERS = sorted(path.stem for path in (COURSE / "book").glob("[!.]*.ipynb"))


def exercises(chapter):
    """{number: title} of the exercises at the end of a chapter."""
    text = "\n".join(
        cell.source
        for cell in nbformat.read(COURSE / "book" / f"{chapter}.ipynb", as_version=4).cells
        if cell.cell_type == "markdown"
    )
    found = re.findall(
        r"^\*\*(\d+)\. (.+?)\.?\*\*", text.partition("## Exercises")[2], re.MULTILINE
    )
    return {number: title.rstrip("?.") for number, title in found}


def test_every_chapter_has_its_answers():
    assert sorted(path.stem for path in FOLDER.iterdir()) == CHAPTERS


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_has_its_answer(chapter):
    text = (FOLDER / f"{chapter}.md").read_text(encoding="utf-8")
    answered = {
        number: title.rstrip("?.")
        for number, title in re.findall(r"^## (\d+)\. (.+)$", text, re.MULTILINE)
    }
    assert answered == exercises(chapter) != {}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_numbers_of_the_answers_are_computed(chapter):
    text = (FOLDER / f"{chapter}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert any("assert" in block for block in blocks)
    names = {}
    for block in blocks:
        exec(compile(block, f"{chapter}.md", "exec"), names)


def test_the_formgrader_lists_assignments_alone_and_knows_the_course():
    api = open_course(COURSE)
    assert api.get_source_assignments() == set(assignments(COURSE))
    assert api.course_id
