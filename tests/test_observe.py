"""A call is recorded as it happened: result, arguments afterwards, error, gradients, helpers used."""

import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F

from cnncourse.checks import CheckFailed, after, by_hand
from cnncourse.observe import Call, observe

X = torch.arange(16.0).reshape(1, 1, 4, 4)
KERNEL = torch.ones(1, 1, 2, 2)


def test_the_arguments_are_recorded_as_the_call_left_them():
    record = observe(lambda x, scale: x.mul_(scale), torch.ones(2), scale=3.0)
    assert record.args[0].tolist() == [3, 3] and record.kwargs == {"scale": 3.0}
    assert record.value.tolist() == [3, 3] and record.error is None


def test_tensors_keep_the_grad_that_the_call_left_them():
    weights = [torch.ones(2, requires_grad=True), torch.zeros(3)]
    for weight in weights:
        weight.grad = torch.full_like(weight, 4.0)

    def halve(parameters, product):
        for parameter in parameters:
            parameter.grad /= 2
        return product

    record = observe(halve, weights, 2 * weights[0])  # the second is no leaf
    weights[0].grad.zero_()  # what was recorded shares no memory with the argument
    assert [w.grad.tolist() for w in record.args[0]] == [[2, 2], [2, 2, 2]]
    assert record.args[1].tolist() == [2, 2] and record.args[1].grad is None
    assert observe(lambda state: None, {"w": weights[1]}).args[0]["w"].grad.tolist() == [2, 2, 2]


def test_after_shows_what_the_call_did_and_leaves_the_arguments():
    weight = torch.ones(2)
    weight.grad = torch.tensor([3.0, 4.0])

    def clip(parameters):
        parameters[0].grad /= 5
        return 5.0

    value, (found,) = after(clip, [weight])
    assert value == 5 and torch.allclose(found[0].grad, torch.tensor([0.6, 0.8]))
    assert weight.grad.tolist() == [3, 4]
    with pytest.raises(CheckFailed, match="clip.*it raised AttributeError"):
        after(clip, [1.0], what="clip(parameters)")


def test_an_error_is_recorded_with_its_bases():
    class Own(ValueError):
        pass

    def fail(x):
        raise Own("no")

    names, message = observe(fail, X).error
    assert names[:2] == ["Own", "ValueError"] and message == "no"


def test_gradients_leave_the_arguments_alone():
    x = torch.tensor([1.0, 2.0])
    record = observe(lambda a, k: k * a**2, x, 3, gradient=True, upstream=torch.tensor([1.0, 2.0]))
    assert record.gradients[0].tolist() == [6, 24]
    assert not x.requires_grad and x.grad is None
    assert observe(lambda a: a.detach(), x, gradient=True).gradients is None


@pytest.mark.parametrize(
    "watch, function",
    [
        ("torch.nn.functional.conv2d", lambda x: F.conv2d(x, KERNEL)),
        ("torch.nn.functional.conv2d", lambda x: torch.nn.Conv2d(1, 1, 2)(x)),
        (
            "aten.convolution",
            lambda x: torch.ops.aten.convolution(
                x, KERNEL, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
            ),
        ),
        ("aten.im2col", torch.nn.Unfold(2)),
        ("torch.nn.functional.max_pool2d", torch.nn.MaxPool2d(2)),
        ("torch.nn.init.xavier_uniform_", lambda x: torch.nn.init.xavier_uniform_(x[0, 0])),
    ],
)
def test_a_watched_function_is_seen_however_it_is_reached(watch, function):
    assert observe(function, X.clone(), watch=(watch,)).used == [watch]


def test_views_and_products_are_not_taken_for_the_watched_functions():
    by = (
        "torch.nn.functional.unfold",
        "torch.nn.functional.conv2d",
        "aten.im2col",
        "aten.convolution",
    )
    record = observe(lambda x: x.unfold(2, 2, 1).sum() + (x @ x).sum(), X, watch=by)
    assert record.used == [] and record.error is None


def test_work_left_to_torch_is_named_and_the_result_of_own_work_returned():
    without = ("torch.nn.functional.conv2d",)
    with pytest.raises(CheckFailed, match="this calls torch.nn.functional.conv2d"):
        by_hand(F.conv2d, X, KERNEL, without=without)
    assert by_hand(torch.sum, X, without=without) == 120


def test_a_function_of_another_process_is_asked_to_observe_itself():
    class Remote:
        def __observe__(self, args, kwargs, gradient, upstream, watch):
            return Call(value=(args, kwargs, gradient, watch))

    assert observe(Remote(), 1, gradient=True, k=2).value == ((1,), {"k": 2}, True, ())


def test_watching_does_not_import_torchs_compiler():
    # That would take seconds, in every student's notebook and in every grading.
    code = (
        "import sys, torch; from cnncourse.observe import observe; "
        "record = observe(torch.square, torch.ones(1), watch=('aten.pow',)); "
        "print(record.used, 'torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['aten.pow'] False"
