"""The course's own entry in its race: a network and a recipe for CIFAR-10 on a laptop's processor.

`cnncourse race --copy mine.py` copies this file, to begin from; the chapter "A race on two cores"
says what each choice buys.
"""

import math
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnncourse.data import Batches, Images

EPOCHS = {0.6: 2, 0.7: 3, 0.8: 6, 0.85: 12}  # enough for a share of right answers, and no more
BATCH, RATE, MOMENTUM, DECAY, SMOOTHING, CLIMB = 256, 0.3, 0.9, 5e-4, 0.1, 0.25


def block(inputs: int, outputs: int, kernel_size: int = 3, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, kernel_size, stride, padding=1, bias=False)
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
        self.layers = nn.Sequential(
            block(3, 32, kernel_size=4, stride=2),  # 16 × 16 from here on
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
    batches = Batches(train, BATCH, True, flip=True, shift=2, mean=0.5, std=0.5, seed=seed)
    network = Network(faster(next(iter(batches))[0]))
    optimizer = torch.optim.SGD(
        network.parameters(), RATE, MOMENTUM, weight_decay=DECAY, nesterov=True
    )
    epochs = next((epochs for share, epochs in EPOCHS.items() if goal <= share), 30)
    steps = epochs * len(batches)
    top = math.ceil(CLIMB * steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / top, (steps - step) / (steps - top))
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
