"""What a network costs: parameters, products, and the memory of its activations.

All of it is found on torch's device "meta", which follows shapes and computes nothing: a network of
a hundred million parameters takes a moment, and no memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.func import functional_call
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from cnncourse.models import mode, parameter_count

__all__ = ["Cost", "cost"]


@dataclass(frozen=True)
class Cost:
    """What a network costs for one image.

    parameters: trainable numbers.
    products: multiplications of its convolutions and matrix products, attention's among them.
    training: bytes that autograd keeps for the backward pass.
    inference: the most bytes that are alive at one time where nothing is kept.

    Neither `training` nor `inference` counts the parameters; both count the image.
    """

    parameters: int
    products: int
    training: int
    inference: int


def cost(model: nn.Module, image_shape: Sequence[int]) -> Cost:
    """The cost of one image (C, H, W), as `model` computes it in its own dtype.

    `training` is what one more image of a batch adds, in training mode, to what autograd keeps.
    Source of the products: `torch.utils.flop_counter`, which counts two operations for each.

    >>> cost(nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten()), (1, 4, 4))
    Cost(parameters=20, products=288, training=192, inference=320)
    """
    held = _on_meta(model)
    with mode(model, training=True):
        training = _kept(model, held, (3, *image_shape)) - _kept(model, held, (2, *image_shape))
    with mode(model, training=False), torch.no_grad():
        inference = _most_alive(model, held, (1, *image_shape))
        products = _products(model, held, (1, *image_shape))
    return Cost(parameter_count(model), products, training, inference)


def _on_meta(model: nn.Module) -> dict[str, Tensor]:
    """The parameters and buffers by name, without their numbers."""
    parameters = {
        name: torch.empty_like(p, device="meta").requires_grad_(p.requires_grad)
        for name, p in model.named_parameters()
    }
    buffers = {name: torch.empty_like(b, device="meta") for name, b in model.named_buffers()}
    return {**parameters, **buffers}


def _image(model: nn.Module, shape: Sequence[int]) -> Tensor:
    dtype = next((p.dtype for p in model.parameters()), torch.float32)
    return torch.empty(tuple(shape), dtype=dtype, device="meta")


def _key(tensor: Tensor) -> int:
    """The same for all views of the same memory."""
    key: int = tensor.untyped_storage()._cdata
    return key


def _products(model: nn.Module, held: dict[str, Tensor], shape: Sequence[int]) -> int:
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        functional_call(model, held, _image(model, shape))
    operations: int = counter.get_total_flops()
    return operations // 2


def _kept(model: nn.Module, held: dict[str, Tensor], shape: Sequence[int]) -> int:
    """Bytes that autograd keeps; memory that it keeps twice counts once, a parameter's not."""
    parameters, kept = {_key(tensor) for tensor in held.values()}, {}

    def pack(tensor: Tensor) -> Tensor:
        if _key(tensor) not in parameters:
            kept[_key(tensor)] = tensor.untyped_storage()
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        out = functional_call(model, held, _image(model, shape))
    del out
    sizes: list[int] = [storage.nbytes() for storage in kept.values()]
    return sum(sizes)


def _most_alive(model: nn.Module, held: dict[str, Tensor], shape: Sequence[int]) -> int:
    with _Alive({_key(tensor) for tensor in held.values()}) as alive:
        functional_call(model, held, _image(model, shape))
    most: int = alive.most
    return most


class _Alive(TorchDispatchMode):
    """Looks at the result of every operation, and remembers how many bytes lived at the most."""

    def __init__(self, parameters: set[int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch gives it no types
        self.parameters = parameters
        self.alive: dict[int, tuple[StorageWeakRef, int]] = {}
        self.most = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        self.alive = {key: pair for key, pair in self.alive.items() if not pair[0].expired()}
        for tensor in tree_leaves(out):
            if isinstance(tensor, Tensor) and _key(tensor) not in self.parameters:
                storage = tensor.untyped_storage()
                self.alive[_key(tensor)] = (StorageWeakRef(storage), storage.nbytes())
        self.most = max(self.most, sum(size for _, size in self.alive.values()))
        return out
