"""The form of values on the wire: plain data by value, everything else by a handle.

JSON's scalars stand for themselves; all else is a list that starts with its kind. The decoder
takes nothing on trust: whatever does not fit exactly is a ProtocolError.
"""

import importlib
import math
import re
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .frames import Buffer, ProtocolError

DEPTH = 40
KINDS = (
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16,
    torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
)  # fmt: skip
DTYPES = {str(dtype)[6:]: dtype for dtype in KINDS}
# Functions and classes that an instructor may hand over by name.
NAMED = ("builtins", "math", "operator", "numpy", "torch", "torch.nn", "torch.nn.functional")

Export = Callable[[Any], "Form"]
Form = None | bool | int | float | str | list["Form"]
Arrived = list[bytearray | None]  # buffers; None for one that was taken
ByHandle = Callable[[int], Any]


class Unsendable(TypeError):
    """The value has no form on the wire."""


def encode(
    value: Any, buffers: list[Buffer], export: Export, trusted: bool = False, depth: int = 0
) -> Form:
    """The JSON form of `value`; raw bytes are appended to `buffers`.

    export(object): the form of what is not plain data, or Unsendable.
    trusted: this side's functions may be named and its generators handed over.
    """

    def inner(entry: Any) -> Form:
        return encode(entry, buffers, export, trusted, depth + 1)

    if depth > DEPTH:
        raise Unsendable("the value is nested too deeply, or holds itself")
    kind = type(value)
    if value is None or kind in (bool, float, str):
        return value  # type: ignore[no-any-return]  # it is one of these
    if kind is int:
        if value.bit_length() > 16_000:
            raise Unsendable("an integer of thousands of digits cannot be handed over")
        # Beyond 64 bits as text in base 16, which takes no quadratic time to read.
        return value if -(2**63) <= value < 2**63 else ["int", hex(value)]
    if kind is complex:
        return ["complex", value.real, value.imag]
    if kind is bytes:
        return ["bytes", _keep(value, buffers)]
    if kind in (list, tuple, set, frozenset):
        return [kind.__name__, *map(inner, value)]
    if issubclass(kind, dict):
        return ["dict", *([inner(k), inner(v)] for k, v in dict.items(value))]
    if kind is range:
        return ["range", value.start, value.stop, value.step]
    if kind is torch.Size:
        return ["size", *value]
    if kind is torch.dtype:
        return ["dtype", str(value)[6:]]
    if kind is torch.device:
        return ["device", str(value)]
    if issubclass(kind, torch.Tensor):
        return _encode_tensor(value, buffers, trusted)
    if kind is np.ndarray or issubclass(kind, np.generic):
        if value.dtype.kind not in "biufc":
            raise Unsendable(f"a NumPy array of {value.dtype} cannot be handed over")
        _affordable(value.nbytes)
        data = np.ascontiguousarray(value).reshape(-1).view(np.uint8).data
        name = "array" if kind is np.ndarray else "scalar"
        return [name, value.dtype.str, list(value.shape), _keep(data, buffers)]
    if trusted and kind is torch.Generator:
        # A number drawn from it: the same state gives the same one, the next call another, and
        # nobody learns the seed, which is the class's.
        return ["generator", int(torch.randint(2**62, (), generator=value))]
    if trusted and (known := _name_of(value)):
        return ["named", known]
    return export(value)


def decode(
    form: object, buffers: Arrived, own: ByHandle, foreign: ByHandle, trusting: bool = False
) -> Any:
    """The value of a form.

    own(handle): the object of this side that was given out; foreign(handle): a proxy.
    trusting: the other side is the trusted one.
    """
    try:
        return _decode(form, buffers, own, foreign, trusting, 0)
    except ProtocolError:
        raise
    except Exception as error:  # whatever a hostile form makes Python, NumPy or torch raise
        raise ProtocolError(f"a malformed value ({type(error).__name__})") from None


def _decode(
    form: object, buffers: Arrived, own: ByHandle, foreign: ByHandle, trusting: bool, depth: int
) -> Any:
    def inner(entry: object) -> Any:
        return _decode(entry, buffers, own, foreign, trusting, depth + 1)

    if form is None or type(form) in (bool, int, float, str):
        return form
    if type(form) is not list or depth > 2 * DEPTH:
        raise ProtocolError("a malformed value")
    kind, *parts = form
    if kind in ("list", "tuple", "set", "frozenset"):
        made = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind]
        return made(map(inner, parts))
    if kind == "dict":
        return {inner(key): inner(value) for key, value in parts}
    if kind == "int":
        return int(_text(parts[0], r"-?0x[0-9a-f]{1,4096}"), 16)
    if kind == "complex":
        return complex(float(parts[0]), float(parts[1]))
    if kind == "bytes":
        return bytes(_take(parts[0], buffers))
    if kind == "range":
        return range(*map(_whole, parts))
    if kind == "size":
        return torch.Size(map(_whole, parts))
    if kind == "dtype":
        return DTYPES[parts[0]]
    if kind == "device":
        return torch.device(_text(parts[0], r"(cpu|cuda|mps|meta)(:\d{1,3})?"))
    if kind == "tensor":
        return _decode_tensor(parts, buffers, trusting)
    if kind in ("array", "scalar"):
        array = _decode_array(parts, buffers)
        return array if kind == "array" else array[()]
    if kind == "yours":
        return own(_whole(parts[0]))
    if kind == "mine":
        return foreign(_whole(parts[0]))
    if trusting and kind == "generator":
        return torch.Generator().manual_seed(parts[0])
    if trusting and kind == "named":
        module, _, name = parts[0].rpartition(".")
        return getattr(importlib.import_module(module), name)
    raise ProtocolError("a malformed value")


def _encode_tensor(value: torch.Tensor, buffers: list[Buffer], trusted: bool) -> Form:
    """["tensor", dtype, shape, strides or None, number of the buffer, wants a gradient, .grad]"""
    with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
        name = str(value.dtype)[6:]
        if value.layout is not torch.strided or value.device.type == "meta" or name not in DTYPES:
            raise Unsendable(f"a tensor of {value.layout}, {value.dtype} cannot be handed over")
        plain = value.detach().as_subclass(torch.Tensor)
        _affordable(plain.numel() * plain.element_size())
        plain = plain.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
        if plain.stride(0) != 1:  # torch calls a single number contiguous, whatever its stride
            plain = torch.empty_like(plain, memory_format=torch.contiguous_format).copy_(plain)
        data = plain.view(torch.uint8).numpy().data
        # What a test gets is plain data; what a student's function gets may want a gradient, and
        # a transposed image must reach it as one.
        wants = trusted and value.requires_grad
        strides: Form = [*value.stride()] if trusted and not value.is_contiguous() else None
        grad = value.grad if value.is_leaf else None
        slope = None if grad is None else _encode_tensor(grad.detach(), buffers, trusted)
        return ["tensor", name, list(value.shape), strides, _keep(data, buffers), wants, slope]


@torch.inference_mode(False)  # whatever mode a cell left on
def _decode_tensor(parts: list[Any], buffers: Arrived, trusting: bool) -> torch.Tensor:
    name, shape, strides, index, wants, grad = parts
    dtype, data = DTYPES[name], _take(index, buffers)
    shape = [_natural(n) for n in shape]
    if len(shape) > 25 or math.prod(shape) * dtype.itemsize != len(data):
        raise ProtocolError("a tensor whose shape does not fit its data")
    if not data:
        tensor = torch.empty(shape, dtype=dtype, device="cpu")
    elif dtype is torch.bool:  # bytes other than 0 and 1 would be neither true nor false
        tensor = (torch.frombuffer(data, dtype=torch.uint8) != 0).reshape(shape)
    else:
        tensor = torch.frombuffer(data, dtype=dtype).reshape(shape)
    if trusting and strides and 0 not in strides:
        tensor = torch.empty_strided(shape, strides, dtype=dtype, device="cpu").copy_(tensor)
    if grad is not None:
        if type(grad) is not list or grad[0] != "tensor" or grad[-1] is not None:
            raise ProtocolError("a gradient that is no tensor")
        tensor.grad = _decode_tensor(grad[1:], buffers, trusting).detach()
    return tensor.requires_grad_(trusting and wants is True)


def _decode_array(parts: list[Any], buffers: Arrived) -> Any:
    name, shape, index = parts
    dtype, data = np.dtype(_text(name, r"[<>|=][biufc]\d{1,2}")), _take(index, buffers)
    shape = [_natural(n) for n in shape]
    if len(shape) > 25 or math.prod(shape) * dtype.itemsize != len(data):
        raise ProtocolError("an array whose shape does not fit its data")
    if dtype.kind == "b":
        return (np.frombuffer(data, np.uint8) != 0).reshape(shape)
    return np.frombuffer(data, dtype).reshape(shape)


def _affordable(size: int) -> None:
    """An expanded tensor may be small in memory and huge on the wire: ask before it is copied."""
    if size > 1 << 30:
        raise Unsendable(f"a value of {size >> 20:,} MB cannot be handed over")


def _keep(data: Buffer, buffers: list[Buffer]) -> int:
    buffers.append(data)
    return len(buffers) - 1


def _take(index: object, buffers: Arrived) -> bytearray:
    """Each buffer once: two values must not share memory."""
    place = _natural(index)
    data, buffers[place] = buffers[place], None
    if data is None:
        raise ProtocolError("one buffer for two values")
    return data


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ProtocolError("a malformed number")
    return value


def _natural(value: object) -> int:
    number = _whole(value)
    if number < 0:
        raise ProtocolError("a negative size")
    return number


def _text(value: object, pattern: str) -> str:
    if type(value) is not str or not re.fullmatch(pattern, value):
        raise ProtocolError("a malformed name")
    return value


def _name_of(value: Any) -> str | None:
    """module.name of a function or class that both sides know, or None."""
    if not isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, np.ufunc)):
        return None
    name = getattr(value, "__name__", None)
    for module in NAMED:
        known = importlib.import_module(module)
        if isinstance(name, str) and getattr(known, name, None) is value:
            return f"{module}.{name}"
    return None
