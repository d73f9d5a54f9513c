"""Where things stand in a chapter: a box with its proof, a label once, a question with its slips."""

import re
from collections import Counter

import nbformat
import pytest
from test_stored_notebooks import ROOT, chapters

from cnncourse.glue import BETWEEN, WRONG
from cnncourse.site.quiz import is_number

BOX = "class: check-the-slide"
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
QUIZ = re.compile(r"^:::\{quiz\}.*?\n:key: *(\S+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)


def cells(path):
    return nbformat.read(path, as_version=4).cells


def lonely_boxes(found):
    """Boxes that are not the last thing of their cell, right before the code that proves them."""
    for cell, following in zip(found, [*found[1:], None], strict=True):
        if cell.cell_type == "markdown" and BOX in cell.source:
            ends = cell.source.rstrip().endswith(":::") and cell.source.count(BOX) == 1
            after = cell.source.partition(BOX)[2].partition("\n:::")[2].strip()
            proof = following and following.cell_type == "code" and following.outputs
            if not (ends and proof and not after):
                yield cell.id


@chapters
def test_a_box_is_followed_by_its_proof(path):
    assert list(lonely_boxes(cells(path))) == []


def test_a_box_without_its_proof_is_found():
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    box = markdown(f":::{{admonition}} Check\n:{BOX}\nIt is wrong.\n:::", id="box")
    proof = code("1", outputs=[nbformat.v4.new_output("stream", text="1")])
    assert list(lonely_boxes([box, proof])) == []
    assert list(lonely_boxes([box, markdown("## Draw one"), proof])) == ["box"]
    assert list(lonely_boxes([markdown(box.source + "\nMore.", id="b"), proof])) == ["b"]
    assert list(lonely_boxes([box])) == ["box"]


def test_a_label_is_defined_once_in_the_whole_book():
    texts = [path.read_text("utf-8") for path in (ROOT / "book").glob("*.md")]
    texts += [
        cell.source
        for path in (ROOT / "book").glob("[!.]*.ipynb")
        for cell in cells(path)
        if cell.cell_type == "markdown"
    ]
    labels = Counter(label for text in texts for label in LABEL.findall(text))
    assert [label for label, count in labels.items() if count > 1] == []


def glued(found):
    return {
        output.metadata.scrapbook.name: str(value).strip("'")
        for cell in found
        for output in cell.get("outputs", [])
        for kind, value in output.get("data", {}).items()
        if kind.startswith("application/papermill.record/")
    }


@chapters
def test_wrong_numbers_of_questions_are_computed_by_a_misconception(path):
    """The build fails too; this is what it says without a build."""
    found = cells(path)
    values = glued(found)
    for key, body in (m for cell in found for m in QUIZ.findall(cell.source)):
        options = re.findall(r"^(.+)\n(?=: )", body, re.MULTILINE)
        wrong = [option for option in options if option != values[key]]
        computed = [text for text in values.get(key + WRONG, "").split(BETWEEN) if text]
        assert {option for option in wrong if is_number(option)} <= set(computed), key
        assert set(computed) <= set(wrong), key


@pytest.mark.parametrize("page", ["errata.md", "intro.md"])
def test_every_numbered_box_is_on_the_page(page):
    text = (ROOT / "book" / page).read_text("utf-8")
    boxes = {
        label
        for path in (ROOT / "book").glob("[!.]*.ipynb")
        for cell in cells(path)
        if cell.cell_type == "markdown" and BOX in cell.source
        for label in LABEL.findall(cell.source) or [f"a label for {cell.id}"]
    }
    assert {label for label in boxes if f"(#{label})" not in text} == set()


def test_the_table_of_chapters_gives_their_own_reading_times():
    table = (ROOT / "book" / "intro.md").read_text("utf-8")
    listed = dict(
        re.findall(r"^\| \[.+?\]\((\w+)\.ipynb\) \|.*\| (\d+) min \|$", table, re.MULTILINE)
    )
    stated = {
        path.stem: re.search(r"about (\d+) minutes to read", cells(path)[0].source)[1]
        for path in (ROOT / "book").glob("[!.]*.ipynb")
    }
    assert listed == stated
