"""Which cause is named: one that fits all inputs, whatever the order in which causes are listed."""

import itertools

import pytest
import torch

from cnncourse.causes import Trial, likely_causes
from cnncourse.checks import (
    CheckFailed,
    allowed,
    expect,
    expect_true,
    gathered,
    joined,
    passed,
    plainly,
)


def trial(actual, **mistakes):
    return Trial(actual, mistakes, problem="wrong")


def test_all_causes_are_named_that_fit_and_their_order_decides_nothing():
    for order in itertools.permutations(["a", "b", "c"]):
        mistakes = {name: {"a": 4, "b": 4, "c": 5}[name] for name in order}
        assert sorted(likely_causes([trial(4, **mistakes)])) == ["a", "b"]


def test_another_input_tells_causes_apart_whether_it_failed_or_held():
    first = trial(4, a=4, b=4)
    assert likely_causes([first, trial(6, a=4, b=6)]) == ["b"]
    assert likely_causes([first], [trial(7, a=7, b=8)]) == ["a"]
    assert likely_causes([first], [trial(7, a=None, b=8)]) == ["a"]  # None says nothing


def test_a_cause_of_one_input_among_many_is_a_coincidence():
    others = [trial(n, a=0) for n in (5, 6, 7)]
    assert likely_causes([trial(4, a=4), *others]) == []
    assert likely_causes([trial(4, a=4), trial(5, a=5), *others[1:]]) == ["a"]


def test_two_mistakes_in_one_answer_are_told_as_those_of_the_first_input():
    assert likely_causes([trial(4, a=4, b=0), trial(5, a=0, b=5), trial(6, a=0, b=6)]) == ["a"]


def test_a_mistake_that_is_nothing_or_cannot_be_computed_explains_nothing():
    assert trial(None, a=None, b=lambda: 1 / 0, c=lambda: None).causes() == []


def failing(*inputs):
    """What a test says whose function should return its argument."""

    @gathered
    def check(size, found):
        expect(found, size, f"size {size}", {"one more": size + 1, "always 3": 3})

    for size, found in inputs:
        check(size, found=found)
    with pytest.raises(CheckFailed) as caught:
        passed()
    return str(caught.value)


def test_a_test_cell_tries_all_inputs_and_tells_the_first_failure(capsys):
    assert failing((2, 3), (1, 2)).endswith("yours:    3\nLikely cause: one more.")
    assert failing((2, 3), (1, 3)).endswith("Likely cause: always 3.")
    assert failing((2, 3), (5, 5)).endswith("yours:    3")
    passed()  # nothing is left of the cell before
    assert capsys.readouterr().out == "Passed.\n"


def test_an_exception_of_the_students_is_told_with_its_line_and_no_line_of_the_test():
    names = {}
    exec(compile("def f(x):\n    return x / 0", "<cell f>", "exec"), names)

    @gathered
    def check(x):
        expect(names["f"](x), x)

    check(1)
    with pytest.raises(CheckFailed) as caught:
        passed()
    first, line = str(caught.value).splitlines()
    assert first == "it raised ZeroDivisionError: division by zero"
    assert line.startswith("  line 2 of your cell, in f")


def test_an_error_of_the_tests_own_and_a_stub_are_no_failures_of_an_input():
    @gathered
    def check(error):
        raise error

    with pytest.raises(TypeError):
        check(TypeError("of the test"))
    with pytest.raises(NotImplementedError):
        check(NotImplementedError())


def test_what_fails_outside_of_the_function_tells_the_failure_before_it():
    @gathered
    def check(x):
        expect_true(x, "inside")

    check(False)
    with pytest.raises(CheckFailed, match="inside"):
        expect_true(False, "outside")
    with pytest.raises(CheckFailed, match="outside"):
        expect_true(False, "outside")


def test_a_constant_is_called_one_unless_it_is_expected():
    def cause(actual, expected):
        with pytest.raises(CheckFailed) as caught:
            expect(actual, expected)
        return str(caught.value).partition("Likely cause: ")[2]

    assert (
        cause(torch.ones(3), torch.arange(3.0)) == "every entry of the result is the same number."
    )
    assert cause(torch.ones(3), torch.zeros(3)) == ""


IMAGE = torch.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: None,
        lambda x: x,
        lambda x: torch.empty(0),
        lambda x: torch.ones(3),
        lambda x: x * torch.nan,
        lambda x: torch.arange(3.0),
    ],
    ids=["nothing", "its argument", "empty", "constant", "nan", "the same for any argument"],
)
def test_what_is_no_answer_stands_for_nothing(function):
    with pytest.raises(CheckFailed):
        expect(function(IMAGE), IMAGE.sum(0), own=plainly(function, IMAGE))


def test_an_answer_may_be_one_number_and_depends_on_arguments_by_name():
    assert plainly(torch.mean, IMAGE)() == 2.5
    # Of twice the image it is the same, and yet no constant.
    assert plainly(lambda x: x / x.sum(), IMAGE)().sum() == pytest.approx(1)

    def row(x, fixed=False):
        return torch.arange(3.0) if fixed else x[1]

    assert plainly(row, IMAGE)().tolist() == [3, 4, 5]
    assert plainly(row, IMAGE, fixed=True)() is None  # the same whatever the image is


def test_a_wrong_answer_passes_a_test_of_something_else():
    def mean(x):
        return x.mean(0)

    expect(mean(IMAGE.double()), IMAGE.double().sum(0), own=plainly(mean, IMAGE), precise=True)
    with pytest.raises(CheckFailed, match="plain float32"):
        expect(mean(IMAGE.T), IMAGE.T.sum(0), own=plainly(lambda x: x.mean(1), IMAGE.T))


def test_parts_of_a_wrong_answer_joined_pass_a_test_of_the_joining():
    def mean(x):  # where the sum over the rows is asked for
        return x.mean(-2)

    stack, want = torch.stack([IMAGE, 2 * IMAGE]), torch.stack([IMAGE.sum(0), 2 * IMAGE.sum(0)])
    own = joined(torch.stack, [plainly(mean, image) for image in stack], "yours for each image")
    expect(mean(stack), want, own=own)
    first = {"the first image was used for all": mean(stack)[:1].expand(2, -1)}
    for wrong, said in [
        (mean(stack).flip(0), "is not yours for each image"),
        (mean(stack)[:1].expand(2, -1), "the first image was used"),
    ]:
        with pytest.raises(CheckFailed, match=said):
            expect(wrong, want, mistakes=first, own=own)
    nothing = joined(torch.stack, [plainly(torch.zeros_like, image) for image in stack], "nothing")
    with pytest.raises(CheckFailed):
        expect(torch.zeros(2, want.shape[1]), want, own=nothing)


def test_float64_stays_float64_where_precision_is_asked_for():
    third = torch.ones(2, dtype=torch.float64) / 3
    expect(third, third, precise=True)
    with pytest.raises(CheckFailed, match="expected: float64"):
        expect(third.float(), third, precise=True)
    with pytest.raises(CheckFailed, match="rounded to float32") as caught:
        expect(third.float().double(), third, precise=True)
    assert "expected 0.33333333333333331, yours 0.3333333432674408" in str(caught.value)
    with pytest.raises(CheckFailed, match="rounded to float32"):  # a right value, whatever own is
        expect(third.float().double(), third, precise=True, own=lambda: third.float())
    expect(third, third.float(), precise=True)  # more than what is asked for is no fault


def test_a_number_of_another_type_passes_where_another_test_asks_for_the_type():
    for six in (6.0, torch.tensor(6), torch.tensor(6.0)):
        expect(six, 6, number=True)
        with pytest.raises(CheckFailed):
            expect(six, 6)
    with pytest.raises(CheckFailed):
        expect(6.5, 6, number=True)


def test_a_strict_comparison_is_named_only_where_more_room_helps():
    def strict(size, kernel):
        if size <= kernel:
            raise ValueError("too small")
        return size - kernel

    def never(size, kernel):
        raise ValueError("no")

    assert allowed(strict, 5, 4, larger=(6, 4)) == 1
    with pytest.raises(CheckFailed, match="a strict comparison"):
        allowed(strict, 4, 4, larger=(5, 4))
    with pytest.raises(CheckFailed) as caught:
        allowed(never, 4, 4, larger=(5, 4))
    assert "Likely cause" not in str(caught.value)
