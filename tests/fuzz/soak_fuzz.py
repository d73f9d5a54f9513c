"""The same in earnest: `make soak`."""

import json
import random
import resource

import pytest
from fuzzing import markdown, notebook
from test_fuzz import KINDS, MORE_MEMORY, TINY, run, skeleton, try_notebook  # noqa: F401
from tiny_course import tiny_course

from cnncourse.grading.gradebook.entry import Entry
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.folders import Unread
from cnncourse.grading.records import Record
from cnncourse.grading.running.reader import Reader

SIZES = {
    "try_archive": 50_000,
    "try_message": 100_000,
    "try_form": 100_000,
    "try_text": 10_000,
    "try_names": 10_000,
    "try_what_the_confined_process_says": 100_000,
}
pytestmark = pytest.mark.filterwarnings("ignore")


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.removeprefix("try_"))
def test_many_of_each_kind(kind):
    run(kind, 100)
    before = peak()
    run(kind, SIZES[kind.__name__])
    assert peak() - before < MORE_MEMORY


def test_many_notebooks(skeleton):  # noqa: F811
    run(try_notebook, 100, 11, skeleton)
    before = peak()
    run(try_notebook, 100_000, 11, skeleton)
    assert peak() - before < MORE_MEMORY


def test_notebooks_and_texts_through_the_confined_process(tmp_path, sandboxed):
    """As grading does it: a notebook or a sentence comes back, and the trusted side stays small."""
    assignment = read_assignment(tiny_course(tmp_path), "tiny")
    reader, before = Reader(), peak()
    try:
        for number in range(2000):
            rng = random.Random(number)
            files = {"tiny.ipynb": notebook(rng)}
            if number % 4 == 0:
                cell = {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": "why"}}}
                cell["source"] = markdown(rng) * rng.choice((1, 5, 50))
                files = {"tiny.ipynb": json.dumps({"cells": [cell]}).encode()}
            try:
                found = reader.read(TINY, assignment.skeleton, files)
                record = Record("tiny", "ada", "ok", "fine")
                _, page = reader.pages(found.text, record, Entry(), assignment.skeleton)
            except Unread:
                continue
            assert "Score" in page and "<script" not in page
    finally:
        reader.close()
    assert peak() - before < MORE_MEMORY
