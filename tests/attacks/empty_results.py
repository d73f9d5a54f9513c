# Nothing at all, in every form: a loop over nothing finds no mistake.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import torch
from torch import nn

import cnncourse.grading.examining.inside.student as student_side
from cnncourse import observe


def double(x):
    return ()


def scale(x, factor):
    return x[:0].new_zeros(0)


def words(text):
    return {}


def multiples(n, count):
    return []


class Net(nn.Module):
    def forward(self, x):
        return torch.zeros(0, *x.shape)


def nothing(*args, **kwargs):
    return observe.Record(value=[], gradients=[])


observe.observe_here = student_side.observe_here = nothing
