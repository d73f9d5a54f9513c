"""The course's own entry in its race: a network and a recipe for CIFAR-10 on a laptop's processor.

`cnncourse race --copy mine.py` copies this file, to begin from; the chapter "A race on two cores"
says what each choice buys.
"""

import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnncourse.data import Batches, Images
from cnncourse.training import normalize

EPOCHS = {0.6: 1, 0.7: 1, 0.8: 3, 0.85: 14}  # enough for a share of right answers, and no more
OFTEN = 4  # epochs from which on an image is seen so often that it has to change
BATCH, RATE, MOMENTUM, DECAY, SMOOTHING, CLIMB = 128, 0.15, 0.9, 5e-4, 0.1, 0.25


def block(inputs: int, outputs: int) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """What a block makes of its input is added to the input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block = block(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.block(x)  # type: ignore[no-any-return]


class Network(nn.Module):
    """(N, 3, 32, 32) to (N, 10): at 32 × 32 it does nothing, for that is what costs most."""

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.dtype = dtype
        self.first = nn.Conv2d(3, 32, 4, stride=2, padding=1, bias=False)  # to 16 × 16
        self.layers = nn.Sequential(
            *(self.first, nn.BatchNorm2d(32), nn.ReLU(inplace=True)),
            *(block(32, 64), nn.MaxPool2d(2), Residual(64)),
            *(block(64, 128), nn.MaxPool2d(2), Residual(128)),
            *(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(128, 10, bias=False)),
        )
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast("cpu", self.dtype, enabled=self.dtype != torch.float32):
            scores = self.layers(x)
            if not self.training:  # an image and its mirror image are the same thing
                scores = scores + self.layers(x.flip(3))
        return F.log_softmax(scores.float() / 8, dim=1)


def whiten(layer: nn.Conv2d, x: Tensor) -> None:
    """Begin with the directions in which patches of x vary most, and their negatives, as filters.

    Source: K. Jordan (2024), 94% on CIFAR-10 in 3.29 Seconds on a Single GPU.
    """
    patches = F.unfold(x, layer.kernel_size, stride=layer.stride).mT.flatten(0, 1)
    variances, directions = torch.linalg.eigh(patches.mT @ patches / len(patches))
    filters = (directions / (variances + 0.0025).sqrt()).mT.flip(0)[: len(layer.weight) // 2]
    layer.weight.data = torch.cat((filters, -filters)).view_as(layer.weight)


def faster(x: Tensor) -> torch.dtype:
    """float32 or bfloat16: the one in which this processor takes less time for a batch."""
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        network = Network(dtype)
        for _ in range(2):  # the first time is for getting ready
            start = time.perf_counter()
            network(x).sum().backward()
            seconds[dtype] = time.perf_counter() - start
    return min(seconds, key=lambda dtype: seconds[dtype])


def compete(train: Images, goal: float, seed: int) -> Iterator[nn.Module]:
    """Train for a share `goal` of right answers, and show the network after each epoch."""
    torch.manual_seed(seed)
    epochs = next((epochs for share, epochs in EPOCHS.items() if goal <= share), 30)
    flip, shift = (True, 2) if epochs >= OFTEN else (False, 0)
    batches = Batches(train, BATCH, True, flip, shift, mean=0.5, std=0.5, seed=seed)
    some = normalize(train.images[:2000])
    network = Network(faster(some[:BATCH]))
    whiten(network.first, some)
    optimizer = torch.optim.SGD(
        network.parameters(), RATE, MOMENTUM, weight_decay=DECAY, nesterov=True
    )
    steps = epochs * len(batches)
    top = CLIMB * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (top + 1), (steps - step) / (steps - top))
    )
    for _ in range(epochs):
        network.train()
        for x, labels in batches:
            loss = F.cross_entropy(network(x), labels, label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        yield network
