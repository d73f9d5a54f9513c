"""A course whose language is Italian: release, kit, grading and pages, from the course's sources."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from answers import COURSE, expectation, read, reference_answer, stored_answer, submission

from cnncourse import language
from cnncourse.__main__ import main
from cnncourse.course import assignment_file, edition_folder, stated_points
from cnncourse.grading.examining.plan import plan
from cnncourse.grading.examining.worker import Worker
from cnncourse.grading.gradebook.feedback import _exporter, render
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.notebooks import annotate
from cnncourse.grading.intake.parsing import parse
from cnncourse.grading.intake.recognize import whose
from cnncourse.grading.publishing.release import generate
from cnncourse.grading.records import Record
from cnncourse.publishing import kit
from cnncourse.translating.edition import Edition
from cnncourse.translating.rules import left_in_english

NAME = "convolution"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The course's own sources, one assignment and one chapter, with another language."""
    root = tmp_path_factory.mktemp("corso")
    settings = (COURSE / "pyproject.toml").read_text("utf-8")
    assert 'language = "en"' in settings
    (root / "pyproject.toml").write_text(settings.replace('language = "en"', 'language = "it"'))
    for name in ("nbgrader_config.py", "_config.yml", "requirements.lock"):
        shutil.copy(COURSE / name, root)
    shutil.copytree(COURSE / "solutions" / NAME, root / "solutions" / NAME)
    shutil.copytree(COURSE / "locale", root / "locale")
    (root / "cnncourse").symlink_to(COURSE / "cnncourse")
    (root / "book").mkdir()
    for name in ("convolution.ipynb", "references.bib"):
        shutil.copy(COURSE / "book" / name, root / "book")
    contents = "format: jb-book\nroot: convolution\nchapters:\n"
    for name in ("volumetric", "lenet"):  # to which the chapter leads
        (root / "book" / f"{name}.md").write_text(f"# {name}\n")
        contents += f"  - file: {name}\n"
    (root / "book" / "_toc.yml").write_text(contents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(language.VARIABLE, "it")
        Edition(root, "it").write_sources()
        generate(NAME, root / "exercises", root)
        yield root


@pytest.fixture
def italian(monkeypatch):
    monkeypatch.setenv(language.VARIABLE, "it")
    _exporter.cache_clear()
    yield
    _exporter.cache_clear()


def release(root):
    return nbformat.read(root / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)


def test_the_release_is_italian_and_the_english_one_but_for_its_texts(root):
    ours, english = release(root), read("exercises", NAME)
    assert [cell.id for cell in ours.cells] == [cell.id for cell in english.cells]
    assert stated_points(ours) == stated_points(english) == 20
    text = "\n".join(cell.source for cell in ours.cells)
    assert "# Dagli strati densi alla convoluzione" in text and "**I tuoi punti**" in text
    assert "# YOUR CODE HERE" in text and "BEGIN" not in text
    said = [line for c in ours.cells if c.cell_type == "markdown" for line in c.source.split("\n")]
    assert list(left_in_english(iter(said))) == []


def test_the_command_makes_what_it_reads(root, italian, capsys):
    (edition_folder(root) / "solutions" / NAME / f"{NAME}.ipynb").unlink()
    assert main(["release", NAME, "--root", str(root)]) == 0
    assert capsys.readouterr().out == f"exercises/{NAME}/{NAME}.ipynb\n"
    assert language.current() == "it"


def test_an_english_submission_is_examined_by_the_italian_source(root):
    assignment = read_assignment(root, NAME)
    source = nbformat.reads(assignment.source, as_version=4)
    english = submission(NAME, {"dense": "def dense_parameters(sizes, bias=True):\n    return 5"})
    steps = plan(source, english)
    assert any("return 5" in step["source"] for step in steps if step["kind"] == "student")
    tests = [step["source"] for step in steps if step["kind"] == "test"]
    assert tests and all("punt" in text.split("\n")[0] for text in tests)
    ours = plan(source, release(root))
    assert [(s["kind"], s["key"]) for s in ours] == [(s["kind"], s["key"]) for s in steps]
    for notebook in (english, release(root)):
        cells = parse(nbformat.writes(notebook).encode(), "a.ipynb")
        assert whose(cells, assignment.expected) == NAME


def test_a_mixed_class_gets_the_same_points_whichever_release_was_handed_in(root, sandboxed):
    """The English and the Italian release with one answer, by the sources of either language."""
    answer = reference_answer(NAME) | stored_answer(NAME, "wrong_off_by_one")
    releases = [submission(NAME, answer), submission(NAME, answer, release(root))]
    sources = [
        nbformat.read(assignment_file(folder, NAME), as_version=4)
        for folder in (COURSE, edition_folder(root))
    ]
    with Worker() as worker:
        found = [worker.examine(one, two, {}, 0) for one in sources for two in releases]
    assert all(outcome.points == found[0].points for outcome in found)
    lost = {test for test, points in found[0].points.items() if not points}
    assert lost == expectation(NAME, "wrong_off_by_one")[0]


def test_a_page_of_feedback_is_italian(root, italian):
    source = nbformat.read(edition_folder(root) / "solutions" / NAME / f"{NAME}.ipynb", 4)
    record = Record(NAME, "ada", "wrong", "", points={"dense-weights": 2}, unanswered=["question"])
    page = render(annotate(source, record), record, {})
    assert '<html lang="it">' in page and "Punti: 2.0 / 20.0" in page
    assert "attendono di essere assegnati a mano" in page and "Nessuna risposta." in page
    shown = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"Score:|Student's|Grade cell|Comments:|by hand", shown)


def test_the_kit_speaks_italian_where_it_is_unpacked(root, tmp_path):
    Edition(root, "it").write_book()
    target = tmp_path / "kit"
    files = kit.pack(target, root)
    assert {"cnncourse/language/it.json", "cnncourse/language/default"} <= set(files)
    assert "# Reti neurali convoluzionali, verificate con il calcolo" in (
        target / "README.md"
    ).read_text("utf-8")
    assert "Il corso richiede Python" in (target / "start.py").read_text("utf-8")
    chapter = nbformat.read(target / "book" / "convolution.ipynb", as_version=4)
    assert "## Un'unità che conosce un solo posto" in chapter.cells[3].source
    program = "from cnncourse.language import tr; print(tr('Passed.'))"
    said = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(target)!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "Superato.\n"


def test_a_link_to_a_heading_goes_to_the_translated_one(root):
    (root / "book" / "get.md").write_text(
        "# Where\n\nSee [this](convolution.ipynb#the-formula) and [that](#check-slide-5).\n"
    )
    toc = root / "book" / "_toc.yml"
    text = toc.read_text()
    toc.write_text(f"{text}  - file: get\n")
    try:
        Edition(root, "it").write_book()
        made = (edition_folder(root) / "book" / "get.md").read_text("utf-8")
    finally:
        toc.write_text(text)
    assert "(convolution.ipynb#la-formula)" in made and "(#check-slide-5)" in made
