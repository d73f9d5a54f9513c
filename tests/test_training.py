import subprocess
import sys

import matplotlib
import pytest
import torch
from torch import nn

from cnncourse.data import Images, digits
from cnncourse.models import LeNet
from cnncourse.training import History, device, evaluate, fit, normalize, predict, seed_everything

DEVICES = ["cpu"]
DEVICES += ["cuda"] if torch.cuda.is_available() else []
DEVICES += ["mps"] if torch.backends.mps.is_available() else []


@pytest.fixture(scope="module")
def data():
    return digits()


def images(n, shape=(1, 4, 6), classes=3):
    generator = torch.Generator().manual_seed(n)
    pixels = torch.randint(0, 256, (n, *shape), generator=generator, dtype=torch.uint8)
    return Images(pixels, torch.arange(n) % classes, tuple("abc"[:classes]), "noise")


def small_model(*more):
    return nn.Sequential(nn.Flatten(), *more, nn.Linear(24, 3), nn.LogSoftmax(dim=1))


@pytest.mark.parametrize("on", DEVICES)
@pytest.mark.parametrize("optimizer", [None, torch.optim.SGD])
def test_the_same_seed_gives_the_same_numbers(on, optimizer):
    def run(seed, dropout=0.5, drawn_before=0):
        seed_everything(0)
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3),
            nn.Tanh(),
            nn.MaxPool2d(2, stride=1),
            nn.Dropout2d(dropout),
            nn.Flatten(),
            nn.Linear(12, 3),
            nn.LogSoftmax(dim=1),
        ).to(on)
        torch.rand(drawn_before)
        history = fit(
            model,
            images(50),
            3,
            batch_size=16,
            flip=True,
            shift=1,
            seed=seed,
            optimizer=optimizer and optimizer(model.parameters(), 0.1),
            progress=False,
        )
        return history.train_loss, [p.tolist() for p in model.parameters()]

    assert run(seed=1) == run(seed=1, drawn_before=5)
    assert run(seed=1, dropout=0.0)[0] != run(seed=2, dropout=0.0)[0]  # another order of images


def test_fit_leaves_the_global_random_numbers_alone():
    model = small_model(nn.Dropout())
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fit(model, images(6), 1, progress=False)
    assert torch.equal(torch.rand(3), expected)


def test_lenet_reads_digits(data):
    train, test = data
    seed_everything(0)
    model = LeNet(32).to(device())
    history = fit(model, train, epochs=5, batch_size=32, shift=1, validation=test, progress=False)
    assert history.validation_accuracy[-1] > 0.93
    assert history.train_loss[-1] < history.train_loss[0]


def test_history_holds_one_mean_over_all_images_for_each_epoch():
    # With a learning rate of 0 the mean over the epoch is the loss of the model that stays;
    # 10 images in batches of 4 end with a shorter batch.
    model, train, validation = small_model(), images(10), images(7)
    frozen = torch.optim.SGD(model.parameters(), lr=0.0)
    history = fit(
        model, train, 2, batch_size=4, optimizer=frozen, validation=validation, progress=False
    )
    before = evaluate(model, train)
    assert history.train_loss == pytest.approx([before.loss] * 2)
    assert history.train_accuracy == pytest.approx([before.accuracy] * 2)
    assert history.validation_loss == pytest.approx([evaluate(model, validation).loss] * 2)
    assert history.validation_accuracy == [evaluate(model, validation).accuracy] * 2


def test_evaluate_counts_every_image_once():
    model, data = small_model(), images(11)
    log_probabilities = model(normalize(data.images))
    expected = nn.functional.nll_loss(log_probabilities, data.labels).item()
    right = (log_probabilities.argmax(1) == data.labels).sum().item() / 11
    for batch_size in (1, 4, 11, 1000):
        result = evaluate(model, data, batch_size)
        assert (result.loss, result.accuracy) == pytest.approx((expected, right))


def test_predict_takes_images_or_pixels_and_gives_labels_or_probabilities():
    model, data = small_model(), images(5)
    probabilities = predict(model, data, probabilities=True)
    torch.testing.assert_close(probabilities.sum(1), torch.ones(5))
    assert torch.equal(predict(model, data), probabilities.argmax(1))
    assert torch.equal(predict(model, data.images, batch_size=2), predict(model, data))


@pytest.mark.parametrize(
    "run",
    [
        lambda model: fit(model, images(8), 1, validation=images(4), progress=False),
        lambda model: evaluate(model, images(4)),
        lambda model: predict(model, images(4)),
    ],
)
def test_every_layer_gets_its_own_mode_back(run):
    model = small_model(nn.BatchNorm1d(24), nn.Dropout())
    model.train()
    model[1].eval()  # a frozen layer
    run(model)
    assert [layer.training for layer in model] == [True, False, True, True, True]
    model.eval()
    run(model)
    assert not any(layer.training for layer in model.modules())


def test_dropout_acts_in_training_and_not_in_evaluation():
    seen = []
    model = small_model(nn.Dropout(0.9))
    model[1].register_forward_hook(lambda layer, x, y: seen.append(torch.equal(*x, y)))
    fit(model, images(8), 1, validation=images(8), progress=False)
    assert seen == [False, True]


def test_a_loss_that_is_no_number_stops_the_training():
    model = small_model()
    with pytest.raises(FloatingPointError, match=r"loss is (nan|inf).*epoch 1.*learning rate"):
        fit(
            model,
            images(64),
            3,
            batch_size=8,
            progress=False,
            optimizer=torch.optim.SGD(model.parameters(), lr=1e38),
        )


@pytest.mark.parametrize(
    "run",
    [
        lambda model, empty: fit(model, empty, 1, progress=False),
        lambda model, empty: fit(model, images(4), 1, validation=empty, progress=False),
        lambda model, empty: evaluate(model, empty),
    ],
)
def test_an_empty_data_set_is_named_before_anything_is_trained(run):
    model = small_model()
    before = model[1].weight.clone()
    with pytest.raises(ValueError, match="'noise' has no images"):
        run(model, images(3)[:0])
    assert torch.equal(model[1].weight, before)


def test_no_epochs_is_an_error():
    with pytest.raises(ValueError, match="epochs is 0"):
        fit(small_model(), images(4), 0)


@pytest.mark.parametrize(
    "run",
    [
        lambda model, size: fit(model, images(4), 1, batch_size=size),
        lambda model, size: evaluate(model, images(4), size),
        lambda model, size: predict(model, images(4), batch_size=size),
    ],
)
@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_of_no_images_is_an_error(run, size):
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, not {size}"):
        run(small_model(), size)


def rates_of(monkeypatch, n, epochs, batch_size, **options):
    """The learning rate of each step that `fit` takes."""
    rates, take = [], torch.optim.Adam.step
    monkeypatch.setattr(
        torch.optim.Adam,
        "step",
        lambda self, *rest: rates.append(self.param_groups[0]["lr"]) or take(self, *rest),
    )
    fit(small_model(), images(n), epochs, batch_size, progress=False, **options)
    return rates


@pytest.mark.parametrize("n, epochs, batch_size", [(3, 1, 100), (6, 1, 6), (6, 3, 2), (1, 9, 1)])
def test_few_steps_are_all_taken_at_the_given_rate(monkeypatch, n, epochs, batch_size):
    steps = epochs * -(-n // batch_size)
    assert steps < 10
    assert rates_of(monkeypatch, n, epochs, batch_size, learning_rate=0.25) == [0.25] * steps
    assert rates_of(monkeypatch, n, epochs, batch_size) == [0.005] * steps


@pytest.mark.parametrize("n, epochs, batch_size", [(10, 1, 1), (20, 5, 10), (33, 10, 8)])
def test_from_ten_steps_on_the_rate_climbs_to_the_given_one_and_falls(
    monkeypatch, n, epochs, batch_size
):
    rates = rates_of(monkeypatch, n, epochs, batch_size, learning_rate=0.25)
    top = rates.index(max(rates))
    assert len(rates) >= 10 and max(rates) == pytest.approx(0.25, rel=0.1)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[0] < 0.02 and rates[-1] < 1e-5


def test_one_step_on_few_images_changes_what_the_model_says():
    model, data = small_model(), images(100)
    before = evaluate(model, data).loss
    fit(model, data, epochs=1, progress=False)
    assert evaluate(model, data).loss < before - 1e-3


@pytest.mark.parametrize("frozen", [True, False])
def test_a_model_with_nothing_to_train_is_an_error_that_says_so(frozen):
    model = small_model().requires_grad_(False) if frozen else nn.Flatten()
    with pytest.raises(ValueError, match="no parameter that requires a gradient"):
        fit(model, images(4), 1, progress=False)


def test_a_model_without_parameters_is_evaluated():
    class FirstPixels(nn.Module):
        def forward(self, x):
            return x.flatten(1)[:, :3].log_softmax(1)

    data = images(7)
    first = data.images.flatten(1)[:, :3].long()
    assert torch.equal(predict(FirstPixels(), data), first.argmax(1))
    right = (first.argmax(1) == data.labels).float().mean().item()
    assert evaluate(FirstPixels(), data).accuracy == right


def test_no_images_have_no_labels():
    empty = torch.zeros(0, 1, 4, 6, dtype=torch.uint8)
    assert predict(small_model(), empty).shape == (0,)
    assert predict(small_model(), empty, probabilities=True).shape == (0, 3)


@pytest.mark.parametrize("flip, shift, expected", [(False, 0, 1), (True, 0, 2), (False, 1, 9)])
def test_flips_and_shifts_reach_the_images_that_train(flip, shift, expected):
    seen = []
    model = small_model()
    model.register_forward_pre_hook(lambda layer, x: seen.append(x[0]))
    image = torch.zeros(1, 1, 4, 6, dtype=torch.uint8)
    image[..., 1, 2] = 255
    data = Images(image.expand(200, -1, -1, -1), torch.zeros(200).long(), ("a",), "one image")
    fit(model, data, 1, flip=flip, shift=shift, progress=False)
    assert len(torch.cat(seen).unique(dim=0)) == expected


def test_a_loss_that_is_no_number_names_the_rate_of_the_given_optimizer():
    model = small_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e38)
    with pytest.raises(FloatingPointError, match=r"learning rate well under 1e\+38"):
        fit(model, images(64), 3, batch_size=8, progress=False, optimizer=optimizer)


def test_normalize_refuses_pixels_that_are_normalized_already():
    with pytest.raises(ValueError, match="float32"):
        normalize(normalize(images(2).images))


def test_fit_and_predict_scale_the_pixels_alike():
    seen = []
    model = small_model()
    model.register_forward_pre_hook(lambda layer, x: seen.append(x[0]))
    data = images(4)
    fit(model, data, 1, validation=data, progress=False)
    shuffled, in_order = seen
    torch.testing.assert_close(shuffled.sort(0).values, in_order.sort(0).values)


@pytest.mark.parametrize(
    "name, error, message",
    [
        ("abacus", ValueError, "'abacus'.*auto, cpu, cuda or mps"),
        ("", ValueError, "auto, cpu, cuda or mps"),
        ("cuda", RuntimeError, "'cuda'.*no such device"),
        ("mps", RuntimeError, "'mps'.*no such device"),
    ],
)
def test_a_device_that_is_unknown_or_missing_is_an_error(monkeypatch, name, error, message):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setenv("CNNCOURSE_DEVICE", name)
    with pytest.raises(error, match=message):
        device()


@pytest.mark.parametrize(
    "setting, cuda, mps, expected",
    [
        (None, True, True, "cuda"),
        ("auto", False, True, "mps"),
        ("auto", False, False, "cpu"),
        ("cpu", True, True, "cpu"),
        ("mps", True, True, "mps"),
    ],
)
def test_auto_prefers_the_gpu_and_a_name_insists(monkeypatch, setting, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.delenv("CNNCOURSE_DEVICE", raising=False)
    if setting is not None:
        monkeypatch.setenv("CNNCOURSE_DEVICE", setting)
    assert device() == torch.device(expected)


@pytest.mark.parametrize("progress", [True, False])
def test_the_progress_bar_shows_only_when_asked(progress, capsys):
    fit(small_model(), images(4), 1, progress=progress)
    assert ("batch" in capsys.readouterr().err) == progress


def test_history_plots_both_curves():
    matplotlib.use("Agg")
    history = History([2.0, 1.0], [0.4, 0.6], [2.1, 1.2], [0.3, 0.5])
    curves = [[2.0, 1.0], [2.1, 1.2]], [[0.4, 0.6], [0.3, 0.5]]
    for ax, expected in zip(history.plot(), curves, strict=True):
        assert [list(line.get_ydata()) for line in ax.lines] == expected


def test_training_does_not_import_matplotlib():
    code = "import sys, cnncourse.training; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
