"""What students get works by itself, and holds nothing that they must not see."""

import os
import re
import subprocess
import sys
import tomllib
from itertools import pairwise

import nbformat
import pytest
from answers import ANSWERS, COURSE, read, reference_answer, stored_answer, submission

from cnncourse.course import assignments, chapter_of
from cnncourse.grading.publishing import kit as student_kit
from cnncourse.grading.publishing import release

ADDRESS = "https://github.com/someone/course"


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    target = tmp_path_factory.mktemp("kit") / "student-kit"
    student_kit.pack(target, COURSE)
    return target


def text_of(path):
    """A file's text; of a notebook the text of its cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
    return text


def neighbors(lines):
    """Pairs of neighboring lines that are long enough to mean something."""
    long = [line for line in map(str.strip, lines) if len(line) >= 25]
    return list(pairwise(long))


def secrets():
    """{where: pairs of lines} of solutions, hidden tests, answers to exercises, submissions."""
    found = {}
    for name in assignments(COURSE):
        for cell in read("solutions", name).cells:
            for block in re.findall(
                r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", cell.source, re.DOTALL
            ):
                found.setdefault(f"{name}/{cell.id}", []).extend(neighbors(block.splitlines()))
        for path in ANSWERS.glob(f"{name}/*.py"):
            for cell, source in stored_answer(name, path.stem).items():
                found[f"{path.stem}/{cell}"] = neighbors(source.splitlines())
    for path in (COURSE / "chapter_answers").glob("*.md"):
        found[path.name] = neighbors(path.read_text(encoding="utf-8").splitlines())
    return found


def test_no_solution_hidden_test_or_stored_submission_is_in_the_kit(kit):
    hidden = secrets()
    assert sum(map(len, hidden.values())) > 100  # else this test looks at nothing
    # What the repository shows to everybody is no secret, wherever a solution repeats it.
    public = "\n".join(
        text_of(path)
        for pattern in ("book/*.ipynb", "exercises/*/*.ipynb", "cnncourse/**/*.py")
        for path in COURSE.glob(pattern)
        if "grading" not in path.parts
    )
    public = set(map(str.strip, public.splitlines()))
    for path in kit.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            lines = set(map(str.strip, text_of(path).splitlines()))
            assert not re.search("BEGIN (SOLUTION|HIDDEN)", text) or path.suffix == ".py", path
            leaked = [
                (where, pair)
                for where, pairs in hidden.items()
                for pair in pairs
                if lines.issuperset(pair) and not public.issuperset(pair)
            ]
            assert not leaked, path


def test_exercises_of_the_kit_leak_no_pair_of_secret_lines(kit):
    # The chapters and the library may say what a solution says; a release may not.
    for name in assignments(COURSE):
        released = [
            line.strip()
            for line in text_of(kit / "exercises" / name / f"{name}.ipynb").splitlines()
        ]
        pairs = set(neighbors(released))
        solutions = {
            pair
            for where, found in secrets().items()
            if where.startswith(f"{name}/")
            for pair in found
        }
        assert pairs.isdisjoint(solutions), name


def test_the_kit_has_no_part_that_grades_or_publishes(kit):
    names = {path.relative_to(kit).parts[0] for path in kit.iterdir()}
    assert names == {
        "book",
        "cnncourse",
        "exercises",
        "tools",
        "README.md",
        "Makefile",
        "LICENSE",
        "LICENSE-TEXT",
        "THIRD-PARTY.md",
        "pyproject.toml",
        ".gitignore",
    }
    assert not (kit / "cnncourse" / "grading").exists()
    assert not (kit / "cnncourse" / "site").exists()
    assert not list(kit.rglob("instructors*")) and not list(kit.rglob("*.pt"))
    assert "nbgrader" not in (kit / "pyproject.toml").read_text()


def run(kit, *arguments):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=kit,
        env=environment,
        text=True,
        capture_output=True,
        timeout=600,
    )


def test_every_module_of_the_kit_is_imported_from_the_kit(kit):
    settings = tomllib.loads((kit / "pyproject.toml").read_text())
    modules = [
        path.relative_to(kit).with_suffix("").as_posix().replace("/", ".")
        for path in (kit / "cnncourse").rglob("*.py")
        if "__" not in path.name
    ]
    packages = [
        path.parent.relative_to(kit).as_posix().replace("/", ".")
        for path in (kit / "cnncourse").rglob("__init__.py")
    ]
    assert set(packages) == set(settings["tool"]["setuptools"]["packages"])
    code = f"import {', '.join([*packages, *modules])}; print(cnncourse.__file__)"
    done = run(kit, "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(kit))


def test_make_check_works_in_the_kit(kit):
    """The command of the README, on an answer with the network right and the rest not begun."""
    name = "lenet_cifar10"
    notebook = submission(name, {"network": reference_answer(name)["network"]})
    # Without the cells on the data, which takes a while to draw.
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.id not in ("load-data", "look", "accuracy-above-linear", "see-for-yourself")
    ]
    path = kit / "exercises" / name / f"{name}.ipynb"
    released = path.read_bytes()
    path.write_text(nbformat.writes(notebook))
    try:
        done = run(kit, "-m", "cnncourse", "check", name)
    finally:
        path.write_bytes(released)
    assert done.returncode == 1, done.stderr
    assert re.search(r"network-shape +2 of 2 +passed", done.stdout), done.stdout
    assert re.search(r"train-losses +0 of 2 +not answered yet", done.stdout), done.stdout
    assert "worth 18 points, not 20" in done.stdout


def test_a_file_that_nobody_listed_stays_out(tmp_path):
    for name in (
        "solutions/a/a.ipynb",
        "exercises/a/a.ipynb",
        "exercises/a/notes.txt",
        "book/new.py",
        "cnncourse/grading/hidden.py",
        "cnncourse/a.py",
        "cnncourse/.cache/b.py",
        "tests/submissions/a/right.py",
        "grading/grades.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert list(student_kit.wanted(tmp_path)) == ["exercises/a/a.ipynb", "cnncourse/a.py"]


def test_each_chapter_of_the_kit_leads_to_its_assignment_and_back(kit):
    for name in assignments(COURSE):
        chapter = kit / "book" / f"{chapter_of(name, COURSE)}.ipynb"
        assert f"](../exercises/{name}/{name}.ipynb)" in text_of(chapter)
        exercise = kit / "exercises" / name / f"{name}.ipynb"
        assert f"](../../book/{chapter.name})" in text_of(exercise)


# Colab, once there is an address.


def test_with_an_address_notebooks_open_in_colab_and_install_the_library(kit, tmp_path):
    where = "exercises/pooling/pooling.ipynb"
    text, code = release.opening(where, "pooling", "pooling", ADDRESS)
    assert (
        f"(https://colab.research.google.com/github/someone/course/blob/main/{where})"
        in text.source
    )
    assert f"git+{ADDRESS}" in code.source
    compile(code.source, "set-up", "exec")
    chapter = student_kit.chapter(COURSE / "book" / "pooling.ipynb", {}, ADDRESS)
    cells = nbformat.reads(chapter, as_version=4).cells
    assert [cell.id for cell in cells[1:3]] == ["open-in-colab", "set-up"]


def test_without_an_address_the_notebook_says_where_it_runs():
    [text] = release.opening("exercises/pooling/pooling.ipynb", "pooling", "", None)
    assert "make lab" in text.source and "colab" not in text.source.lower()


def test_the_set_up_cell_does_nothing_where_the_library_is_installed(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it would install"))
    exec(release.SET_UP.format(address=ADDRESS), {})
