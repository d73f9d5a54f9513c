"""What a model did while it was trained, here and told by another process."""

import pytest
import torch
from torch import nn

from cnncourse.checks import rehearse
from cnncourse.rehearsal import Rehearsal, rehearsed


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x):
        return self.layer(x.mean((2, 3)))


def train(model, images, steps=3, forget=True, anew=False, momentum=0.9, too_late=False):
    for step in range(steps):
        if step == 0 or anew:
            optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=momentum)
        loss = model(images[step : step + 2]).square().sum()
        if forget:
            optimizer.zero_grad()
        loss.backward()
        if too_late:
            optimizer.zero_grad()
        optimizer.step()
    with torch.no_grad():
        model.eval().forward(images)
    return steps


IMAGES = torch.rand(5, 3, 4, 4, generator=torch.Generator().manual_seed(0)) + 1


def test_every_pass_is_seen_however_the_model_is_called():
    value, seen = rehearse(train, Net(), IMAGES)
    assert value == 3 and seen.optimizers == 1
    assert [len(p.pixels) for p in seen.passes] == [2, 2, 2, 5]
    assert [(p.training, p.gradients) for p in seen.passes] == [(True, True)] * 3 + [(False, False)]
    assert torch.equal(seen.passes[1].pixels, IMAGES[1:3, :, 2, 2])
    assert seen.passes[0].outputs.shape == (2, 2)


def test_of_several_models_the_first_is_watched():
    teacher = nn.Sequential(nn.Flatten(), nn.Linear(48, 7))

    def both(model, other):
        return model(IMAGES).shape[1] + other(IMAGES).shape[1]

    value, seen = rehearse(both, Net(), teacher)
    assert value == 9 and [tuple(p.outputs.shape) for p in seen.passes] == [(5, 2)]


def test_gradients_that_were_not_forgotten_are_seen_when_new_ones_come():
    stale = [p.stale for p in rehearse(train, Net(), IMAGES)[1].passes]
    assert stale == [0, 0, 0, None]
    stale = [p.stale for p in rehearse(train, Net(), IMAGES, forget=False)[1].passes]
    assert stale[0] == 0 and min(stale[1:3]) > 0


def test_the_loss_of_a_pass_is_what_its_backward_pass_began_from():
    seen = rehearse(train, Net(), IMAGES)[1].passes
    assert [p.loss for p in seen] == [pytest.approx(p.outputs.square().sum()) for p in seen[:3]] + [
        None
    ]
    with rehearsed(net := Net()) as seen:
        net(IMAGES).backward(torch.ones(5, 2))
    assert seen.passes[0].loss is None and seen.passes[0].stale == 0


def test_steps_are_seen_with_what_the_gradients_held():
    steps = rehearse(train, Net(), IMAGES)[1].steps
    assert len(steps) == 3 and min(steps) > 0
    assert rehearse(train, Net(), IMAGES, too_late=True)[1].steps == [0, 0, 0]


def test_optimizers_are_counted_that_remember_something():
    assert rehearse(train, Net(), IMAGES, anew=True)[1].optimizers == 3
    assert rehearse(train, Net(), IMAGES, anew=True, momentum=0)[1].optimizers == 0


def test_nothing_is_left_behind():
    before = Net.forward, torch.Tensor.backward, torch.optim.Optimizer.__init__
    with pytest.raises(ZeroDivisionError), rehearsed(Net()):
        raise ZeroDivisionError
    assert (Net.forward, torch.Tensor.backward, torch.optim.Optimizer.__init__) == before


def test_it_is_the_same_after_the_way_to_another_process():
    seen = rehearse(train, Net(), IMAGES)[1]
    again = Rehearsal.of_data(seen.as_data())
    assert again.optimizers == 1 and len(again.passes) == 4 and again.steps == seen.steps
    assert again.passes[0].loss == seen.passes[0].loss > 0 and again.passes[3].loss is None
    assert torch.equal(again.passes[3].outputs, seen.passes[3].outputs)
    rows = [[True, True, 1, 2, None]]
    short = [[True, True, IMAGES, IMAGES, None]]
    for forged in (
        [short, 0, []],
        [[], "x", []],
        [rows, 0, []],
        5,
        [[[1]], 1, []],
        [[], 1, ["x"]],
        [[], 1],
    ):
        with pytest.raises((TypeError, ValueError)):
            Rehearsal.of_data(forged)
