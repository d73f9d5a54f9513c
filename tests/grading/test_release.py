"""exercises/ is what nbgrader makes of solutions/, and holds nothing that students must not see."""

import json

import nbformat
import pytest
from answers import COURSE, read

from cnncourse.course import assignments, stated_points
from cnncourse.grading.publishing import release
from cnncourse.grading.publishing.rules import problems

NAMES = assignments(COURSE)


def secret_lines(name):
    """Lines that only solutions and hidden tests hold, without the trivial ones."""
    secret, public = set(), set()
    for cell in read("solutions", name).cells:
        inside = False
        for line in cell.source.splitlines():
            if "### BEGIN" in line or "### END" in line:
                inside = "### BEGIN" in line
            else:
                (secret if inside else public).add(line.strip())
    return {line for line in secret - public if len(line) > 12}


def test_every_exercise_has_its_source_and_every_source_its_exercise():
    released = {path.parent.name for path in (COURSE / "exercises").glob("*/*")}
    assert released == set(NAMES) != set()


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_release_is_what_the_source_gives(name, tmp_path):
    release.generate(name, tmp_path, COURSE)
    made = (tmp_path / name / f"{name}.ipynb").read_bytes()
    assert made == (COURSE / "exercises" / name / f"{name}.ipynb").read_bytes(), "make release"


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_solution_or_hidden_test_is_released(name):
    secrets = secret_lines(name)
    assert len(secrets) > 20  # else this test looks at nothing
    text = "\n".join(cell.source for cell in read("exercises", name).cells)
    # Hints may quote a call of a solution in their prose, so whole lines are compared.
    assert secrets & {line.strip() for line in text.splitlines()} == set()
    assert "BEGIN HIDDEN" not in text and "BEGIN SOLUTION" not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_cell_is_a_stub_that_raises(name):
    for cell in read("exercises", name).cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            assert "raise NotImplementedError()" in cell.source


@pytest.mark.parametrize("name", NAMES)
def test_a_test_cell_lets_no_value_stand_last(name):
    # nbgrader would take it for the points, or for full credit.
    for cell in read("solutions", name).cells:
        grading = cell.metadata.get("nbgrader", {})
        if grading.get("grade") and not grading.get("solution"):
            last = cell.source.rstrip().splitlines()[-1]
            assert last.startswith(("print(", "expect", "passed(", "### END HIDDEN TESTS")), cell.id


def change(notebook, cell, **values):
    found = next(c for c in notebook.cells if c.id == cell)
    found.update(values)
    return found


def drop_end(notebook):
    cell = next(c for c in notebook.cells if c.id == "train-losses")
    cell.source = cell.source.replace("### END HIDDEN TESTS", "")


def add_output(notebook):
    change(notebook, "setup", outputs=[nbformat.v4.new_output("stream", text="hello")])


def change_points(notebook):
    change(notebook, "train-losses").metadata.nbgrader.points = 3


def points_of_header(notebook):
    change_points(notebook)


def no_points(notebook):
    del change(notebook, "train-losses").metadata.nbgrader["points"]


def strange_id(notebook):
    change(notebook, "train-losses").metadata.nbgrader.grade_id = "train losses"


def no_python(notebook):
    change(notebook, "predict-labels", source="# 2 points: labels\nif:")


def no_check(notebook):
    change(notebook, "predict-labels", source="# 2 points: labels\npredict(1) == 2")


def same_id(notebook):
    change(notebook, "train").metadata.nbgrader.grade_id = "network"


def solution_in_the_open(notebook):
    change(notebook, "see-for-yourself", source="### BEGIN SOLUTION\n1\n### END SOLUTION")


def no_header(notebook):
    change(notebook, "predict-labels", source="import torch")


DAMAGES = [
    (drop_end, "(train-losses): BEGIN and END HIDDEN TESTS do not alternate"),
    (add_output, "(setup): it has stored outputs"),
    (change_points, "the text says **Points**: 20, and the cells give 21"),
    (points_of_header, "(train-losses): its first line says 2 points, its metadata 3"),
    (no_points, "(train-losses): it gives points, but how many is None"),
    (same_id, "two cells have the id network: cell"),
    (solution_in_the_open, "(see-for-yourself): it has SOLUTION but is not marked as"),
    (no_header, "(predict-labels): it does not open with '# 2 points"),
    (no_python, "(predict-labels): line 2 is no Python"),
    (no_check, "(predict-labels): its last line, 'predict(1) == 2', checks nothing"),
    (strange_id, "its nbgrader id 'train losses' is not letters"),
]


@pytest.mark.parametrize("damage, words", DAMAGES)
def test_a_malformed_source_is_refused_with_the_place(tmp_path, damage, words):
    notebook = read("solutions", "lenet_cifar10")
    path = tmp_path / "lenet_cifar10.ipynb"
    path.write_text(nbformat.writes(notebook))
    assert problems(path, COURSE) == []
    damage(notebook)
    path.write_text(nbformat.writes(notebook))
    assert words in "; ".join(problems(path, COURSE))


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    """Also where the notebook is not valid, which ended the list."""
    notebook = read("solutions", "lenet_cifar10")
    together = [drop_end, add_output, change_points, no_header, solution_in_the_open]
    for damage in together:
        damage(notebook)
    notebook.cells[0]["surplus"] = 1
    path = tmp_path / "nowhere.ipynb"
    path.write_text(json.dumps(notebook))
    (tmp_path / "notes.txt").write_text("for instructors")
    said = "; ".join(problems(path, COURSE))
    for damage, words in DAMAGES:
        assert damage not in together or words in said, said
    for words in ("not a valid notebook", "no chapter book/nowhere.ipynb", "notes.txt"):
        assert words in said


@pytest.mark.parametrize(
    "text, words",
    [("", "not a notebook"), ("[]", "not a notebook"), ('{"cells": []}', "no cell is a test")],
    ids=["empty", "list", "no-cells"],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(tmp_path, text, words):
    path = tmp_path / "lenet_cifar10.ipynb"
    path.write_text(text)
    assert any(words in said for said in problems(path, COURSE)), problems(path, COURSE)


def test_the_points_and_titles_of_an_assignment_are_its_authors(tmp_path):
    notebook = read("solutions", "lenet_cifar10")
    change(
        notebook, "predict-labels", source="# Labels, with a title of the author's.\nassert True"
    )
    change_points(notebook)
    change(notebook, "train-losses").source = "# 3 points: losses\nassert True"
    notebook.cells[0].source = "# Mine\n\n**Points**: 21"
    path = tmp_path / "lenet_cifar10.ipynb"
    path.write_text(nbformat.writes(notebook))
    assert problems(path, COURSE) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_of_the_course_gives_20_points(name):
    assert stated_points(read("solutions", name)) == 20


def test_a_stray_file_in_a_source_folder_is_refused(tmp_path):
    path = tmp_path / "lenet_cifar10.ipynb"
    path.write_text(nbformat.writes(read("solutions", "lenet_cifar10")))
    (tmp_path / "notes.txt").write_text("for instructors")
    assert "notes.txt" in "; ".join(problems(path))
