"""No formula, number or question of the chapters stands without its computation."""

import runpy

import nbformat
import pytest
from test_stored_notebooks import CHAPTERS, ROOT, chapters

claims = runpy.run_path(str(ROOT / "tools" / "claims.py"))["claims"]


@chapters
def test_every_claim_is_covered_by_a_computation(path):
    assert [(kind, text) for kind, text, covered in claims(path) if not covered] == []


def test_the_check_finds_claims_to_check():
    found = {kind for path in CHAPTERS for kind, _, _ in claims(path)}
    assert found == {"formula", "number", "question"}


@pytest.mark.parametrize(
    "text, kind",
    [
        ("Then $$ a = b $$ holds.", "formula"),
        ("It has 61,707 weights.", "number"),
        (":::{quiz} How many?\n:key: never-computed\n1\n: One.\n:::", "question"),
    ],
)
def test_a_claim_without_computation_is_found(tmp_path, text, kind):
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    path = tmp_path / "chapter.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[code("1 + 1"), markdown(text), markdown("## The next section"), code("2 + 2")]
        ),
        path,
    )
    assert [(k, covered) for k, _, covered in claims(path)] == [(kind, False)]
