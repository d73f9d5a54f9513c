"""What nbgrader cannot do is said whole: the cause, and what to do about it."""

import json

import pytest
from answers import hand_in
from tiny_course import grade, tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse.grading.gradebook.course import NbgraderError

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path):
    root = tiny_course(tmp_path)
    hand_in(root, "ada", "tiny", tiny(RIGHT))
    return root


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
