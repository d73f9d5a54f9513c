"""What students get works by itself, and holds nothing that they must not see."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import pairwise

import nbformat
from answers import ANSWERS, COURSE, read, reference_answer, stored_answer, submission

from cnncourse.course import assignments, chapter_of
from cnncourse.publishing import kit as student_kit


def test_what_others_left_in_the_folder_stays_out(kit):
    assert not [path for path in kit.rglob("*") if path.name in ("__pycache__", ".DS_Store")]


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
        if path.is_file() and path.suffix != ".png":
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
        "start.py",
        "constraints.txt",
        "LICENSE",
        "LICENSE-TEXT",
        "THIRD-PARTY.md",
        "pyproject.toml",
        ".gitignore",
    }
    for part in ("grading", "site", "publishing"):
        assert not (kit / "cnncourse" / part).exists()
    assert not list(kit.rglob("instructors*")) and not list(kit.rglob("*.pt"))
    assert "nbgrader" not in (kit / "pyproject.toml").read_text()


def run(kit, *arguments):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the kit is that of all tests
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


def test_every_notebook_of_the_kit_is_valid_and_every_local_link_leads_somewhere(kit):
    for path in [*kit.rglob("*.ipynb"), *kit.rglob("*.md")]:
        if path.suffix == ".ipynb":
            nbformat.validate(nbformat.read(path, as_version=4))
        for target in re.findall(r"\]\(([\w./-]+\.\w+)(?:#[^)]*)?\)", text_of(path)):
            if path.name != "THIRD-PARTY.md":  # whose texts lie in the repository
                assert (path.parent / target).exists(), (path, target)


def test_the_readme_fits_on_a_screen_and_names_no_command_that_the_kit_lacks(kit):
    text = (kit / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 42
    assert "make book" not in "\n".join(text_of(path) for path in (kit / "book").glob("*.md"))
    for name in re.findall(r"make (\w+)", text):
        assert f"\n{name}:" in (kit / "Makefile").read_text(encoding="utf-8"), name
    assert "SITE" not in text and "FIRST" not in text


def test_versions_are_those_of_grading_and_no_address_is_written_down(kit):
    lines = (kit / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
    lock = (COURSE / "requirements.lock").read_text(encoding="utf-8")
    assert all(line in lock for line in lines)
    for package in ("torch", "torchvision", "numpy", "jupyterlab", "anywidget", "matplotlib"):
        assert any(line.startswith(f"{package}==") for line in lines), package
    assert not any("hash" in line or "://" in line or "@" in line for line in lines)


def test_the_archive_unpacks_to_the_same_files_and_is_the_same_in_every_run(kit, tmp_path):
    first = student_kit.archive(kit, tmp_path / "student-kit.zip").read_bytes()
    assert student_kit.archive(kit, tmp_path / "student-kit.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "student-kit.zip") as archive:
        archive.extractall(tmp_path)
    for path in kit.rglob("*"):
        if path.is_file():
            assert (
                tmp_path / "student-kit" / path.relative_to(kit)
            ).read_bytes() == path.read_bytes()


def test_the_wheel_holds_the_library_of_the_kit_and_no_other_part(kit, tmp_path):
    path = student_kit.wheel(kit, tmp_path)
    assert re.fullmatch(r"cnncourse-[\d.]+-py3-none-any\.whl", path.name)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert "cnncourse/figures/static/pooling.js" in names and "cnncourse/__main__.py" in names
    assert not any(part in name for name in names for part in ("grading", "publishing", "/site/"))
    assert not (kit / "build").exists() and not list(kit.glob("*.egg-info"))
