"""What a model and its optimizer did while a student's function trained it, as plain data.

Losses alone do not tell whether every image was seen, in which order, in which mode. So the model
is watched, where the function lives: whatever way it is called, and whoever makes the batches.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook


@dataclass
class Pass:
    """One forward pass: in which mode, with gradients or not, on what, with which result.

    pixels: the middle pixel (N, C) of each image. outputs: (N, …). stale: what the parameters'
    gradients held when the next backward pass began, as one number; None if there was none.
    loss: what that backward pass began from, if it was one number.
    """

    training: bool
    gradients: bool
    pixels: Tensor
    outputs: Tensor
    stale: float | None = None
    loss: float | None = None


@dataclass
class Rehearsal:
    """The passes in their order, and what the optimizers did meanwhile.

    optimizers: how many were made that have a memory (momentum, means of squares), which is what
    one that is made anew forgets. steps: what the gradients held at each step, as one number.
    """

    passes: list[Pass] = field(default_factory=list)
    optimizers: int = 0
    steps: list[float] = field(default_factory=list)

    def as_data(self) -> list[Any]:
        """Lists and tensors, for the way to another process."""
        rows = [
            [p.training, p.gradients, p.pixels, p.outputs, p.stale, p.loss] for p in self.passes
        ]
        return [rows, self.optimizers, self.steps]

    @staticmethod
    def of_data(data: Any) -> "Rehearsal":
        """The same of what another process sent; raises TypeError or ValueError for all else."""
        rows, optimizers, steps = data
        passes = []
        for training, gradients, pixels, outputs, *numbers in rows:
            if not (isinstance(pixels, Tensor) and isinstance(outputs, Tensor)):
                raise TypeError("a forward pass takes and returns tensors")
            stale, loss = (None if number is None else float(number) for number in numbers)
            passes.append(Pass(bool(training), bool(gradients), pixels, outputs, stale, loss))
        return Rehearsal(passes, int(optimizers), [float(step) for step in steps])


@contextlib.contextmanager
def rehearsed(model: nn.Module) -> Iterator[Rehearsal]:
    """Record what happens to models of `model`'s class until the block ends.

    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(12, 2))
    >>> with rehearsed(model) as seen:
    ...     model(torch.zeros(5, 3, 2, 2)).sum().backward()
    >>> seen.passes[0].pixels.shape, seen.passes[0].training, seen.passes[0].stale
    (torch.Size([5, 3]), True, 0.0)
    """
    seen, kind = Rehearsal(), type(model)
    forward, own = kind.forward, "forward" in vars(kind)
    backward, make = Tensor.backward, torch.optim.Optimizer.__init__
    made: list[torch.optim.Optimizer] = []

    def watched_forward(self: nn.Module, x: Any, *args: Any, **kwargs: Any) -> Any:
        y = forward(self, x, *args, **kwargs)
        if isinstance(x, Tensor) and isinstance(y, Tensor) and x.dim() == 4:
            pixels = x.detach()[:, :, x.shape[2] // 2, x.shape[3] // 2].cpu().clone()
            outputs = y.detach().cpu().clone()
            seen.passes.append(Pass(self.training, y.requires_grad, pixels, outputs))
        return y

    def watched_backward(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        if seen.passes:
            seen.passes[-1].stale = _held(model.parameters())
            seen.passes[-1].loss = self.item() if self.numel() == 1 else None
        return backward(self, *args, **kwargs)  # type: ignore[no-untyped-call]

    def watched_making(self: Any, *args: Any, **kwargs: Any) -> Any:
        made.append(self)
        return make(self, *args, **kwargs)

    def before_step(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        seen.steps.append(_held(p for group in optimizer.param_groups for p in group["params"]))

    hook = register_optimizer_step_pre_hook(before_step)
    kind.forward = watched_forward
    Tensor.backward = watched_backward  # type: ignore[method-assign]
    torch.optim.Optimizer.__init__ = watched_making  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        hook.remove()
        torch.optim.Optimizer.__init__ = make  # type: ignore[method-assign]
        seen.optimizers = sum(bool(getattr(optimizer, "state", None)) for optimizer in made)
        Tensor.backward = backward  # type: ignore[method-assign]
        if own:
            kind.forward = forward
        else:
            del kind.forward


def _held(parameters: Iterable[Tensor]) -> float:
    """What the gradients hold, as one number; 0.0 if there are none."""
    return float(sum(p.grad.abs().sum().item() for p in parameters if p.grad is not None))
