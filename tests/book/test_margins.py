"""What chapters say of trained networks holds for other seeds and threads, with room."""

import json
import runpy

import pytest
from test_stored_notebooks import ROOT, code_cells

margins = runpy.run_path(str(ROOT / "tools" / "margins.py"))
STORED = json.loads(margins["TARGET"].read_text(encoding="utf-8"))
ENTRIES = [
    pytest.param(entry, id=f"{chapter}: {entry['claim']}")
    for chapter, entries in STORED.items()
    for entry in entries
]


@pytest.mark.parametrize("chapter", margins["CLAIMS"])
def test_claims_are_measured_as_they_are_stated(chapter):
    stated = [
        (cell, claim, expression, f"{side} {bound}")
        for cell, claims in margins["CLAIMS"][chapter].items()
        for claim, expression, side, bound in claims
    ]
    stored = [
        tuple(entry[key] for key in ("cell", "claim", "expression", "bound"))
        for entry in STORED[chapter]
    ]
    assert stored == stated, f"run: python tools/margins.py {chapter}"


@pytest.mark.parametrize("chapter", margins["CLAIMS"])
def test_claims_name_cells_of_their_chapter(chapter):
    cells = {cell.id for cell in code_cells(ROOT / "book" / f"{chapter}.ipynb")}
    assert set(margins["CLAIMS"][chapter]) <= cells


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_seed_with_one_and_two_threads_is_on_the_right_side_with_room(entry):
    rows = entry["values"]
    assert set(rows) == {"threads 1", "threads 2"} and all(len(row) >= 5 for row in rows.values())
    found = [value for row in rows.values() for value in row]
    assert margins["room"](entry) > 0
    assert margins["room"](entry) >= (max(found) - min(found)) / 10


def test_room_is_the_distance_of_the_worst_value():
    values = {"threads 1": [0.5, 0.9], "threads 2": [0.75, 1.0]}
    assert margins["room"]({"bound": "> 0.25", "values": values}) == 0.25
    assert margins["room"]({"bound": "< 0.75", "values": values}) == -0.25
