"""exercises/ is what nbgrader makes of solutions/, and holds nothing that students must not see."""

import nbformat
import pytest
from answers import COURSE, read

from cnncourse.course import assignments
from cnncourse.grading.publishing import release

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
            assert last.startswith(("print(", "expect", "### END HIDDEN TESTS")), cell.id


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


def same_id(notebook):
    change(notebook, "train").metadata.nbgrader.grade_id = "network"


def solution_in_the_open(notebook):
    change(notebook, "see-for-yourself", source="### BEGIN SOLUTION\n1\n### END SOLUTION")


def no_header(notebook):
    change(notebook, "predict-labels", source="import torch")


@pytest.mark.parametrize(
    "damage, words",
    [
        (drop_end, "do not alternate"),
        (add_output, "stored outputs"),
        (change_points, "21 points, not 20"),
        (same_id, "two cells have the id network"),
        (solution_in_the_open, "not marked as a cell of that kind"),
        (no_header, "does not open with '# 2 points"),
    ],
)
def test_a_malformed_source_is_refused(tmp_path, damage, words):
    notebook = read("solutions", "lenet_cifar10")
    path = tmp_path / "lenet_cifar10.ipynb"
    path.write_text(nbformat.writes(notebook))
    assert release.problems(path) == []
    damage(notebook)
    path.write_text(nbformat.writes(notebook))
    assert words in "; ".join(release.problems(path))


def test_a_stray_file_in_a_source_folder_is_refused(tmp_path):
    path = tmp_path / "lenet_cifar10.ipynb"
    path.write_text(nbformat.writes(read("solutions", "lenet_cifar10")))
    (tmp_path / "notes.txt").write_text("for instructors")
    assert "notes.txt" in "; ".join(release.problems(path))
