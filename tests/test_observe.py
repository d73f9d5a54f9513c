"""A call is recorded as it happened: result, arguments afterwards, error, gradients, helpers used."""

import subprocess
import sys

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnncourse.checks import CheckFailed, after, by_hand
from cnncourse.observe import Call, handed, observe

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
    assert observe(lambda state: None, {"w": weights[1]}).args[0]["w"].grad.tolist() == [4, 4, 4]


def test_after_shows_what_the_call_did_and_leaves_the_arguments():
    weight = torch.ones(2)
    weight.grad = torch.tensor([3.0, 4.0])

    def clip(parameters):
        parameters[0].grad /= 5
        return 5.0

    value, (found,) = after(clip, [weight])
    assert value == 5 and torch.allclose(found[0].grad, torch.tensor([0.6, 0.8]))
    assert weight.grad.tolist() == [3, 4]
    with pytest.raises(CheckFailed, match=r"clip.*it raised AttributeError"):
        after(clip, [1.0], what="clip(parameters)")


def test_an_error_is_recorded_with_its_bases():
    class Own(ValueError):
        pass

    def fail(x):
        raise Own("no")

    names, message = observe(fail, X).error
    assert names[:2] == ["Own", "ValueError"] and message == "no"


def test_of_the_lines_that_led_to_an_error_the_last_five_are_told():
    names = {}
    exec(compile("def f(n):\n    return f(n - 1) if n else 1 / 0", "<cell>", "exec"), names)
    lines = observe(names["f"], 9).lines
    assert len(lines) == 5 and all("of your cell, in f" in line for line in lines)


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
    with pytest.raises(CheckFailed, match=r"this calls torch\.nn\.functional\.conv2d"):
        by_hand(F.conv2d, X, KERNEL, without=without)
    assert by_hand(torch.sum, X, without=without) == 120


def test_a_function_of_another_process_is_asked_to_observe_itself():
    class Remote:
        def __observe__(self, args, kwargs, gradient, upstream, watch, rehearse):
            return Call(value=(args, kwargs, gradient, watch, rehearse))

    assert observe(Remote(), 1, gradient=True, k=2).value == ((1,), {"k": 2}, True, (), False)


def test_a_profiler_that_was_there_is_there_again():
    def profiler(*event):
        pass

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        observe(torch.square, X, watch=("aten.pow",))
        observe(lambda: 1 / 0, watch=("aten.pow",))
        after_all = sys.getprofile()
    finally:
        sys.setprofile(before)
    assert after_all is profiler


def test_each_watched_name_is_told_once_in_the_order_of_the_calls():
    watch = ("aten.mul", "torch.nn.functional.conv2d", "aten.pow", "no.such.module.function")

    def work(x):
        return (F.conv2d(x, KERNEL) ** 2 * 2 * 3).sum()

    assert observe(work, X, watch=watch).used == [
        "torch.nn.functional.conv2d",
        "aten.pow",
        "aten.mul",
    ]
    assert observe(work, X).used == []


def test_watching_changes_nothing_of_what_is_computed():
    record = observe(lambda x: torch.sum(x, dim=3, dtype=torch.float64), X, watch=("aten.pow",))
    assert record.value.dtype == torch.float64
    assert record.value.tolist() == X.sum(3).tolist() and record.used == []


def test_a_watched_function_that_is_named_but_not_called_is_not_used():
    assert observe(lambda x: torch.bmm, X, watch=("torch.bmm",)).used == []
    assert observe(lambda x: F.conv2d, X, watch=("torch.nn.functional.conv2d",)).used == []


def test_a_function_written_in_c_is_seen():
    assert observe(lambda x: torch.bmm(x, x), X[0], watch=("torch.bmm",)).used == ["torch.bmm"]


def test_a_result_kept_from_an_earlier_call_has_gradients_of_zero():
    kept = {}

    def forgetful(a):
        return kept.setdefault("result", a.square())

    first, second = (observe(forgetful, torch.ones(2), gradient=True) for _ in range(2))
    assert first.gradients[0].tolist() == [2, 2]
    assert second.error is None and second.gradients[0].tolist() == [0, 0]


def test_gradients_are_asked_for_floats_alone_and_only_if_wanted():
    x, number = torch.ones(2), torch.tensor([2, 3])
    record = observe(lambda a, b: a * b, x, number, gradient=True)
    assert len(record.gradients) == 1 and record.gradients[0].tolist() == [2, 3]
    assert observe(lambda a: 2 * a, x).gradients is None


def test_what_is_recorded_is_a_copy_and_no_object_of_the_callers():
    array, numbers = np.ones(2), [1, (2, [3])]
    state, chosen = {"w": [torch.ones(1)]}, {1, 2}
    record = observe(lambda *a, **k: None, array, numbers, state, object(), np.int64(4), s=chosen)
    array[0], numbers[1][1][0], chosen_before = 5, 6, set(chosen)
    state["w"][0].zero_()
    chosen.add(3)
    assert record.args[0].tolist() == [1, 1] and record.args[1] == [1, (2, [3])]
    assert record.args[2]["w"][0].item() == 1 and record.args[3:] == [None, 4]
    assert record.kwargs == {"s": chosen_before}


def test_watching_does_not_import_torchs_compiler():
    # That would take seconds, in every student's notebook and in every grading.
    code = (
        "import sys, torch; from cnncourse.observe import observe; "
        "record = observe(torch.square, torch.ones(1), watch=('aten.pow',)); "
        "print(record.used, 'torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['aten.pow'] False"


def test_what_a_call_does_to_its_arguments_is_seen_in_its_record_alone():
    image, kernel = torch.ones(3, 3), np.ones(2)

    def in_place(image, kernel, *, taps):
        image[:2].mul_(2)
        kernel += 1
        taps.append(image.sum())
        return image

    record = observe(in_place, image.T, kernel, taps=[])
    assert (
        record.args[0].sum() == 15 and record.args[1].sum() == 4 and len(record.kwargs["taps"]) == 1
    )
    assert image.sum() == 9 and kernel.sum() == 2


@pytest.mark.parametrize(
    "view",
    [X.mT, X[:, :, ::2, 1::2], X[..., :2], X.permute(0, 2, 3, 1), X[0, 0, 0, 0]],
    ids=["transposed", "striped", "cut", "permuted", "one number"],
)
def test_a_copy_that_is_handed_over_lies_in_memory_as_the_first_one_does(view):
    twin = handed(view)
    assert twin.stride() == view.stride() and torch.equal(twin, view)
    twin += 1
    assert X.sum() == 120
    assert torch.equal(handed(X.expand(3, 1, 4, 4)).add_(1), X.expand(3, 1, 4, 4) + 1)


def test_a_copy_that_is_handed_over_wants_a_gradient_if_the_first_one_does():
    weight = torch.ones(2, requires_grad=True)
    weight.grad = torch.tensor([3.0, 4.0])
    (twin,) = handed([weight])
    twin.grad.zero_()
    assert twin.requires_grad and twin.is_leaf and weight.grad.tolist() == [3, 4]
    assert not handed(2 * weight.detach()).requires_grad
    model = torch.nn.Linear(1, 1)
    assert handed({"model": model})["model"] is model
