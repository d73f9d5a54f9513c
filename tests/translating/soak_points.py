"""Every stored answer loses the same tests under the release of each language as under the English."""

from functools import cache

import matplotlib
import pytest
from answers import ANSWERS, COURSE, expectation, reference_answer, stored_answer

from cnncourse.course import assignments, course_languages
from cnncourse.grading.commands.try_ import QUICK, SKIPPED
from cnncourse.grading.trying import answers
from cnncourse.language import VARIABLE
from cnncourse.translating.edition import Edition

matplotlib.use("Agg")
STORED = [
    (name, path.stem)
    for name in assignments(COURSE)
    for kind in ("right", "wrong")
    for path in sorted((ANSWERS / name).glob(f"{kind}_*.py"))
]
OTHERS = [language for language in course_languages(COURSE) if language != "en"]


@cache
def source(name, language):
    return Edition(COURSE, language).assignment(name)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name, answer", STORED, ids=["-".join(one) for one in STORED])
def test_an_answer_loses_the_same_tests(name, answer, language, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNCOURSE_SEED", "1")
    monkeypatch.setenv(VARIABLE, language)
    monkeypatch.chdir(tmp_path)
    cells, quick = stored_answer(name, answer), {}
    if (ANSWERS / name / f"{QUICK}.py").is_file():
        quick = stored_answer(name, QUICK)
    translated = source(name, language)
    skip = SKIPPED | answers.earlier_tests(translated, cells)
    graded = answers.grade(translated, reference_answer(name) | quick | cells, frozenset(skip))
    assert set(graded.lost) == expectation(name, answer)[0] - skip, graded.said
