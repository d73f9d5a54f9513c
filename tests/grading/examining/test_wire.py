"""Values that cross between processes: plain data survives exactly, anything else does not pass."""

import contextlib
import json
import random

import numpy as np
import pytest
import torch

from cnncourse.grading.examining.protocol.frames import ProtocolError
from cnncourse.grading.examining.protocol.wire import DTYPES, Unsendable, decode, encode


def refuse(value):
    raise Unsendable(type(value).__name__)


def there_and_back(value, trusted=False):
    buffers = []
    form = json.loads(json.dumps(encode(value, buffers, refuse, trusted)))
    return decode(form, [bytearray(b) for b in buffers], None, None, trusting=trusted)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2**63,
        -(2**200),
        0.1,
        -0.0,
        float("inf"),
        1 + 2j,
        "",
        "é\ud800\0",
        b"\0\xff",
        [],
        [[], ()],
        (1, [2.5, "x"]),
        {1, 2},
        frozenset({3, 4}),
        {"a": [1], (1, 2): None},
        range(3, 9, 2),
        torch.Size([2, 0]),
        torch.float16,
        torch.device("cuda:1"),
    ],
    ids=repr,
)
def test_plain_values_come_back_as_they_were(value):
    found = there_and_back(value)
    assert type(found) is type(value) and found == value
    assert str(found) == str(value)  # tells −0.0 from 0.0


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4), (2, 0, 3)], ids=str)
def test_tensors_keep_dtype_shape_and_values(name, shape):
    generator = torch.Generator().manual_seed(1)
    tensor = (4 * torch.randn(shape, generator=generator)).to(DTYPES[name])
    for sent in (
        tensor,
        tensor.mT if tensor.dim() > 1 else tensor,
        torch.nn.Parameter(tensor, requires_grad=False),
    ):
        found = there_and_back(sent)
        assert type(found) is torch.Tensor and found.dtype == tensor.dtype
        assert found.shape == sent.shape and torch.equal(found, sent)


def test_a_single_number_out_of_the_middle_of_a_tensor_comes_back():
    complex_numbers = torch.tensor([1 + 2j, 3 + 4j])
    for sent in (
        complex_numbers.real[1],
        complex_numbers.imag[:1],
        torch.arange(9.0)[4:5:3],
        torch.ones(4, 0).mT,
    ):
        assert torch.equal(there_and_back(sent), sent)


def test_a_tensor_takes_its_grad_along():
    x = torch.ones(2, requires_grad=True)
    x.grad = torch.tensor([3.0, 4.0])
    for trusted in (True, False):
        assert there_and_back([x], trusted)[0].grad.tolist() == [3, 4]
    assert there_and_back(2 * x).grad is None


@pytest.mark.parametrize(
    "view",
    [lambda x: x.mT, lambda x: x[:, ::2], lambda x: x[1:, 1:].mT, lambda x: x[:1].expand(3, 5)],
    ids=range(4),
)
def test_a_test_can_hand_over_a_view_that_is_not_contiguous(view):
    sent = view(torch.arange(20.0).reshape(4, 5))
    found = there_and_back(sent, trusted=True)
    assert torch.equal(found, sent)
    assert found.is_contiguous() == (0 in sent.stride())
    assert there_and_back(sent).is_contiguous()


def test_a_tensor_wants_its_gradient_only_on_the_students_side():
    x = torch.ones(2, requires_grad=True)
    assert there_and_back(x, trusted=True).requires_grad
    assert not there_and_back(2 * x).requires_grad


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3).T,
        np.array(2.5),
        np.zeros((0, 2), np.uint8),
        np.array([True, False]),
        np.arange(3, dtype=">i2"),
        np.float32(1.5),
        np.int64(7),
        np.bool_(True),
    ],
    ids=repr,
)
def test_arrays_and_numpy_scalars_come_back_as_they_were(array):
    found = there_and_back(array)
    assert type(found) is type(array) and found.dtype == array.dtype
    assert found.shape == array.shape and (found == array).all()


def test_random_nests_of_plain_data_come_back_as_they_were():
    chance = random.Random(5)

    def value(depth):
        kind = chance.randrange(11 if depth else 7)
        some = range(chance.randrange(4))
        return [
            lambda: chance.randrange(-(2**70), 2**70),
            lambda: chance.random(),
            lambda: None,
            lambda: chance.choice([True, False]),
            lambda: chr(chance.randrange(0x110000)),
            lambda: chance.randbytes(3),
            lambda: 1j,
            lambda: [value(depth - 1) for _ in some],
            lambda: tuple(value(depth - 1) for _ in some),
            lambda: {str(i): value(depth - 1) for i in some},
            lambda: {i / 2 for i in some},
        ][kind]()

    for _ in range(300):
        sent = value(5)
        assert there_and_back(sent) == sent


class AlwaysEqual(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


class Forty(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def test_subclasses_arrive_as_plain_tensors_or_not_at_all():
    found = there_and_back(torch.ones(2).as_subclass(AlwaysEqual))
    assert type(found) is torch.Tensor and found.tolist() == [1, 1]
    for value in (Forty(40), type("L", (list,), {})(), np.ma.array([1]), object(), lambda: 0):
        with pytest.raises(Unsendable):
            there_and_back(value)


@pytest.mark.parametrize(
    "value",
    [
        torch.ones(1).to_sparse(),
        torch.empty(2, device="meta"),
        torch.ones(1).expand(2**40),
        np.array([object()]),
        np.array(["text"]),
        10**6000,
    ],
    ids=lambda v: str(type(v)),
)
def test_what_has_no_plain_form_is_refused_before_it_is_copied(value):
    with pytest.raises(Unsendable):
        there_and_back(value)


def test_a_list_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(Unsendable):
        there_and_back(loop)


def test_an_own_generator_tells_neither_its_seed_nor_its_state():
    generator = torch.Generator().manual_seed(1234)
    first, second = (there_and_back(generator, trusted=True) for _ in range(2))
    again = there_and_back(torch.Generator().manual_seed(1234), trusted=True)
    assert first.initial_seed() == again.initial_seed() != second.initial_seed()
    assert 1234 not in (first.initial_seed(), second.initial_seed())


FORMS = [
    [],
    ["nothing", 1],
    ["tensor"],
    {"a": 1},
    [["list"]],
    [None],
    ["tensor", "float32", [2], None, 0, False, None],  # 8 bytes announced, others there
    ["tensor", "float32", [-1, -2], None, 0, False, None],
    ["tensor", "float32", [2**62, 4], None, 0, False, None],
    ["tensor", "float32", [True], None, 0, False, None],
    ["tensor", "float32", 1, None, 0, False, None],
    ["tensor", "float32", [1] * 100, None, 0, False, None],
    ["tensor", "object", [1], None, 0, False, None],
    ["tensor", "float32", [1], None, 7, False, None],
    ["tensor", "float32", [1], None, -1, False, None],
    ["tensor", "float32", [1], None, "0", False, None],
    [
        "list",
        ["tensor", "float32", [1], None, 0, False, None],
        ["tensor", "float32", [1], None, 0, False, None],
    ],
    ["tensor", "float32", [1], None, 0, False, ["list"]],
    ["tensor", "float32", [1], None, 0, False, ["tensor", "float32", [0], None, 1, False, 5]],
    ["tensor", "float32", [1], None, 0, False, ["tensor", "uint8", [1], None, 1, False, None]],
    ["array", "|O8", [], 0],
    ["array", "<f3", [], 0],
    ["array", "<f4,<f4", [], 0],
    ["array", "<U1", [1], 0],
    ["array", "<M8", [1], 0],
    ["dict", [1]],
    ["dict", [["list"], 1]],
    ["dict", 5],
    ["set", ["list"]],
    ["int", "10"],
    ["int", "0x" + "f" * 9999],
    ["complex", "1", None],
    ["bytes", 9],
    ["range", 1, 2, 0],
    ["range", 1.5, 2, 3],
    ["size", -1.5],
    ["dtype", "__class__"],
    ["device", "cuda:1;"],
    ["yours", 99],
    ["yours", True],
    ["mine", "1"],
    ["generator", 5],
    ["named", "os.system"],
    ["named", "builtins.eval"],
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_malformed_value_is_a_protocol_error(form):
    with pytest.raises(ProtocolError):
        decode(form, [bytearray(4), bytearray(1)], {}.__getitem__, lambda handle: handle)


def test_random_changes_of_good_forms_decode_or_are_protocol_errors():
    chance = random.Random(7)
    buffers = []
    good = json.dumps(
        encode(
            [
                torch.ones(2, 3),
                np.arange(4),
                {"a": (1, 2.5, b"x")},
                {3, 4},
                torch.float32,
                range(3),
            ],
            buffers,
            refuse,
        )
    )
    for _ in range(3000):
        text = list(good)
        for _ in range(chance.randrange(1, 5)):
            text[chance.randrange(len(text))] = chance.choice('[]",0123456789-.eE{}:ntf a')
        try:
            form = json.loads("".join(text))
        except (ValueError, RecursionError):
            continue
        with contextlib.suppress(ProtocolError):
            decode(form, [bytearray(b) for b in buffers], {}.__getitem__, lambda handle: handle)


def test_the_bytes_of_a_bool_tensor_are_0_or_1():
    found = decode(
        ["tensor", "bool", [3], None, 0, False, None], [bytearray(b"\x02\x00\xff")], None, None
    )
    assert found.view(torch.uint8).tolist() == [1, 0, 1]
    found = decode(["array", "|b1", [2], 0], [bytearray(b"\x04\x00")], None, None)
    assert found.view(np.uint8).tolist() == [1, 0]
