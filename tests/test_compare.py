"""Whatever a student returns, a comparison gives a sentence, and says "equal" of equals alone."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
import torch

from cnncourse.causes import Trial
from cnncourse.checks import CheckFailed, expect, expect_true, unchanged
from cnncourse.compare import difference, short

X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
Z = torch.tensor([1 + 2j, 3 - 1j])


@pytest.fixture(autouse=True)
def no_warning():
    """A warning on a student's screen would look like part of the answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


class Refusing(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        raise RuntimeError("no operation on this one")


def masked():
    return np.ma.masked_array([1.0, 9.0], [False, True])


# Results that are right, in whatever form they come.
EQUAL = [
    (X.bfloat16(), X),
    (X, X.bfloat16()),
    (X.half(), X),
    (X.to(torch.float8_e4m3fn), X),
    (X.double(), X),
    (Z.conj(), torch.tensor([1 - 2j, 3 + 1j])),
    (Z.conj().imag, torch.tensor([-2.0, 1.0])),  # has the bit that says "negative"
    (Z.to(torch.complex128), Z),
    (torch.nn.Parameter(X), X),
    (X.clone().requires_grad_() * 1, X),
    (X.as_subclass(Refusing), X),
    (X.expand(2, 2, 3), torch.stack([X, X])),
    (X.numpy().astype(np.longdouble), X.numpy()),
    (X.to(torch.int8), X.to(torch.uint8)),
    (torch.tensor([2**63 - 1]).to(torch.uint64), torch.tensor([2**63 - 1])),
    (np.array(["a"]), np.array(["a"])),
    (np.float32(0.5), 0.5),
    (np.longdouble(0.5), 0.5),
    (np.complex64(1j), 1j),
    (2.0, 2 + 0j),
    (np.True_, True),
    (True, np.True_),
    (np.int8(3), 3),
    (Fraction(1, 2), 0.5),
    (10**400, 10**400),
    (math.nan, math.nan),
    (-math.inf, -math.inf),
    (complex(math.inf, 0), math.inf + 0j),
    ([math.nan, {"a": np.float64(2)}], [math.nan, {"a": 2.0}]),
    ({1, 2}, {2, 1}),
    ([2], [2.0]),
    (X.to_sparse(), X.to_sparse()),
    (b"ab", b"ab"),
    (torch.float32, torch.float32),
    (torch.zeros(0, 3), torch.zeros(0, 3)),
]


@pytest.mark.parametrize("actual, expected", EQUAL, ids=range(len(EQUAL)))
def test_what_is_right_passes_in_any_form(actual, expected):
    expect(actual, expected)


# actual, expected, what the sentence says
DIFFERENT = [
    # whole numbers and truth values are compared exactly, and shown whole
    (torch.tensor([12345]), torch.tensor([12346]), "at (0,): expected 12346, yours 12345"),
    (torch.tensor(12345678), torch.tensor(12345679), "expected 12345679, yours 12345678"),
    (np.array([2**62]), np.array([2**62 + 1]), "1 of 1 values are wrong"),
    (torch.tensor([2**63 - 1]).to(torch.uint64), torch.tensor([2**63 - 2]), "1 of 1 values"),
    (torch.tensor([True]), torch.tensor([False]), "at (0,): expected False, yours True"),
    (2**60, 2**60 + 1, "the value is wrong"),
    # what is not finite
    (1.0, math.inf, "the value is wrong"),
    (-math.inf, math.inf, "the value is infinite"),
    (math.inf, 1.0, "the value is infinite"),
    (np.float16(math.inf), 70000.0, "the value is infinite"),
    (math.nan, 1.0, "the value is NaN"),
    (math.nan, math.inf, "the value is NaN"),
    (1.0, math.nan, "the value is wrong"),
    (complex(0, math.nan), 1j, "the value is NaN"),
    (torch.tensor([1.0]), torch.tensor([math.inf]), "expected inf, yours 1"),
    (torch.tensor([-math.inf]), torch.tensor([math.inf]), "expected inf, yours -inf"),
    (torch.tensor([1.0]), torch.tensor([math.nan]), "expected nan, yours 1"),
    (torch.tensor([math.nan]).bfloat16(), torch.ones(1), "it holds NaN in 1 of 1 entries"),
    (Z * math.inf, Z, "it holds"),
    # forms
    (X.bfloat16() + 1, X, "6 of 6 values are wrong"),
    (X.bfloat16(), X.long(), "expected: integer, e.g. int64\n  yours:    float, bfloat16"),
    (Z, X[0, :2], "yours:    complex, complex64"),
    (Z.conj(), Z, "at (0,): expected 1+2j, yours 1-2j"),
    (X.to_sparse(), X, "expected: torch.strided\n  yours:    torch.sparse_coo"),
    (X.to_mkldnn(), X, "the layout is wrong"),
    (X.to("meta"), X, "no values: its device is meta"),
    (X.to("meta")[0], X, "the shape is wrong"),
    (torch.nn.UninitializedParameter(), X, "its values cannot be read (RuntimeError: Can't access"),
    (masked(), np.array([1.0, 9.0]), "yours:    numpy.MaskedArray"),
    (np.array(["a"]), np.array(["b"]), "at (0,): expected b, yours a"),
    (np.array(["a"]), np.array([1.0]), "yours:    object"),
    (np.float64(6), 6, "expected: int\n  yours:    numpy.float64"),
    (1j, 1.0, "expected: float\n  yours:    complex"),
    (1j, 2j, "the value is wrong"),
    ("1", 1j, "expected: complex\n  yours:    str"),
    (np.True_, 1, "yours:    numpy.bool"),
    (np.int64(1), True, "expected: bool\n  yours:    numpy.int64"),
    (10**400, 2.0, "yours:    1000"),
    (10**5000, 2.0, "yours:    (int)"),
    (10**5000, 3, "yours:    (int)"),
    (1e308, -1e308, "the value is wrong"),
    (torch.tensor([1e308]).double(), torch.tensor([-1e308]).double(), "values are wrong"),
    (10**400, 2.0, "the value is wrong.\n  expected: 2.0\n  yours:    1000"),
    ([2.0], [2], "entry 0 is wrong.\n  expected: [2]\n  yours:    [2.0]"),
    ([1, 2, 3], [1, 2], "the length is wrong.\n  expected: [1, 2]\n  yours:    [1, 2, 3]"),
    (
        {"b": 1, 3: 1},
        {"a": 1, 2: 1},
        "the keys are wrong.\n  expected: [2, 'a']\n  yours:    [3, 'b']",
    ),
    (torch.tensor([math.inf, math.nan]), torch.ones(2), "it holds NaN in 1 of 2 entries"),
    (np.array([0.1]), np.array([0.3]), "expected 0.3, yours 0.1"),
    ({1}, {2}, "expected: {2}\n  yours:    {1}"),
    ([1, math.nan], [1, 2.0], "entry 1 is wrong.\n  expected: [1, 2.0]\n  yours:    [1, nan]"),
    ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "entry 'b' is wrong"),
    ({"a": X}, {"a": X + 1}, "in entry 'a' 6 of 6"),
    (torch.zeros(9), torch.ones(9), "at (2,): expected 1, yours 0"),
]


@pytest.mark.parametrize("actual, expected, words", DIFFERENT, ids=range(len(DIFFERENT)))
def test_what_is_wrong_is_put_in_a_sentence(actual, expected, words):
    with pytest.raises(CheckFailed) as caught:
        expect(actual, expected, what="f(x)")
    assert words in str(caught.value)


def test_quantized_values_are_another_kind_than_floats():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces their end
        quantized = torch.quantize_per_tensor(X, 0.5, 0, torch.qint8)
        assert "yours:    quantized, qint8" in difference(quantized, X)
        assert difference(quantized, quantized) is None
        assert "values are wrong" in difference(
            torch.quantize_per_tensor(X + 1, 0.5, 0, torch.qint8), quantized
        )


def test_at_most_three_wrong_entries_are_listed_in_reading_order():
    lines = difference(torch.zeros(2, 4), torch.ones(2, 4)).splitlines()
    assert lines[0] == "8 of 8 values are wrong."
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  at (0, 0)",
        "  at (0, 1)",
        "  at (0, 2)",
    ]


def test_entries_that_look_alike_are_shown_in_full():
    text = difference(np.array([1 + 1e-9]), np.ones(1), rtol=0, atol=0)
    assert "expected 1, yours 1.000000001" in text


@pytest.mark.parametrize(
    "rtol, atol, off, equal",
    [
        (0.0, 0.25, 0.25, True),  # up to atol, and with it
        (0.0, 0.25, 0.375, False),
        (0.25, 0.0, 1.0, True),  # up to rtol · |expected|, where -4 is expected
        (0.25, 0.0, 1.25, False),
        (0.25, 0.25, 1.25, True),  # up to their sum
        (0.25, 0.25, 1.5, False),
        (0.0, 0.0, 0.0, True),
    ],
)
def test_both_tolerances_count_for_numbers_and_tensors_alike(rtol, atol, off, equal):
    for actual, expected in (
        (-4 + off, -4.0),
        (-4 - off, -4.0),
        (torch.tensor([-4 + off]), torch.tensor([-4.0])),
        (np.array([-4 - off]), np.array([-4.0])),
        ([-4 + off], [-4.0]),
        ([{"a": -4 + off}], [{"a": -4.0}]),
    ):
        assert (difference(actual, expected, rtol, atol) is None) == equal


def test_the_usual_tolerances_let_float32_pass_and_nothing_more():
    assert difference(1 + 5e-5, 1.0) is None and difference(1 + 2e-4, 1.0) is not None
    assert difference(5e-6, 0.0) is None and difference(2e-5, 0.0) is not None
    expect(1 + 5e-5, 1.0)
    expect(5e-6, 0.0)
    for actual, expected in ((1 + 2e-4, 1.0), (2e-5, 0.0)):
        with pytest.raises(CheckFailed):
            expect(actual, expected)


@pytest.mark.parametrize(
    "actual, mistake, tolerance, found",
    [
        (-200.01, -200.0, {}, True),
        (-201.0, -200.0, {}, False),
        (-201.0, -200.0, {"rtol": 0.1}, True),
        (-201.0, -200.0, {"atol": 0.1}, False),
        (-0.003, -0.002, {}, False),
        (-0.003, -0.002, {"atol": 0.1}, True),
        (-0.003, -0.002, {"rtol": 0.1}, False),
        (2, 2.0, {}, True),
        (2.0, 2, {}, False),
    ],
)
def test_the_cause_is_looked_for_as_the_result_is_compared(actual, mistake, tolerance, found):
    mistakes = {"the sign is wrong": mistake}
    assert Trial(actual, mistakes, **tolerance).causes() == ["the sign is wrong"] * found
    with pytest.raises(CheckFailed) as caught:
        expect(actual, 999.0, mistakes=mistakes, **tolerance)
    assert ("Likely cause: the sign is wrong." in str(caught.value)) == found


def test_a_mistake_that_gives_nan_is_recognized():
    nan = torch.tensor([math.nan])
    assert Trial(nan, {"0 / 0": nan.clone()}).causes() == ["0 / 0"]


def test_what_is_no_plain_data_is_the_tests_mistake_and_not_the_students():
    with pytest.raises(TypeError, match="compare plain data, not builtin_function"):
        difference(len, len)


class Broken:
    def __repr__(self):
        raise ValueError("no words")


def test_a_value_that_cannot_be_shown_is_named():
    assert short(Broken()).endswith(".Broken)")
    assert "the type is wrong" in difference(Broken(), 3)
    assert "entry 0 is wrong" in difference([Broken()], [3])
    assert short("a" * 58) == repr("a" * 58) and short("a" * 59) == "'" + "a" * 58 + "…"


def test_a_condition_without_a_truth_value_is_a_sentence_too():
    with pytest.raises(CheckFailed, match=r"no row is zero .*more than one value"):
        expect_true(X > 2, "no row is zero")


@pytest.mark.parametrize(
    "argument, damage",
    [
        ((torch.ones(2), torch.ones(2)), lambda pair: pair[1].zero_()),
        ([{"a": [torch.ones(2)]}], lambda nest: nest[0]["a"][0].add_(1)),
        ({1, 2}, lambda numbers: numbers.add(3)),
        (np.ones(2), lambda array: array.fill(0)),
        (torch.tensor([12345]), lambda x: x.add_(1)),
        (torch.ones(2, requires_grad=True) * 2, lambda x: x.detach().zero_()),  # no leaf
        (torch.ones(2).bfloat16(), lambda x: x.mul_(1.5)),
        (torch.tensor([math.nan]), lambda x: x.zero_()),
        (torch.ones(1), lambda x: x.mul_(1 + 1e-6)),
        (torch.zeros(1), lambda x: x.add_(1e-9)),
        ([2], lambda numbers: numbers.__setitem__(0, 2.0)),
        ([np.int64(1)], lambda numbers: numbers.__setitem__(0, np.int64(2))),
    ],
    ids=range(12),
)
def test_a_change_is_found_in_whatever_plain_data_was_given(argument, damage):
    with pytest.raises(CheckFailed, match="argument 1 was modified"):
        unchanged(damage, argument)


def test_arguments_that_stay_pass_whatever_they_are():
    class Thing:
        pass

    given = [
        torch.ones(2, requires_grad=True) * 2,
        (math.nan, {1}),
        [Thing()],
        np.float32(2),
        Z.conj(),
    ]
    assert unchanged(lambda *args, last: len(args), *given, last=torch.nn.Linear(1, 1)) == 5
