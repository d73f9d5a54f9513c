# Every cell reports outputs whose parts are no text: numbers that have none, tensors, megabytes.
# honest: 16
# verdict: ok
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import gc

import torch
from torch import nn

from cnncourse.grading.examining.protocol.link import Link


def double(x):
    return 2 * x


def scale(x, factor):
    return factor * x


def words(text):
    return {word: text.split().count(word) for word in text.split()}


def multiples(n, count):
    return [n * i for i in range(1, count + 1)]


def twice(function, x):
    return function(function(x))


class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount
        return self.balance


class Net(nn.Module):
    def forward(self, x):
        return x + 1


def run(text):
    number, size = 10**4700, 10**30
    error = {"output_type": "error", "ename": number, "evalue": -number, "traceback": [number]}
    lines = {"output_type": "error", "evalue": b"x" * 10**6, "traceback": [torch.rand(9), size]}
    stream = {"output_type": "stream", "name": number, "text": number}
    return [error, lines, stream, {"output_type": "display_data", "data": {"text/plain": size}}], size


(link,) = (found for found in gc.get_objects() if type(found) is Link)
link.operations["run"] = run
# %% another
"its outputs are made up"
