"""Recipes against torch: schedules, softened labels, mixed images, decoupled decay."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnncourse import recipes
from cnncourse.data import digits
from cnncourse.models import deep_network
from cnncourse.recipes import Recipe


@pytest.fixture(scope="module")
def few():
    return digits(8, "resize")[0][:70]


@pytest.mark.parametrize("steps, warmup", [(20, 0), (17, 5), (1, 0)])
def test_cosine_is_torchs_after_a_linear_climb(steps, warmup):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - warmup)
    for step in range(steps):
        rate = recipes.learning_rate(step, steps, 0.3, "cosine", warmup)
        if step < warmup:
            assert rate == pytest.approx(0.3 * (step + 1) / warmup)
            continue
        assert rate == pytest.approx(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()


def test_steps_fall_at_half_and_at_three_quarters():
    rates = [recipes.learning_rate(step, 8, 1.0, "steps") for step in range(8)]
    assert rates == [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]


def test_a_step_or_shape_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="step is 5, but 5 steps"):
        recipes.learning_rate(5, 5, 1.0)
    with pytest.raises(ValueError, match="shape is 'linear'"):
        recipes.learning_rate(0, 5, 1.0, "linear")


@pytest.mark.parametrize("epsilon", [0, 0.1, 0.6])
def test_loss_of_smoothed_labels_is_torchs(epsilon):
    scores = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 3, 1, 2, 2, 0])
    loss = -(recipes.smoothed(labels, 4, epsilon) * scores.log_softmax(1)).sum(1).mean()
    torch.testing.assert_close(loss, F.cross_entropy(scores, labels, label_smoothing=epsilon))


@pytest.mark.parametrize("epsilon", [-0.1, 1])
def test_a_share_outside_of_0_to_1_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon is"):
        recipes.smoothed(torch.tensor([0]), 4, epsilon)


def test_mixup_mixes_images_and_targets_by_one_share():
    torch.manual_seed(3)
    x, targets = torch.arange(5.0), torch.eye(5)
    shares = []
    for _ in range(200):
        mixed, shared = recipes.mixed(x, targets, 0.4)
        torch.testing.assert_close(mixed, shared @ x)
        torch.testing.assert_close(shared.sum(1), torch.ones(5))
        shares.append(shared.diag().min())
    shares = torch.stack(shares)
    assert shares.min() < 0.1 and shares.max() > 0.9 and 0.4 < shares.mean() < 0.6
    with pytest.raises(ValueError, match="alpha is 0"):
        recipes.mixed(x, targets, 0)


def test_plain_recipe_is_torchs_adam(few):
    torch.manual_seed(0)
    ours, theirs = deep_network(3), deep_network(3)
    theirs.load_state_dict(ours.state_dict())
    losses = recipes.fit(ours, few, 2, Recipe(peak=0.01), batch_size=32, seed=4)
    batches = recipes.Batches(few, 32, shuffle=True, mean=0.5, std=0.5, seed=4)
    optimizer, expected = torch.optim.Adam(theirs.parameters(), 0.01), []
    for _ in range(2):
        total = 0.0
        for x, labels in batches:
            loss = F.nll_loss(theirs(x), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        expected.append(total / len(few))
    assert losses == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("decoupled", [True, False])
def test_decay_without_a_gradient(few, decoupled):
    """AdamW shrinks a weight by the rate times the decay; in Adam's penalty the decay cancels."""
    layer = nn.Linear(1, 1, bias=True)
    nn.init.constant_(layer.weight, 2.0)
    nn.init.constant_(layer.bias, 2.0)
    recipe = Recipe(peak=0.1, weight_decay=0.5, decoupled=decoupled)
    optimizer = recipes.optimizer_of(layer, recipe)
    (0 * (layer.weight + layer.bias)).sum().backward()
    optimizer.step()
    assert layer.weight.item() == pytest.approx(2 * (1 - 0.05) if decoupled else 2 - 0.1)
    assert layer.bias.item() == 2.0, "no decay of biases"


def test_seed_decides_everything_and_modes_are_left_as_they_were(few):
    losses, epochs = [], []
    for seed in (1, 1, 2):
        torch.manual_seed(0)
        model = deep_network(3).eval()
        torch.rand(seed)
        recipe = Recipe(shape="cosine", warmup=0.2, smoothing=0.1, mixup=1.0)
        losses.append(recipes.fit(model, few, 2, recipe, seed=seed, after_epoch=epochs.append))
        assert not model.training
    assert losses[0] == losses[1] != losses[2]
    assert epochs == [1, 2] * 3
    with pytest.raises(ValueError, match="epochs is 0"):
        recipes.fit(deep_network(3), few, 0, Recipe())


def test_what_cannot_be_trained_or_went_wrong_is_an_error_as_in_training_fit():
    images, _ = digits(8, "resize")
    with pytest.raises(ValueError, match="no parameter that requires a gradient"):
        recipes.fit(deep_network(3).requires_grad_(False), images[:8], 1, Recipe())
    model = deep_network(3)
    with torch.no_grad():
        next(model.parameters()).fill_(torch.nan)
    with pytest.raises(FloatingPointError, match="the loss is nan after epoch 1"):
        recipes.fit(model, images[:8], 2, Recipe())
