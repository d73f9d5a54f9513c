"""The notebooks of the student kit: plain Markdown, and a first cell that finds the library."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from answers import COURSE
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook

from cnncourse.course import assignments
from cnncourse.grading.publishing import release
from cnncourse.publishing import jupyter
from cnncourse.publishing import kit as student_kit
from cnncourse.publishing.getting import first_cell
from cnncourse.publishing.jupyter import PlainBook, markup_left

ADDRESS = "https://github.com/someone/course"


# Nothing raw in it.


# What says in a notebook's JSON that something of MyST or of the site's build is left in it.
RAW = re.compile(
    r"\{(?:glue|footcite|eq|term|numref|ref|doc|download|get|run-time|sub)[\w:.]*\}`"
    r"|^:{3,}|^`{3,}\{|mystnb|myst_|scrapbook|papermill|jupyter\.widget",
    re.MULTILINE,
)


def strings(value):
    """All keys and texts of a notebook's JSON, but the data of pictures; lists of lines joined."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if all(isinstance(line, str) for line in value):
            yield "".join(value)
        else:
            for item in value:
                yield from strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            if not name.startswith("image/"):
                yield from strings(item)


@pytest.mark.parametrize("language", ["en", "it"])
def test_no_markup_of_the_site_is_left_in_any_notebook_or_text_of_the_kit(kits, language):
    kit = kits[language]
    notebooks, texts = list(kit.rglob("*.ipynb")), list((kit / "book").glob("*.md"))
    names = {path.relative_to(kit).as_posix() for path in notebooks}
    assert {f"exercises/{name}/{name}.ipynb" for name in assignments(COURSE)} <= names
    assert {f"book/{path.name}" for path in (COURSE / "book").glob("*.ipynb")} <= names
    assert {path.name for path in texts} >= {"intro.md", "glossary.md", "references.md"}
    bibliography = (COURSE / "book" / "references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE)
    keys = re.compile(rf"\b({'|'.join(entries)})\b")
    assert len(entries) > 20
    for path in notebooks:
        for text in strings(json.loads(path.read_text(encoding="utf-8"))):
            assert not RAW.search(text) and not keys.search(text), (path, text[:300])
            assert not text.startswith("<Figure size"), path  # a picture that is not there
    for path in [*notebooks, *texts]:
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            sources = [cell.source for cell in cells if cell.cell_type == "markdown"]
        else:
            sources = [path.read_text(encoding="utf-8")]
        for text in sources:
            assert markup_left(text) == [] and not keys.search(text), path


def test_nothing_of_a_kernel_that_has_ended_is_left_in_a_chapter(monkeypatch):
    """The site's build keeps chapters as they were executed, with the state of each figure."""

    def executed(notebook, cache):
        notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
        return notebook

    monkeypatch.setattr(jupyter, "with_pictures", executed)
    assert set(PlainBook(COURSE).notebook("pooling").metadata) == {"kernelspec", "language_info"}


# The first cell, and Colab once there is an address.


def test_with_an_address_notebooks_open_in_colab_and_install_the_library(kit, tmp_path):
    where = "exercises/pooling/pooling.ipynb"
    text, code = release.opening(where, "pooling", "pooling", ADDRESS, None)
    assert (
        f"(https://colab.research.google.com/github/someone/course/blob/main/{where})"
        in text.source
    )
    assert f"git+{ADDRESS}" in code.source
    compile(code.source.replace("get_ipython()", "ipython"), "set-up", "exec")


def test_without_an_address_the_notebook_says_where_it_runs():
    text, code = release.opening("exercises/pooling/pooling.ipynb", "pooling", "", None, None)
    assert "python start.py lab pooling" in text.source and "colab" not in text.source.lower()
    assert "colab" not in code.source


TRY = """
import io, json, sys, traceback
for name, source in json.load(sys.stdin).items():
    try:
        exec(source, {"__name__": "__main__"})
    except ModuleNotFoundError as error:
        print(name, error, sep="\t")
"""


@pytest.mark.parametrize(
    "language, needed", [("en", "is not installed in this Python"), ("it", "non è installata")]
)
def test_every_notebook_says_in_plain_words_what_it_needs(kits, language, needed, tmp_path):
    """Where neither the library nor the folder of the course is to be found."""
    first = {}
    for path in kits[language].rglob("*.ipynb"):
        code = [
            cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
        ]
        assert code[0].id == "set-up", path
        first[path.stem + path.parent.name] = code[0].source
    assert len(first) == len(list(kits[language].rglob("*.ipynb"))) >= 20
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", TRY],
        cwd=tmp_path,
        input=json.dumps(first),
        capture_output=True,
        encoding="utf-8",
    )
    said = dict(line.split("\t") for line in done.stdout.splitlines())
    assert said.keys() == first.keys(), done.stderr
    for sentences in said.values():
        assert needed in sentences and "python start.py" in sentences and "cnncourse" in sentences


NEEDED = ("torch", "torchvision", "matplotlib", "sklearn", "tqdm", "anywidget")


def without_the_library(cell, folder, has=()):
    """What happens to the cell in this folder, in a Python that has these packages alone."""
    stubs = folder / ".stubs"
    stubs.mkdir(exist_ok=True)
    for name in has:
        (stubs / f"{name}.py").touch()
    code = f"import sys\nsys.path.append({str(stubs)!r})\n{cell.source}\n"
    code += "import cnncourse\nprint(cnncourse.__file__)"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
    )


def test_the_first_cell_finds_the_library_of_the_folder_that_the_notebook_lies_in(kit):
    done = without_the_library(first_cell(None, None), kit / "exercises" / "pooling", NEEDED)
    assert done.stdout.strip() == str(kit / "cnncourse" / "__init__.py"), done.stderr


@pytest.mark.parametrize(
    "own, command", [("start.py", "python start.py"), ("Makefile", "make lab")]
)
def test_another_python_in_the_folder_of_the_course_is_told_what_it_lacks(tmp_path, own, command):
    """The kit, or a lecturer's copy, opened by a program that takes the system's Python."""
    (tmp_path / "cnncourse").mkdir()
    (tmp_path / own).touch()
    place = tmp_path / "book"
    place.mkdir()
    done = without_the_library(first_cell(None, None), place, NEEDED[1:-1])
    sentence = done.stderr.splitlines()[-1]
    assert sentence.startswith("ModuleNotFoundError: This Python, ")
    assert "lacks torch, anywidget. " in sentence and f"`{command}` in {tmp_path}," in sentence


@pytest.mark.parametrize(
    "address, site, said",
    [
        (None, None, "student-kit.zip"),
        (ADDRESS, None, f"at {ADDRESS}"),
        (
            ADDRESS,
            "https://someone.github.io/course",
            "at https://someone.github.io/course/get.html",
        ),
    ],
    ids=["no-address", "kit", "site"],
)
def test_a_notebook_alone_says_in_two_sentences_how_to_get_the_library(
    tmp_path, address, site, said
):
    done = without_the_library(first_cell(address, site), tmp_path)
    sentence = done.stderr.splitlines()[-1]
    assert sentence.startswith("ModuleNotFoundError: ") and said in sentence
    assert "python start.py" in sentence and sentence.count(". ") == 1


def test_chapters_of_a_published_kit_open_in_colab(monkeypatch):
    monkeypatch.setattr(student_kit, "public_address", lambda root: ADDRESS)
    cells = student_kit.opening(PlainBook(COURSE), "pooling")
    assert [cell.id for cell in cells] == ["chapter-number", "open-in-colab", "set-up"]
    assert f"git+{ADDRESS}" in cells[-1].source


def test_chapters_that_the_site_has_not_executed_are_known(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_toc.yml").write_text("root: one\nchapters:\n- file: two\n")
    for name in ("one", "two"):
        nbformat.write(new_notebook(cells=[new_code_cell(name)]), tmp_path / f"book/{name}.ipynb")
    assert jupyter.not_executed(tmp_path, None) == ["one", "two"]
    cache = tmp_path / "cache"
    get_cache(cache).cache_notebook_file(tmp_path / "book" / "one.ipynb", check_validity=False)
    assert jupyter.not_executed(tmp_path, cache) == ["two"]
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), tmp_path / "book" / "one.ipynb")
    assert jupyter.not_executed(tmp_path, cache) == ["one", "two"], "it was changed since"
