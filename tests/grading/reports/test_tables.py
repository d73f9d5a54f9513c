"""Tables that are opened in a spreadsheet."""

import csv

import pytest

from cnncourse.grading.reports.tables import write_rows


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "text",
    ["=1+1", "x;=1+1", "x; @SUM(A1)", "a\tb\t=2", "a|+3+cmd", "a\n-2+3", 'x";"=1', "\t=1", " =1"],
)
def test_no_cell_begins_a_formula_whatever_separates_them(tmp_path, text, separator):
    write_rows(tmp_path / "a.csv", ["who", "said"], [["ada", text]])
    with open(tmp_path / "a.csv", newline="", encoding="utf-8-sig") as file:
        cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]
    lines = [line for cell in cells for line in cell.splitlines()]
    for cell in [*cells, *lines]:
        assert cell.strip("\"' \t")[:1] not in ("=", "+", "@", "-") or "'" in cell, cell


def test_numbers_in_words_stay_as_they_are(tmp_path):
    write_rows(tmp_path / "a.csv", ["a"], [["expected (1, -2), got 3"], [-1.5]])
    assert '"expected (1, -2), got 3"\n-1.5\n' in (tmp_path / "a.csv").read_text("utf-8-sig")
