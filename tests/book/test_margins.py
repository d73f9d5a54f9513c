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


def test_what_the_chapter_on_the_race_says_of_each_choice_holds_for_every_seed():
    table = json.loads((ROOT / "book/measured/race.json").read_text("utf-8"))
    seconds, right = {}, {}
    for run in table["changes"]:
        last = run["laps"][-1]
        seconds.setdefault(run["key"], []).append(last[0])
        right.setdefault(run["key"], []).append(last[1])
    base, others = right.pop("nothing-changed"), right
    times = {
        key: sorted(all_)[1] / sorted(seconds["nothing-changed"])[1]
        for key, all_ in seconds.items()
    }
    mean = {key: sum(all_) / 3 - sum(base) / 3 for key, all_ in others.items()}

    for slower in ("float32-instead-of-bfloat16", "a-first-layer-at-32x32"):
        assert times[slower] > 1.15 and abs(mean[slower]) < 0.005
    worse = {"a-constant-learning-rate": 0.03, "batches-of-512": 0.03}
    worse |= {"a-first-layer-from-random-numbers": 0.005, "no-mirror-image-when-tried": 0.003}
    for key, points in worse.items():
        assert max(others[key]) < min(base) and mean[key] < -points
    assert times["batches-of-512"] < 0.95
    assert abs(mean["no-smoothing-of-labels"]) < 0.002
    assert min(others["neither-flips-nor-shifts"]) > max(base)
    assert max(run["right"][-1] for run in table["unchanged"]) < 0.85
    ends = {run["seed"]: run["laps"][-1] for run in table["runs"] if run["goal"] == 0.85}
    assert min(right for _, right in ends.values()) >= 0.85 and len(table["unchanged"]) == 3
