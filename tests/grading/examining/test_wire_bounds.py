"""The form of values, written out, and each limit of the encoder and the decoder on both sides."""

import math

import numpy as np
import pytest
import torch

from cnncourse.grading.examining.protocol import wire
from cnncourse.grading.examining.protocol.frames import ProtocolError
from cnncourse.grading.examining.protocol.wire import Unsendable, decode, encode


def form(value, trusted=False):
    """(form, buffers); what is no plain data has the form "exported"."""
    buffers = []
    return encode(value, buffers, lambda thing: "exported", trusted), list(map(bytes, buffers))


def value(made, *buffers, trusting=False):
    arrived = list(map(bytearray, buffers))
    own, foreign = (lambda handle, side=side: (side, handle) for side in ("own", "foreign"))
    return decode(made, arrived, own, foreign, trusting)


def refused(made, *buffers, trusting=False):
    with pytest.raises(ProtocolError) as error:
        value(made, *buffers, trusting=trusting)
    return str(error.value)


# Forms


@pytest.mark.parametrize(
    "sent, expected",
    [
        (None, None),
        (True, True),
        (7, 7),
        (0.5, 0.5),
        ("x", "x"),
        (2**63 - 1, 2**63 - 1),
        (2**63, ["int", "0x8000000000000000"]),
        (-(2**63), -(2**63)),
        (-(2**63) - 1, ["int", "-0x8000000000000001"]),
        (1 + 2j, ["complex", 1.0, 2.0]),
        ([1, (2,)], ["list", 1, ["tuple", 2]]),
        ({"a": [1]}, ["dict", ["a", ["list", 1]]]),
        ({3}, ["set", 3]),
        (frozenset({3}), ["frozenset", 3]),
        (range(1, 9, 2), ["range", 1, 9, 2]),
        (torch.Size([2, 3]), ["size", 2, 3]),
        (torch.float32, ["dtype", "float32"]),
        (torch.device("cuda", 1), ["device", "cuda:1"]),
        (object(), "exported"),
        (len, "exported"),
        (torch.Generator(), "exported"),
    ],
    ids=lambda value: str(value).partition(" object at ")[0],  # the same in every process
)
def test_plain_data_has_a_form_without_buffers(sent, expected):
    found, buffers = form(sent)
    assert found == expected and type(found) is type(expected) and not buffers


def test_a_dict_of_a_kind_of_its_own_is_a_dict():
    class Own(dict):
        def items(self):
            return [("a lie", 1)]

    assert form(Own(a=1)) == (["dict", ["a", 1]], [])


def test_bytes_tensors_and_arrays_are_buffers_in_their_order():
    sent = [b"ab", torch.tensor([1, 2], dtype=torch.uint8), np.array([[3]], np.int8), np.int16(4)]
    assert form(sent) == (
        [
            "list",
            ["bytes", 0],
            ["tensor", "uint8", [2], None, 1, False, None],
            ["array", "|i1", [1, 1], 2],
            ["scalar", "<i2", [], 3],
        ],
        [b"ab", b"\1\2", b"\3", b"\4\0"],
    )


def test_a_trusted_side_says_more():
    x = torch.arange(4, dtype=torch.uint8).reshape(2, 2).mT
    assert form(x, trusted=True)[0] == ["tensor", "uint8", [2, 2], [1, 2], 0, False, None]
    assert form(x)[0] == ["tensor", "uint8", [2, 2], None, 0, False, None]
    y = torch.zeros(1, requires_grad=True)
    assert form(y, trusted=True)[0] == ["tensor", "float32", [1], None, 0, True, None]
    assert form(y)[0][5] is False and form(torch.zeros(1), trusted=True)[0][5] is False
    y.grad = torch.ones(1)
    slope = ["tensor", "float32", [1], None, 0, False, None]
    assert form(y, trusted=True)[0][6] == slope
    for function, name in (
        (len, "builtins.len"),
        (math.tanh, "math.tanh"),
        (torch.tanh, "torch.tanh"),
        (np.exp, "numpy.exp"),
        (torch.nn.Linear, "torch.nn.Linear"),
        (torch.nn.functional.relu, "torch.nn.functional.relu"),
        (float, "builtins.float"),
    ):
        assert form(function, trusted=True) == (["named", name], [])
        assert value(["named", name], trusting=True) is function
    for thing in (lambda: 0, object(), type("len", (), {})):
        assert form(thing, trusted=True)[0] == "exported"


def test_a_generator_is_a_number_drawn_from_it():
    generator = torch.Generator().manual_seed(5)
    numbers = [form(generator, trusted=True)[0] for _ in range(3)]
    again = torch.Generator().manual_seed(5)
    assert numbers == [["generator", int(torch.randint(2**62, (), generator=again))] for _ in "abc"]
    assert len({number for _, number in numbers}) == 3
    assert value(numbers[0], trusting=True).initial_seed() == numbers[0][1]
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    form(generator, trusted=True)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(
    "made, buffers, expected",
    [
        (["list", 1, ["tuple", 2]], [], [1, (2,)]),
        (["dict", ["a", ["list", 1]]], [], {"a": [1]}),
        (["set", 3], [], {3}),
        (["frozenset", 3], [], frozenset({3})),
        (["int", "0x10"], [], 16),
        (["int", "-0x1f"], [], -31),
        (["complex", 1, 2.5], [], 1 + 2.5j),
        (["bytes", 1], [b"no", b"yes"], b"yes"),
        (["range", 1, 9, 2], [], range(1, 9, 2)),
        (["size", 2, 3], [], torch.Size([2, 3])),
        (["dtype", "bool"], [], torch.bool),
        (["device", "cuda:1"], [], torch.device("cuda:1")),
        (["yours", 7], [], ("own", 7)),
        (["mine", 8], [], ("foreign", 8)),
        (["list", ["mine", 8], ["yours", 7]], [], [("foreign", 8), ("own", 7)]),
        (["scalar", "<f8", [], 0], [b"\0" * 8], np.float64(0)),
    ],
    ids=str,
)
def test_each_form_is_one_value(made, buffers, expected):
    for trusting in (True, False):
        found = value(made, *buffers, trusting=trusting)
        assert found == expected and type(found) is type(expected)


def test_only_what_comes_from_the_trusted_side_names_things_and_makes_generators():
    for made in (["named", "builtins.len"], ["generator", 5]):
        value(made, trusting=True)
        assert refused(made).endswith("a malformed value")
        assert refused(["list", made]).endswith("a malformed value")
    strided = ["tensor", "uint8", [2, 2], [1, 2], 0, True, None]
    assert value(strided, b"\1\2\3\4").stride() == (2, 1)
    found = value(strided, b"\1\2\3\4", trusting=False)
    assert found.tolist() == [[1, 2], [3, 4]] and not found.requires_grad
    found = value([*strided[:5], False, None], b"\1\2\3\4", trusting=True)
    assert found.tolist() == [[1, 2], [3, 4]] and found.stride() == (1, 2)


@pytest.mark.parametrize("strides", [[0, 1], [1, 0]])
def test_a_view_that_repeats_itself_arrives_as_what_it_shows(strides):
    found = value(["tensor", "uint8", [2, 2], strides, 0, False, None], b"\1\2\3\4", trusting=True)
    assert found.tolist() == [[1, 2], [3, 4]] and found.is_contiguous()


@pytest.mark.parametrize("shape, data", [([0, 3], b""), ([2, 2], b"\1\2\3\4")])
def test_what_arrives_lies_on_the_cpu_whatever_the_default_is(shape, data):
    with torch.device("meta"):
        found = value(["tensor", "uint8", shape, None, 0, False, None], data, trusting=True)
    assert found.device.type == "cpu" and list(found.shape) == shape


def test_a_stride_of_one_is_a_view_like_any_other():
    sent = torch.arange(6.0).reshape(2, 3).mT
    made, buffers = form(sent, trusted=True)
    found = value(made, *buffers, trusting=True)
    assert (
        torch.equal(found, sent) and found.stride() == sent.stride() and found.dtype == sent.dtype
    )


@pytest.mark.parametrize(
    "wants, expected", [(True, True), (False, False), (1, False), (None, False)]
)
def test_a_gradient_is_wanted_by_true_alone(wants, expected):
    made = ["tensor", "float32", [1], None, 0, wants, None]
    assert value(made, b"\0" * 4, trusting=True).requires_grad is expected
    assert value(made, b"\0" * 4).requires_grad is False


def test_a_gradient_comes_along_and_has_none_itself():
    made = ["tensor", "uint8", [1], None, 0, False, None]
    slope = ["tensor", "float32", [1], None, 1, True, None]
    found = value(
        ["tensor", "float32", [1], None, 0, True, slope], b"\0" * 4, b"\0" * 4, trusting=True
    )
    assert found.grad.tolist() == [0] and not found.grad.requires_grad
    for bad in (3, "tensor", [], ["list"], ["array", *slope[1:]], [*slope[:-1], slope], made):
        assert "process sent" in refused(
            ["tensor", "float32", [1], None, 0, True, bad], b"\0" * 4, b"\0" * 4, b"\0" * 4
        )


# Limits


def nest(depth):
    found = 1
    for _ in range(depth):
        found = [found]
    return found


def test_values_are_nested_40_deep_and_no_deeper():
    assert wire.DEPTH == 40
    made, _ = form(nest(40))
    assert value(made) == nest(40)
    with pytest.raises(Unsendable, match="nested too deeply, or holds itself"):
        form(nest(41))
    for kind in (tuple, frozenset):
        deep = 1
        for _ in range(41):
            deep = kind([deep])
        with pytest.raises(Unsendable):
            form(deep)
    with pytest.raises(Unsendable):
        form({"a": nest(40)})


def test_forms_are_nested_twice_as_deep_and_no_deeper():
    def deep(count):
        found = ["list"]
        for _ in range(count):
            found = ["list", found]
        return found

    assert value(deep(80))
    assert refused(deep(81)).endswith("a malformed value")


def test_integers_have_16000_bits_and_no_more():
    for number in (2**16_000 - 1, -(2**16_000) + 1):
        assert value(form(number)[0]) == number
    with pytest.raises(Unsendable, match="thousands of digits"):
        form(2**16_000)


def test_a_value_of_a_gigabyte_may_be_handed_over_and_no_larger_one():
    wire._affordable(1 << 30)
    with pytest.raises(Unsendable, match="a value of 1,024 MB cannot be handed over"):
        wire._affordable((1 << 30) + 1)
    for large in (torch.ones(1).expand(1 << 28, 2), np.broadcast_to(np.ones(1), (1 << 28, 2))):
        with pytest.raises(Unsendable, match="a value of"):
            form(large)


@pytest.mark.parametrize("kind", ["tensor", "array"])
def test_shapes_have_25_dimensions_and_no_more(kind):
    def made(count):
        if kind == "tensor":
            return ["tensor", "uint8", [1] * count, None, 0, False, None]
        return ["array", "|u1", [1] * count, 0]

    assert value(made(25), b"\1").shape == (1,) * 25
    assert "whose shape does not fit its data" in refused(made(26), b"\1")


@pytest.mark.parametrize("shape", [[2], [3], [1, 1], [-1, -4], [0], [], [5]])
def test_a_shape_fits_its_data(shape):
    for made in (["tensor", "int16", shape, None, 0, False, None], ["array", "<i2", shape, 0]):
        assert "process sent" in refused(made, b"\0" * 8)


@pytest.mark.parametrize("shape", [[0], [2, 0]])
def test_what_is_empty_keeps_its_shape_and_kind(shape):
    found = value(["tensor", "int16", shape, None, 0, False, None], b"")
    assert list(found.shape) == shape and found.dtype is torch.int16
    found = value(["array", "<f4", shape, 0], b"")
    assert list(found.shape) == shape and found.dtype == np.float32


@pytest.mark.parametrize("dtype", ["bool", "int16", "float64", "complex64"])
def test_numbers_have_the_kind_that_they_are_sent_as(dtype):
    sent = torch.tensor([1, 0, 1, 1]).to(wire.DTYPES[dtype])
    made, buffers = form(sent)
    found = value(made, *buffers)
    assert found.dtype is sent.dtype and torch.equal(found, sent)
    array = sent.numpy()
    made, buffers = form(array)
    found = value(made, *buffers)
    assert found.dtype == array.dtype and found.tolist() == array.tolist()


def test_bytes_of_truth_are_0_or_1_whatever_they_were():
    found = value(["tensor", "bool", [3], None, 0, False, None], b"\0\1\2")
    assert found.view(torch.uint8).tolist() == [0, 1, 1]
    assert value(["array", "|b1", [3], 0], b"\0\1\2").view(np.uint8).tolist() == [0, 1, 1]


@pytest.mark.parametrize("index", [-1, 2, "0", 0.0, True, None])
def test_a_buffer_is_named_by_its_place(index):
    for made in (["bytes", index], ["array", "|u1", [1], index]):
        assert "process sent" in refused(made, b"a", b"b")


def test_a_buffer_is_one_values():
    assert refused(["list", ["bytes", 0], ["bytes", 0]], b"a").endswith("one buffer for two values")


@pytest.mark.parametrize(
    "made, words",
    [
        (["int", "10"], "a malformed name"),
        (["int", 10], "a malformed name"),
        (["int", "0x"], "a malformed name"),
        (["int", "0x" + "f" * 4097], "a malformed name"),
        (["range", 1.0], "a malformed number"),
        (["size", True], "a malformed number"),
        (["bytes", -1], "a negative size"),
        (["device", "tpu"], "a malformed name"),
        (["device", "cuda:1234"], "a malformed name"),
        (["array", "|O8", [1], 0], "a malformed name"),
        (["unknown", 1], "a malformed value"),
        (["list", {}], "a malformed value"),
        ((1,), "a malformed value"),
        (["dtype"], r"a malformed value \(IndexError\)"),
        (["dtype", "quint8"], r"a malformed value \(KeyError\)"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_a_word(made, words):
    with pytest.raises(ProtocolError, match=f"sent {words}$"):
        value(made, b"12345678")


@pytest.mark.parametrize(
    "thing, words",
    [
        (torch.ones(1).to_sparse(), "a tensor of torch.sparse_coo, torch.float32 cannot be"),
        (torch.empty(1, device="meta"), "a tensor of torch.strided, torch.float32 cannot be"),
        (torch.zeros(1, dtype=torch.uint16), "torch.uint16 cannot be handed over"),
        (np.array(["a"]), "a NumPy array of <U1 cannot be handed over"),
        (np.str_("a"), "a NumPy array of <U1 cannot be handed over"),
    ],
    ids=str,
)
def test_what_has_no_form_is_named(thing, words):
    with pytest.raises(Unsendable, match=words):
        form(thing)


def test_views_conjugates_and_negatives_arrive_as_what_they_show():
    z = torch.tensor([[1 + 2j, 3 - 1j]])
    for sent in (z.conj(), z.conj().imag, z.mT, z.real[:, 1], torch.arange(9)[::4], z[0, 1].imag):
        made, buffers = form(sent)
        assert torch.equal(value(made, *buffers), sent.resolve_conj().resolve_neg())
    array = np.arange(6).reshape(2, 3)
    for sent in (array.T, array[:, ::2], array[::-1]):
        made, buffers = form(sent)
        assert value(made, *buffers).tolist() == sent.tolist()
