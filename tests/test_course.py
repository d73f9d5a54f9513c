"""What the course consists of is known in one place, and what it says is what there is."""

import pytest
from answers import COURSE, read
from nbformat.v4 import new_code_cell, new_markdown_cell

from cnncourse import course


def test_chapters_are_those_of_the_table_of_contents_in_its_order():
    found = course.chapters(COURSE)
    assert found[0] == "basics" and found[-2:] == ["inside", "race"]
    assert set(found) == {path.stem for path in (COURSE / "book").glob("*.ipynb")}


def test_assignments_are_folders_that_hold_a_notebook_of_their_name(tmp_path):
    for path in ("b/b.ipynb", "a/a.ipynb", "c/d.ipynb", "chapters/x.md", "e/e.txt"):
        place = tmp_path / "solutions" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")
    assert course.assignments(tmp_path) == ["a", "b"]
    assert course.assignments(tmp_path, "exercises") == []
    assert course.assignment_file(tmp_path, "a").read_text() == ""


def test_every_assignment_has_a_chapter():
    for name in course.assignments(COURSE):
        assert course.chapter_of(name, COURSE) in course.chapters(COURSE)


def cell(make=new_code_cell, **about):
    return make("", metadata={"nbgrader": about} if about else {})


@pytest.mark.parametrize(
    "about, kind, graded",
    [
        ({"grade": True, "solution": False, "locked": True}, "test", True),
        ({"grade": False, "solution": False, "locked": True}, "given", False),
        ({"grade": False, "solution": True, "locked": False}, "student", False),
        ({"grade": True, "solution": True, "locked": False}, "student", True),
        ({}, "student", False),
        ({"grade_id": "a"}, "student", False),
    ],
)
def test_the_kind_of_a_cell(about, kind, graded):
    assert course.kind_of(cell(**about)) == kind
    assert course.is_graded(cell(**about)) == graded
    assert course.is_test(cell(**about)) == (kind == "test")
    assert not course.is_test(cell(new_markdown_cell, **about))


@pytest.mark.parametrize("metadata", [{}, {"nbgrader": None}, {"nbgrader": "x"}, {"nbgrader": []}])
def test_metadata_that_is_none_of_nbgraders_makes_a_cell_of_the_students_own(metadata):
    own = new_code_cell("", metadata=metadata)
    assert course.about(own) == {} and course.grade_id(own) is None
    assert course.kind_of(own) == "student" and not course.is_answer(own)


def test_the_tests_of_an_assignment_are_its_locked_cells_with_points():
    names = {course.grade_id(c) for c in read("solutions", "im2col").cells if course.is_test(c)}
    assert "im2col-windows" in names and not names & {"im2col", "col2im"}


def test_the_data_folder_is_the_environments_then_the_courses(monkeypatch, tmp_path):
    monkeypatch.delenv("CNNCOURSE_DATA", raising=False)
    assert course.data_folder() == COURSE / "data"
    assert course.data_folder(tmp_path) == tmp_path / "data"
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / "elsewhere"))
    assert course.data_folder() == course.data_folder(COURSE) == tmp_path / "elsewhere"
    monkeypatch.delenv("CNNCOURSE_DATA")
    monkeypatch.setattr(course, "PACKAGE", tmp_path / "site-packages" / "cnncourse")
    assert course.checkout() is None
    assert course.data_folder().parts[-2:] == (".cache", "cnncourse")


def test_an_address_is_no_link_to_colab_unless_it_is_a_repository():
    with pytest.raises(course.CourseError, match=r"no address like https://github\.com"):
        course.colab("https://example.org/course", "book/lenet.ipynb")
