"""Every stored answer gets its points and hears its cause whatever the hidden inputs are."""

import matplotlib
import pytest
from answers import (
    ANSWERS,
    COURSE,
    deserved,
    expectation,
    grade,
    quick_answer,
    reference_answer,
    stored_answer,
)

from cnncourse.course import assignments
from cnncourse.grading.commands.try_ import SKIPPED
from cnncourse.grading.trying.answers import source_of, unconcerned

matplotlib.use("Agg")
STORED = [
    (name, path.stem)
    for name in assignments(COURSE)
    for kind in ("right", "wrong")
    for path in sorted((ANSWERS / name).glob(f"{kind}_*.py"))
]


@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5"])
@pytest.mark.parametrize("name, answer", STORED, ids=["-".join(one) for one in STORED])
def test_answer_gets_what_it_deserves(name, answer, seed, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNCOURSE_SEED", seed)
    monkeypatch.chdir(tmp_path)
    cells = stored_answer(name, answer)
    skip = SKIPPED | unconcerned(source_of(COURSE, name), cells)
    results = grade(name, reference_answer(name) | quick_answer(name) | cells, skip=skip)
    deserved(results, *expectation(name, answer))
