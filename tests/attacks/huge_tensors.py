# Tensors that are small in memory and huge on the wire, or of a billion rows of nothing.
# honest: 0
# verdict: wrong, memory limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import numpy as np
import torch
from torch import nn


def double(x):
    return torch.zeros(()).expand(1 << 45)


def scale(x, factor):
    return torch.zeros(1).expand(1 << 29)


def words(text):
    return [torch.zeros(1 << 20) for _ in range(40)]


def multiples(n, count):
    return np.broadcast_to(np.float32(1), (1 << 40,))


class Net(nn.Module):
    def forward(self, x):
        return torch.zeros(1 << 62, 0)
