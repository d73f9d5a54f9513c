"""The checks accept what is right, refuse what is wrong, and name the misconception."""

import math

import numpy as np
import pytest
import torch

from cnncourse.checks import (
    CheckFailed,
    after,
    allowed,
    by_hand,
    expect,
    expect_error,
    expect_true,
    generator,
    gradient,
    numeric_gradient,
    unchanged,
)

X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def message(function, *args, **kwargs):
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    return str(caught.value)


EQUAL = [
    (6, 6),
    (np.int64(6), 6),
    (2.0, 2.0 + 1e-7),
    (2, 2.0),
    (True, True),
    ("floor", "floor"),
    (None, None),
    ((1, 2), (1, 2)),
    ([1.0, [2, "a"]], [1.0, [2, "a"]]),
    ({"a": 1}, {"a": 1}),
    (X, X.clone()),
    (X.double(), X),
    (X.T, X.T.contiguous()),
    (X.int(), X.long()),
    (X.requires_grad_(False), X),
    (torch.tensor(3.0), torch.tensor(3.0)),
    (np.zeros((2, 0)), np.zeros((2, 0))),
    (torch.tensor([math.nan]), torch.tensor([math.nan])),
    (torch.tensor([math.inf, 1]), torch.tensor([math.inf, 1])),
    (math.inf, math.inf),
]


@pytest.mark.parametrize("actual, expected", EQUAL)
def test_equal_values_pass(actual, expected):
    expect(actual, expected)


def test_an_array_in_the_place_of_a_tensor_fails_where_the_dtype_is_asked_for_and_there_alone():
    expect(np.ones((2, 1), np.float32), torch.ones(2, 1))
    with pytest.raises(CheckFailed, match="the type is wrong"):
        expect(np.ones(2), torch.ones(2).double(), precise=True)
    with pytest.raises(CheckFailed, match="2 of 2 values are wrong"):
        expect(np.zeros(2), torch.ones(2))
    with pytest.raises(CheckFailed, match="the type is wrong"):
        expect(np.array([None]), torch.ones(1))


# actual, expected, words that the message must have
DIFFERENT = [
    (7, 6, "the value is wrong"),
    (6.0, 6, "the type is wrong"),
    (True, 1, "the type is wrong"),
    (1, True, "the type is wrong"),
    (torch.tensor(6), 6, "torch.Tensor"),
    (None, 6, "NoneType"),
    (math.nan, 2.0, "the value is NaN"),
    (2.1, 2.0, "the value is wrong"),
    ([1, 2], (1, 2), "expected: tuple"),
    ((1, 2), (2, 1), "expected: (2, 1)"),
    ((1, 2, 3), (1, 2), "the length is wrong"),
    ({"b": 1}, {"a": 1}, "the keys are wrong"),
    ([X, X + 1], [X, X], "in entry 1 6 of 6 values are wrong"),
    (X.tolist(), X, "yours:    list"),
    (X.T, X, "yours:    (3, 2)"),
    (X[:, :1], X, "the shape is wrong"),  # would broadcast
    (X.long(), X, "the dtype is wrong"),
    (X > 2, X, "bool"),
    (X.long(), X > 2, "the dtype is wrong"),
    (X / torch.tensor([1.0, 0.0, 1.0]), X, "an infinite value in 2 of 6 entries, first at (0, 1)"),
    (X * torch.tensor([1.0, 1.0, math.nan]), X, "NaN in 2 of 6 entries, first at (0, 2)"),
    (X + torch.eye(2, 3), X, "at (0, 0): expected 1, yours 2"),
    (X + 1e-3, X, "6 of 6 values are wrong"),
    (torch.zeros(3, dtype=torch.int64), torch.tensor([0, 0, 1]), "at (2,): expected 1, yours 0"),
]


@pytest.mark.parametrize("actual, expected, words", DIFFERENT)
def test_a_difference_is_found_and_described(actual, expected, words):
    text = message(expect, actual, expected, what="f(x)")
    assert text.startswith("f(x): ")
    assert words in text


def test_one_matching_entry_does_not_make_an_answer_right():
    message(expect, torch.tensor([1.0, 0.0, 0.0]), torch.tensor([1.0, 2.0, 3.0]))


def test_shape_is_told_before_dtype_and_dtype_before_values():
    assert "shape" in message(expect, torch.zeros(2, dtype=torch.int64), X)
    assert "dtype" in message(expect, torch.full((2, 3), 9), X)


MISTAKES = {
    "the rows are missing": X[:1],
    "height and width are swapped": lambda: X.T,
    "cannot be computed": lambda: 1 / 0,
    "the values were doubled": 2 * X,
}


@pytest.mark.parametrize(
    "actual, cause",
    [(X.T, "height and width are swapped"), (2 * X, "the values were doubled"), (3 * X, None)],
)
def test_the_misconception_that_fits_is_named_and_no_other(actual, cause):
    text = message(expect, actual, X, mistakes=MISTAKES)
    assert [m for m in MISTAKES if m in text] == ([cause] if cause else [])


def test_a_notebook_shows_the_message_and_no_traceback():
    failure = CheckFailed("the kernel is flipped")
    assert failure._render_traceback_() == ["\x1b[0;31mCheckFailed\x1b[0m: the kernel is flipped"]


def fail(error):
    raise error  # a TypeError for what is no exception


class Special(ValueError):
    pass


@pytest.mark.parametrize("error", [ValueError, "ValueError"])
def test_the_expected_error_or_a_kind_of_it_passes(error):
    expect_error(fail, ValueError("p is 2"), error=error)
    expect_error(fail, Special(), error=error)


def test_another_error_and_no_error_are_told_apart():
    assert "raised KeyError" in message(expect_error, fail, KeyError("p"), error="ValueError")
    assert "returned 3" in message(expect_error, max, 2, 3, error=ValueError)


@pytest.mark.parametrize(
    "damage",
    [lambda x: x.add_(1), lambda x: x.clamp_(max=5), lambda x: x.t_(), lambda x: x.resize_(1)],
)
def test_a_modified_argument_is_found(damage):
    assert "argument 1 was modified" in message(unchanged, damage, X.clone())


def test_a_modified_keyword_argument_or_list_is_found():
    assert "argument x was" in message(unchanged, lambda x: x.zero_(), x=X.clone())
    assert "argument 2 was" in message(unchanged, lambda n, s: s.append(n), 1, [2])


def test_unchanged_passes_on_the_result_and_accepts_nan_and_models():
    x = torch.tensor([math.nan, 1.0])
    model = torch.nn.Linear(2, 1)
    assert unchanged(lambda m, x, k=1: (x * k).shape, model, x, k=2) == (2,)


def test_gradients_by_autograd_and_by_differences_agree():
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(2, 3, generator=generator, dtype=torch.float64) for _ in range(2))
    upstream = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    exact = gradient(lambda a, b, k: a.sin() * b**k, a, b, 2, upstream=upstream)
    close = numeric_gradient(lambda a, b, k: a.sin() * b**k, a, b, 2, upstream=upstream)
    expect(exact, close, rtol=1e-6, atol=1e-8)
    expect(exact[0], upstream * a.cos() * b**2)
    assert not a.requires_grad and a.grad is None


def test_an_unused_argument_has_a_gradient_of_zero():
    expect(gradient(lambda a, b: 2 * a, X, X), [torch.full((2, 3), 2.0), torch.zeros(2, 3)])


def test_a_result_without_gradient_says_so():
    assert "no gradient flows" in message(gradient, lambda x: x.detach() * 2, X)
    assert "no gradient flows" in message(gradient, lambda x: x.sum().item(), X)


def test_expect_true_takes_what_a_comparison_of_tensors_gives():
    expect_true(torch.tensor(1.0) > 0, "no")
    assert message(expect_true, torch.tensor(1.0) > 2, "too small") == "too small"


def test_random_numbers_follow_the_test_and_the_graders_seed(monkeypatch):
    def drawn(number):
        return torch.rand(4, generator=generator(number)).tolist()

    monkeypatch.delenv("CNNCOURSE_SEED", raising=False)
    plain = [drawn(number) for number in (1, 2)]
    assert plain == [drawn(1), drawn(2)] and plain[0] != plain[1]
    monkeypatch.setenv("CNNCOURSE_SEED", "7")
    graded = [drawn(number) for number in (1, 2)]
    monkeypatch.setenv("CNNCOURSE_SEED", "8")
    other = [drawn(number) for number in (1, 2)]
    assert len(set(map(tuple, plain + graded + other))) == 6
    monkeypatch.setenv("CNNCOURSE_SEED", "0")
    assert [drawn(1), drawn(2)] == plain
    # A submission that is graded again years later gets the same inputs.
    monkeypatch.setenv("CNNCOURSE_SEED", "7")
    assert generator(1).initial_seed() == 2364010003268516087
    monkeypatch.setenv("CNNCOURSE_SEED", "0")
    # What the visible tests draw is what the stored answers and chapters were made with.
    assert plain[0] == torch.rand(4, generator=torch.Generator().manual_seed(1)).tolist()


def test_numeric_gradients_leave_the_arguments_alone_and_need_no_float64():
    x = torch.tensor([[1.0, -2.0]], dtype=torch.bfloat16)
    (slope,) = numeric_gradient(lambda a, k: k * a**3, x, torch.tensor(2))
    torch.testing.assert_close(slope, torch.tensor([[6.0, 24.0]]).double())
    assert x.tolist() == [[1, -2]]


def test_numeric_gradients_take_a_step_as_wide_as_asked():
    kink = [
        numeric_gradient(torch.abs, torch.tensor([0.5]), step=step)[0].item() for step in (0.1, 1)
    ]
    assert kink == pytest.approx([1, 0.5])


class Callable:
    def __call__(self, *args, **kwargs):
        raise KeyError("inside")


def test_an_error_of_the_function_names_the_call_as_given_or_as_it_can():
    calls = (
        lambda function, **what: unchanged(function, X, **what),
        lambda function, **what: after(function, X, **what),
        lambda function, **what: gradient(function, X, **what),
        lambda function, **what: by_hand(function, X, without=("torch.bmm",), **what),
    )
    for call in calls:
        assert message(call, fail, what="f(x)").startswith("f(x): it raised TypeError: ")
        assert message(call, fail).startswith("fail(…): it raised TypeError: ")
        assert message(call, Callable()) == "the function(…): it raised KeyError: 'inside'"


def test_arguments_by_name_reach_the_function():
    def scale(x, by=1):
        if by < 0:
            raise ValueError("by is negative")
        return x * by

    assert after(scale, X, by=2)[0].tolist() == (2 * X).tolist()
    assert unchanged(scale, X, by=2).tolist() == (2 * X).tolist()
    assert by_hand(scale, X, by=2, without=("torch.bmm",)).tolist() == (2 * X).tolist()
    expect_error(scale, X, by=-1)


@pytest.mark.parametrize(
    "call, cause",
    [
        (lambda: torch.range(3), "from torch import *"),
        (lambda: torch.sum(n for n in [1, 2]), "from torch import *"),
        (lambda: torch.max(3, 4), "from torch import *"),
        (lambda: list("abc")[torch.ones(2)], "torch's range"),
        (lambda: torch.nn.Linear(2, 3)(torch.ones(1, 4)), "a linear layer gets another number"),
        (lambda: torch.ones(2, 3) @ torch.ones(2, 3), "the two factors of @ differ"),
        (lambda: torch.ones(2, 3).T.view(6), "reshape always works"),
    ],
    ids=["range", "sum", "max", "index", "linear", "matrices", "view"],
)
def test_an_error_of_torchs_is_told_with_what_is_behind_it(call, cause):
    said = message(allowed, call, larger=())
    assert "it raised " in said and cause in said.rpartition("Likely cause: ")[2], said
