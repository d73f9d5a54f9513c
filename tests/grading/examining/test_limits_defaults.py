"""Limits: what holds where nobody chose, and which values are none."""

from dataclasses import asdict

import pytest

from cnncourse.grading.examining.limits import MB, MOST_CELLS, MOST_TEXT, SAFE_TYPES, Limits


def test_defaults_are_those_that_lecturers_are_told():
    assert MB == 1024 * 1024
    assert asdict(Limits()) == {
        "cell_seconds": 300,
        "submission_seconds": 900,
        "cpu_seconds": 900,
        "memory_bytes": 2 << 30,
        "processes": 64,
        "disk_bytes": 256 * MB,
        "file_bytes": 128 * MB,
        "output_bytes": 4 * MB,
        "message_bytes": 256 * MB,
    }
    assert (MOST_CELLS, MOST_TEXT) == (2000, 4 * MB)


@pytest.mark.parametrize("name", asdict(Limits()))
def test_each_limit_is_above_zero(name):
    for bad in (0, -1, -0.5, float("nan")):
        with pytest.raises(ValueError, match=f"the limit {name} must be above 0, not {bad!r}"):
            Limits(**{name: bad})
    assert getattr(Limits(**{name: 0.5}), name) == 0.5


def test_what_is_kept_of_outputs_holds_no_program():
    assert set(SAFE_TYPES) == {"text/plain", "image/png", "image/jpeg"}
