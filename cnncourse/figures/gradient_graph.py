"""The figure GradientGraph: a gradient, followed backward through a network of two units."""

from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Enum, Float, Int


class GradientGraph(Figure):
    """Two units, y = w2 f(w1 x + b1) + b2, their squared error (y - t)², and its gradients.

    `x` is the input and `t` what is wanted; `w1`, `b1`, `w2`, `b2` are the parameters; `activation`
    is f; `step` is how many operations the gradient has been followed back, 0 for the forward pass
    alone; `rate` is the learning rate of a training step. Raises TraitError for a value out of
    range.

    >>> GradientGraph(b1=-3.0).gradients()
    {'w1': 0.0, 'b1': 0.0, 'w2': 0.0, 'b2': -2.0}
    """

    activation = Enum(["relu", "tanh"], "relu").tag(sync=True)
    x = Float(2, min=-3, max=3).tag(sync=True, step=0.5)
    t = Float(2, min=-5, max=5).tag(sync=True, step=0.5)
    w1 = Float(1, min=-3, max=3).tag(sync=True, step=0.1)
    b1 = Float(-1, min=-5, max=5).tag(sync=True, step=0.1)
    w2 = Float(2, min=-3, max=3).tag(sync=True, step=0.1)
    b2 = Float(1, min=-5, max=5).tag(sync=True, step=0.1)
    rate = Float(0.02, min=0.01, max=0.5).tag(sync=True, step=0.01)
    step = Int(0, min=0, max=5).tag(sync=True)

    def gradients(self) -> dict[str, float]:
        """∂L/∂p of each parameter p, as PyTorch computes them."""
        import torch

        names = ("w1", "b1", "w2", "b2")
        leaves = [torch.tensor(float(getattr(self, name)), requires_grad=True) for name in names]
        w1, b1, w2, b2 = leaves
        f = getattr(torch, self.activation)
        loss = (w2 * f(w1 * self.x + b1) + b2 - self.t) ** 2
        return {
            name: round(gradient.item(), 4) + 0.0
            for name, gradient in zip(names, torch.autograd.grad(loss, leaves), strict=True)
        }
