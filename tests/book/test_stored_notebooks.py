"""What nbval cannot see: a cell that was never executed is never compared."""

import configparser
import json
import re
import runpy
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "book").rglob("[!.]*.ipynb"))
NOTEBOOKS = CHAPTERS + sorted(
    path for folder in ("exercises", "solutions") for path in (ROOT / folder).rglob("[!.]*.ipynb")
)

LONGEST_CELL = 25
KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ABSOLUTE_PATH = re.compile(r"(?<![\w./~-])/(home|root|Users|work|tmp|usr|opt|content|mnt)/")
ADDRESS = re.compile(r"\b0x[0-9a-f]{8,}\b")


def name(path):
    return path.relative_to(ROOT).as_posix()


chapters = pytest.mark.parametrize("path", CHAPTERS, ids=name)
notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=name)


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def outputs(path):
    return [(cell.id, output) for cell in code_cells(path) for output in cell.outputs]


def test_there_are_chapters():
    assert CHAPTERS


@chapters
def test_chapter_was_executed_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run: make refresh"


@chapters
def test_chapter_stores_no_image_data(path):
    images = [
        (cell, mime)
        for cell, output in outputs(path)
        for mime in output.get("data", {})
        if mime.startswith("image/")
    ]
    assert not images, "run: make refresh"


@chapters
def test_chapter_outputs_are_the_same_on_every_machine(path):
    for cell, output in outputs(path):
        text = json.dumps(output)
        assert output.output_type != "error", cell
        assert output.get("name") != "stderr", f"{cell}: warnings and logs differ elsewhere"
        assert not ADDRESS.search(text), f"{cell}: a memory address differs in every run"


@chapters
def test_chapter_cells_have_readable_ids_and_fit_on_a_screen(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert KEBAB_CASE.fullmatch(cell.id), cell.id
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= LONGEST_CELL, cell.id


@notebooks
def test_notebook_is_valid_and_its_ids_are_unique(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


@notebooks
def test_notebook_names_no_folder_of_one_machine(path):
    for cell in nbformat.read(path, as_version=4).cells:
        found = ABSOLUTE_PATH.search(json.dumps(cell))
        assert not found, f"{cell.id}: {found[0]}"


def test_every_sanitize_rule_is_loaded():
    """nbval drops a rule whose `replace` is empty."""
    text = (ROOT / "tests" / "nbval_sanitize.cfg").read_text(encoding="utf-8")
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert len(get_sanitize_patterns(text)) == len(parser.sections()) > 0


def test_measured_numbers_are_not_compared_and_stay_as_they_were():
    compared = runpy.run_path(str(ROOT / "tools" / "refresh.py"))["compared"]

    def printed(text):
        return [nbformat.v4.new_output("stream", name="stdout", text=text)]

    assert compared(printed("right ≈ 93.1 %\n")) == compared(printed("right ≈  9 %\n"))
    assert compared(printed("right ≈ 93.1 %\n")) != compared(printed("wrong ≈ 93.1 %\n"))
    assert compared(printed("right 93.1 %\n")) != compared(printed("right 93.2 %\n"))


def test_refresh_removes_what_differs_between_two_runs():
    normalize = runpy.run_path(str(ROOT / "tools" / "refresh.py"))["normalize"]
    stream = dict(output_type="stream", name="stdout")
    image = nbformat.v4.new_output(
        "display_data",
        {
            "image/png": "iVBO",
            "text/plain": "<Figure>",
            "application/vnd.jupyter.widget-view+json": {"model_id": "random"},
        },
        metadata={"image/png": {"width": 1}},
    )
    notebook = nbformat.v4.new_notebook(
        metadata={"widgets": {}, "language_info": {"name": "python", "version": "3.11.7"}},
        cells=[
            nbformat.v4.new_code_cell(
                "1",
                metadata={"execution": {}},
                execution_count=7,
                outputs=[image]
                + [nbformat.from_dict(stream | {"text": text}) for text in ("a\n", "b\n")],
            )
        ],
    )
    normalize(notebook)
    cell = notebook.cells[0]
    assert cell.execution_count == 1 and not cell.metadata
    assert cell.outputs[0].data == {"text/plain": "<Figure>"} and not cell.outputs[0].metadata
    assert [output.text for output in cell.outputs[1:]] == ["a\nb\n"]
    assert notebook.metadata.language_info == {"name": "python"}
