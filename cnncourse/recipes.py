"""What is done to a training loop to make it end better: schedules, weight decay, softer labels.

A `Recipe` names the choices, `fit` trains by one. Networks return log-probabilities, as everywhere
in this course, and targets are probabilities (N, classes), so that a label can be shared out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnncourse.data import Batches, Images
from cnncourse.language import tr
from cnncourse.models import home, mode
from cnncourse.training import (
    CENTER,
    SCALE,
    reproducible,
    require_finite,
    require_images,
    require_trainable,
)

SHAPES = ("constant", "steps", "cosine")


@dataclass(frozen=True)
class Recipe:
    """How to train: the defaults are plain Adam at one learning rate.

    peak: the largest learning rate.
    shape: what becomes of it, see `learning_rate`.
    warmup: the share of the steps in which it climbs.
    weight_decay: per step, times the learning rate, applied to weights (not to biases and
    normalizations).
    decoupled: AdamW's way; False adds the decay to the gradient, which is Adam with an L2 penalty.
    smoothing: of the labels.
    mixup: the parameter α of its Beta distribution, 0 for none.
    """

    peak: float = 0.01
    shape: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    decoupled: bool = True
    smoothing: float = 0.0
    mixup: float = 0.0


def learning_rate(
    step: int, steps: int, peak: float, shape: str = "cosine", warmup: int = 0
) -> float:
    """The learning rate of step 0, 1, …, steps − 1: a climb of `warmup` steps, then the shape.

    "constant" stays at `peak`; "steps" is a tenth of it from half of the way on, a hundredth from
    three quarters on; "cosine" is peak · ½(1 + cos(π t)), t running from 0 towards 1. Raises
    ValueError for another shape or step.
    Source: I. Loshchilov and F. Hutter (2017), SGDR, for the cosine.

    >>> [round(learning_rate(step, 8, peak=1.0, warmup=2), 2) for step in range(8)]
    [0.5, 1.0, 1.0, 0.93, 0.75, 0.5, 0.25, 0.07]
    """
    if shape not in SHAPES:
        raise ValueError(
            tr(
                "shape is {shape!r}: choose one of {names}",
                shape=shape,
                names=", ".join(map(repr, SHAPES)),
            )
        )
    if not 0 <= step < steps:
        raise ValueError(
            tr(
                "step is {step}, but {steps} steps are numbered 0 to {value}",
                step=step,
                steps=steps,
                value=steps - 1,
            )
        )
    if step < warmup:
        return peak * (step + 1) / warmup
    t = (step - warmup) / (steps - warmup)
    if shape == "cosine":
        return peak * (1 + math.cos(math.pi * t)) / 2
    if shape == "steps":
        return peak * (0.01 if t >= 0.75 else 0.1 if t >= 0.5 else 1)
    return peak


def smoothed(labels: Tensor, classes: int, epsilon: float) -> Tensor:
    """Labels (N,) as probabilities (N, classes): 1 − ε on the label, and ε shared among all.

    Source: C. Szegedy et al. (2016), Rethinking the Inception Architecture, section 7.

    >>> smoothed(torch.tensor([1]), classes=4, epsilon=0.2)
    tensor([[0.0500, 0.8500, 0.0500, 0.0500]])
    """
    if not 0 <= epsilon < 1:
        raise ValueError(
            tr("epsilon is {epsilon}, but must be 0 ≤ epsilon < 1: it is a share", epsilon=epsilon)
        )
    return torch.nn.functional.one_hot(labels, classes).float() * (1 - epsilon) + epsilon / classes


def mixed(x: Tensor, targets: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Mixup: each image, and its target, is λ of itself and 1 − λ of another one of the batch.

    λ ~ Beta(α, α) is drawn once for the batch, by torch's own random numbers. Returns new (x,
    targets). Raises ValueError unless alpha is above 0.
    Source: H. Zhang et al. (2018), mixup: Beyond Empirical Risk Minimization.

    >>> x, targets = torch.tensor([[0.0], [1.0]]), torch.eye(2)
    >>> mixed_x, mixed_targets = mixed(x, targets, alpha=1.0)
    >>> bool((mixed_targets[:, 1:] == mixed_x).all())
    True
    """
    if alpha <= 0:
        raise ValueError(
            tr("alpha is {alpha}, but Beta(α, α) asks for a number above 0", alpha=alpha)
        )
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    other = torch.randperm(len(x), device="cpu").to(x.device)
    return share * x + (1 - share) * x[other], share * targets + (1 - share) * targets[other]


def fit(
    model: nn.Module,
    train: Images,
    epochs: int,
    recipe: Recipe,
    batch_size: int = 32,
    seed: int = 0,
    after_epoch: Callable[[int], None] | None = None,
) -> list[float]:
    """Train a model in place by a recipe; return the mean loss of each epoch.

    `seed` decides the order of the images and mixup. `after_epoch(epoch)` is called with the number
    of the epoch, from 1, that has just ended. Raises what `cnncourse.training.fit` raises.

    >>> from cnncourse.data import digits
    >>> from cnncourse.models import deep_network
    >>> images, _ = digits(8, "resize")
    >>> len(fit(deep_network(3), images[:64], 2, Recipe(shape="cosine", smoothing=0.1)))
    2
    """
    require_images(train)
    require_trainable(model, epochs)
    device = home(model).device
    batches = Batches(
        train, batch_size, shuffle=True, mean=CENTER, std=SCALE, device=device, seed=seed
    )
    optimizer = optimizer_of(model, recipe)
    steps, losses, step = epochs * len(batches), [], 0
    with mode(model, training=True), reproducible(seed):
        for epoch in range(1, epochs + 1):
            total = 0.0
            for x, labels in batches:
                targets = smoothed(labels, len(train.classes), recipe.smoothing)
                if recipe.mixup:
                    x, targets = mixed(x, targets, recipe.mixup)
                for group in optimizer.param_groups:
                    climb = round(recipe.warmup * steps)
                    group["lr"] = learning_rate(step, steps, recipe.peak, recipe.shape, climb)
                loss = -(targets * model(x)).sum(1).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() * len(x)
                step += 1
            require_finite(total / len(train), epoch, recipe.peak)
            losses.append(total / len(train))
            if after_epoch:
                with mode(model, training=False):
                    after_epoch(epoch)
    return losses


def optimizer_of(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Adam or AdamW, with the decay for weights of two axes and more alone.

    >>> optimizer = optimizer_of(nn.Linear(2, 3), Recipe(weight_decay=0.1))
    >>> type(optimizer).__name__, [group["weight_decay"] for group in optimizer.param_groups]
    ('AdamW', [0.1, 0.0])
    """
    kind = torch.optim.AdamW if recipe.decoupled else torch.optim.Adam
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return kind(groups, recipe.peak)
