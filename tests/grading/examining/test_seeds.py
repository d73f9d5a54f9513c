"""Inputs of hidden tests: from a secret, for each student and test, and nothing back from them."""

import subprocess
import sys

import pytest

from cnncourse.checks import generator
from cnncourse.grading.examining import seeds

SECRET = 2**255 + 12345


def test_every_student_assignment_and_test_has_others():
    students = [
        seeds.of_student(secret, assignment, student)
        for secret in (SECRET, SECRET + 1)
        for assignment in ("im2col", "pooling")
        for student in ("ada", "bob", "")
    ]
    tests = [
        int(seeds.environment(seed, test)["CNNCOURSE_SEED"])
        for seed in students
        for test in ("one", "two")
    ]
    numbers = students + tests
    assert len(set(numbers)) == len(numbers) and min(numbers) > 2**192
    assert len({seeds.mark(seed) for seed in students}) == len(students)
    shown = "".join(seeds.mark(seed).replace("-", "") for seed in students)
    assert not [seed for seed in students if f"{seed:064x}"[:8] in shown]


def test_they_are_the_same_in_every_process_and_forever():
    """A submission that is graded again years later gets the same grade."""
    code = (
        "from cnncourse.grading.examining import seeds\n"
        "print(seeds.environment(seeds.of_student(5, 'im2col', 'ada'), 'one')['CNNCOURSE_SEED'])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = seeds.environment(seeds.of_student(5, "im2col", "ada"), "one")["CNNCOURSE_SEED"]
    assert said.stdout.strip() == expected
    assert (
        expected == "103879671276255277205253843271947566530314316659189487632054339513538123048704"
    )


def test_a_mark_is_the_beginning_of_a_number_derived_for_it():
    for seed in (1, SECRET):
        digits = f"{seeds.derived(seed, 'mark'):064x}"
        assert seeds.mark(seed) == f"{digits[:4]}-{digits[4:8]}-{digits[8:12]}"


def test_names_that_run_into_each_other_are_others():
    names = [("ab", "c"), ("a", "bc"), ("abc",), ("", "abc"), ("abc", ""), (), ("",), ("1:a", "b")]
    assert len({seeds.derived(1, *some) for some in names}) == len(names)


def test_zero_is_what_students_see_everywhere():
    assert seeds.of_student(0, "im2col", "ada") == 0
    assert seeds.environment(0, "one") == {"CNNCOURSE_SEED": "0"}


@pytest.mark.parametrize("seed", [1, 2**31, SECRET])
def test_a_generator_of_one_number_tells_nothing_of_another(monkeypatch, seed):
    monkeypatch.setenv("CNNCOURSE_SEED", str(seed))
    found = [generator(number).initial_seed() for number in (1, 2, 3)]
    assert len(set(found)) == 3 and min(found) > 2**32  # all 2^63 of them are possible
    differences = {found[1] - found[0], found[2] - found[1]}
    assert len(differences) == 2
    monkeypatch.setenv("CNNCOURSE_SEED", str(seed + 1))
    assert generator(1).initial_seed() not in found
