"""What nbgrader cannot do is said whole: the cause, and what to do about it."""

import json
import subprocess
import sys

import nbformat
import pytest
from answers import hand_in
from nbgrader.dbutil import _temp_alembic_ini
from nbgrader.preprocessors import ClearHiddenTests
from tiny_course import grade, tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse.grading.gradebook.course import newest_version
from cnncourse.grading.gradebook.errors import NbgraderError
from cnncourse.grading.gradebook.feedback import HideTests, Withhold, without_hidden

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path):
    root = tiny_course(tmp_path)
    hand_in(root, "ada", "tiny", tiny(RIGHT))
    return root


# What is nbgrader's own and done here without it


def test_a_new_gradebook_has_the_version_that_alembic_tells():
    with _temp_alembic_ini("sqlite://") as settings:
        told = subprocess.check_output(
            [sys.executable, "-m", "alembic", "-c", settings, "heads"], text=True
        )
    assert told.split()[0] == newest_version()


BEGIN, END = "    ### BEGIN HIDDEN TESTS", "    ### END HIDDEN TESTS"


@pytest.mark.parametrize(
    "lines",
    [
        ["a", BEGIN, "b", END, "c"],
        [BEGIN, "b", END],
        ["a", BEGIN, "", "b", END, BEGIN, "c", END, "", ""],
        ["a", END, "b"],
        [f"x = 1 {BEGIN}", "b", f"y = 2 {END}", "c"],
        [f"{BEGIN} {END}", "b", END, "c"],
        ["a", "", "b"],
    ],
)
def test_hidden_tests_are_left_out_as_nbgrader_leaves_them_out(lines):
    cell = nbformat.v4.new_code_cell("\n".join(lines), metadata={"nbgrader": {"grade": True}})
    ClearHiddenTests().preprocess_cell(cell, {}, 0)
    assert without_hidden("\n".join(lines)) == cell.source


def test_nbgrader_takes_our_steps_without_being_told_to_enable_them():
    assert HideTests().enabled and Withhold().enabled


def test_what_begins_to_be_hidden_and_does_not_end_is_hidden():
    assert without_hidden(f"a\n{BEGIN}\nb") == "a"


def test_a_test_that_was_added_after_grading_is_named_with_what_to_do(course):
    grade(course)
    path = course / "solutions" / "tiny" / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    more = json.loads(json.dumps(notebook["cells"][1]))
    more["id"] = more["metadata"]["nbgrader"]["grade_id"] = "more"
    notebook["cells"].append(more)
    path.write_text(json.dumps(notebook))
    with pytest.raises(NbgraderError, match="'tiny' because there are submissions") as said:
        grade(course)
    assert "Undo that, or move grading/gradebook.db away" in str(said.value)
    (course / "grading" / "gradebook.db").unlink()
    assert grade(course)["ada"].points == 11


@pytest.mark.parametrize("damage", ["other", "cut", "overwritten"])
def test_a_damaged_gradebook_is_called_damaged(course, damage):
    path = course / "grading" / "gradebook.db"
    good = path.read_bytes()
    rubbish = bytes(number % 251 for number in range(len(good)))
    path.write_bytes(
        {"other": rubbish, "cut": good[:5000], "overwritten": good[:4096] + rubbish}[damage]
    )
    with pytest.raises(NbgraderError, match=r"the gradebook is damaged. Put a copy back, or"):
        grade(course)
    path.unlink()  # what the sentence says
    assert grade(course)["ada"].points == 9
