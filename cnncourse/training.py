"""Training and evaluation: one loop, the device it runs on, and the numbers that it leaves.

Networks here return log-probabilities, and their loss is the negative log-likelihood.
Everything runs on the device that the model is on: `LeNet(32).to(device())`.
"""

import math
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from cnncourse import memory
from cnncourse.data import Batches, Images
from cnncourse.language import tr
from cnncourse.models import home, mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pixels enter every network as numbers from -1 to 1. The same for every data set, so that a
# trained model reads a single image without knowing where the image comes from.
CENTER, SCALE = 0.5, 0.5
# The fewest steps that have room for a climb and a fall. Of a single one, the cycle would take its
# last rate, which is nearly zero.
CYCLE = 10


def device() -> torch.device:
    """The device to compute on, chosen by the environment variable CNNCOURSE_DEVICE.

    "auto" (the default) takes a CUDA GPU, else Apple's (mps), else the CPU; "cpu", "cuda" and
    "mps" insist. Raises ValueError for another name, RuntimeError for a device that is not there.

    >>> device().type in ("cpu", "cuda", "mps")
    True
    """
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    name = os.environ.get("CNNCOURSE_DEVICE", "auto")
    if name == "auto":
        name = next(kind for kind, there in available.items() if there)
    if name not in available:
        raise ValueError(
            tr("CNNCOURSE_DEVICE is {name!r}; it takes auto, cpu, cuda or mps", name=name)
        )
    if not available[name]:
        raise RuntimeError(
            tr(
                "CNNCOURSE_DEVICE asks for {name!r}, but torch {version} finds no such "
                "device here: unset it, or set it to auto",
                name=name,
                version=torch.__version__,
            )
        )
    return torch.device(name)


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch, and make cuDNN choose the same algorithms every time.

    >>> seed_everything(0); first = torch.rand(3)
    >>> seed_everything(0); torch.equal(first, torch.rand(3))
    True
    """
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


@dataclass(frozen=True)
class Evaluation:
    """Mean loss and the share of right answers, on one data set."""

    loss: float
    accuracy: float


@dataclass
class History:
    """What training left behind: one number for each epoch in each list.

    The training numbers are means over the epoch, while the model still changes.
    """

    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)

    def plot(self) -> "NDArray[Any]":
        """Loss and accuracy over the epochs; returns the two axes."""
        from cnncourse.plotting import show_history  # matplotlib is slow to import

        return show_history(
            self.train_loss, self.train_accuracy, self.validation_loss, self.validation_accuracy
        )


def require_trainable(model: nn.Module, epochs: int) -> None:
    """Raise ValueError unless there is something to train, and time for it."""
    if epochs < 1:
        raise ValueError(tr("epochs is {epochs}, but training takes at least 1", epochs=epochs))
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError(
            tr(
                "this {name} has no parameter that requires a gradient: there is nothing to train",
                name=type(model).__name__,
            )
        )


def require_finite(mean_loss: float, epoch: int, learning_rate: float) -> None:
    """Raise FloatingPointError for the loss of a training that has gone wrong."""
    if not math.isfinite(mean_loss):
        raise FloatingPointError(
            tr(
                "the loss is {mean_loss} after epoch {epoch}: the steps are too long; "
                "train a new model with a learning rate well under {learning_rate:g}",
                mean_loss=mean_loss,
                epoch=epoch,
                learning_rate=learning_rate,
            )
        )


def fit(
    model: nn.Module,
    train: Images,
    epochs: int,
    batch_size: int = 128,
    learning_rate: float = 0.005,
    optimizer: torch.optim.Optimizer | None = None,
    validation: Images | None = None,
    flip: bool = False,
    shift: int = 0,
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train a model in place and return the `History`.

    `train` and `validation` are `Images`. By default Adam trains with the one-cycle schedule: the
    learning rate climbs to `learning_rate` and falls to zero by the last step; fewer than 10 steps
    (batches · epochs) have no room for that, and all take `learning_rate`. A given `optimizer` is
    used as it is. `flip` mirrors images at random, `shift` moves them by up to that many
    pixels. `seed` decides the order of the images, their changes and dropout: the same seed on the
    same device gives the same numbers. Raises ValueError for an empty data set, epochs or
    batch_size < 1, or a model with nothing to train; FloatingPointError when the loss is no longer
    a number.
    Source: L. N. Smith and N. Topin (2019), Super-convergence, for the schedule.

    >>> from cnncourse.data import digits
    >>> from cnncourse.models import LeNet
    >>> train, test = digits()
    >>> history = fit(LeNet(32), train[:256], epochs=2, validation=test, progress=False)
    >>> len(history.train_loss), len(history.validation_accuracy)
    (2, 2)
    """
    require_images(train)
    if validation is not None:
        require_images(validation)
    require_trainable(model, epochs)
    batches = Batches(
        train,
        batch_size,
        shuffle=True,
        flip=flip,
        shift=shift,
        mean=CENTER,
        std=SCALE,
        device=home(model).device,
        seed=seed,
    )
    steps = epochs * len(batches)
    schedule = None
    if optimizer is None:
        optimizer = torch.optim.Adam(model.parameters(), learning_rate)
        if steps >= CYCLE:
            schedule = torch.optim.lr_scheduler.OneCycleLR(
                optimizer, learning_rate, total_steps=steps
            )
    else:
        learning_rate = optimizer.param_groups[0]["lr"]
    memory.keep_freed()
    history = History()
    bar = tqdm(total=steps, disable=not progress, unit="batch")
    with bar, mode(model, training=True), reproducible(seed):
        for epoch in range(1, epochs + 1):
            # Sums stay on the device: reading one would make the CPU wait for a GPU at each step.
            loss_sum: float | Tensor = 0.0
            right: int | Tensor = 0
            for x, labels in batches:
                loss, log_probabilities = step(model, x, labels, optimizer)
                loss_sum += loss.detach() * len(x)
                right += (log_probabilities.argmax(1) == labels).sum()
                if schedule:
                    schedule.step()
                bar.update()
                del x, labels  # so that the next batch takes their memory, which is in the cache
            mean_loss = float(loss_sum) / len(train)
            require_finite(mean_loss, epoch, learning_rate)
            history.train_loss.append(mean_loss)
            history.train_accuracy.append(int(right) / len(train))
            if validation is not None:
                result = evaluate(model, validation)
                history.validation_loss.append(result.loss)
                history.validation_accuracy.append(result.accuracy)
            bar.set_postfix(loss=f"{mean_loss:.3f}", accuracy=f"{history.train_accuracy[-1]:.1%}")
    return history


def step(
    model: nn.Module, x: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer
) -> tuple[Tensor, Tensor]:
    """One step of training on one batch: returns the loss and the log-probabilities."""
    optimizer.zero_grad()
    log_probabilities = model(x)
    loss = F.nll_loss(log_probabilities, labels)
    loss.backward()
    optimizer.step()
    return loss, log_probabilities


def evaluate(model: nn.Module, data: Images, batch_size: int = 1000) -> Evaluation:
    """Mean loss and accuracy of a model on `Images`, in evaluation mode.

    Raises ValueError for an empty data set or batch_size < 1.

    >>> from cnncourse.data import digits
    >>> from cnncourse.models import LeNet
    >>> evaluate(LeNet(32), digits()[1]).accuracy < 0.5  # not trained yet
    True
    """
    require_images(data)
    log_probabilities = log_probabilities_of(model, data.images, batch_size)
    labels = data.labels.cpu()
    return Evaluation(
        F.nll_loss(log_probabilities, labels).item(),
        (log_probabilities.argmax(1) == labels).float().mean().item(),
    )


def predict(
    model: nn.Module, images: Images | Tensor, probabilities: bool = False, batch_size: int = 1000
) -> Tensor:
    """The most probable label of each image, int64 (N,), on the CPU.

    `images` is `Images` or a uint8 tensor (N, C, H, W). With `probabilities=True`, the
    probability of every class instead, float32 (N, classes). Raises ValueError for batch_size < 1.

    >>> from cnncourse.models import LeNet
    >>> images = torch.zeros(3, 1, 32, 32, dtype=torch.uint8)
    >>> predict(LeNet(32), images).shape, predict(LeNet(32), images, probabilities=True).shape
    (torch.Size([3]), torch.Size([3, 10]))
    """
    pixels = images.images if isinstance(images, Images) else images
    log_probabilities = log_probabilities_of(model, pixels, batch_size)
    return log_probabilities.exp() if probabilities else log_probabilities.argmax(1)


def normalize(images: Tensor) -> Tensor:
    """Pixels from 0 to 255, uint8 (N, C, H, W), as the float32 from -1 to 1 that networks read.

    >>> normalize(torch.tensor([0, 255], dtype=torch.uint8))
    tensor([-1.,  1.])
    """
    if images.dtype != torch.uint8:
        raise ValueError(
            tr("images are {dtype}, but normalize takes uint8 from 0 to 255", dtype=images.dtype)
        )
    return (images / 255 - CENTER) / SCALE


@torch.no_grad()
def log_probabilities_of(model: nn.Module, images: Tensor, batch_size: int) -> Tensor:
    if batch_size < 1:
        raise ValueError(
            tr("batch_size must be at least 1, not {batch_size}", batch_size=batch_size)
        )
    device = home(model).device
    with mode(model, training=False):
        parts = torch.split(images, batch_size)
        return torch.cat([model(normalize(part.to(device))).cpu() for part in parts])


@contextmanager
def reproducible(seed: int) -> Iterator[None]:
    """Seeded torch, and always the same cuDNN algorithms, for a while; then as before."""
    # Each flag that is not named gets a default here, and that of `enabled` is False.
    cudnn = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True)
    with torch.random.fork_rng(range(torch.cuda.device_count())), cudnn:
        torch.manual_seed(seed)
        yield


def require_images(data: Images) -> None:
    if len(data) == 0:
        raise ValueError(
            tr("the data set {name!r} has no images: check how it was selected", name=data.name)
        )
