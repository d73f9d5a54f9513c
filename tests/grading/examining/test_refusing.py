"""Torch's own operation is refused wherever it is called from, and given back afterward."""

import threading
import warnings

import pytest
import torch
import torch.nn.functional as F

from cnncourse.grading.examining.inside.refusing import REHEARSED, Refusal, Refused, family
from cnncourse.grading.examining.limits import Limits

LIMITS = Limits(cell_seconds=60)
X, W = torch.randn(2, 3, 8, 8), torch.randn(4, 3, 3, 3)
CPU = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
CONVOLVE = X, W, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
WINDOWS = X, [3, 3], [1, 1], [0, 0], [1, 1]


def in_inference():
    with torch.inference_mode():
        return F.conv2d(X, W)


def in_bfloat16():
    with torch.autocast("cpu"):
        return F.conv2d(X, W)


def as_a_gradient():
    x = X.clone().requires_grad_()
    return torch.autograd.grad(F.conv2d(x, W), x, torch.ones(2, 4, 6, 6))


def traced():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.trace(torch.nn.Conv2d(3, 4, 3), X)(X)


def packed():
    ops = torch.ops.mkldnn_prepacked
    about = [1, 1], [0, 0], [1, 1], 1
    return ops.conv2d_run(X, ops.conv2d_prepack(W, None, *about, [2, 3, 8, 8], "none"))


WAYS = {
    "F.unfold": lambda: F.unfold(X, 3),
    "F.fold": lambda: F.fold(torch.randn(1, 12, 9), (4, 4), 2),
    "F.conv1d": lambda: F.conv1d(X[:, :, 0], W[:, :, 0]),
    "F.conv2d": lambda: F.conv2d(X, W),
    "F.conv3d": lambda: F.conv3d(X[None], torch.randn(1, 2, 2, 3, 3)),
    "F.conv_transpose2d": lambda: F.conv_transpose2d(X, torch.randn(3, 4, 3, 3)),
    "groups": lambda: F.conv2d(X, torch.randn(3, 1, 3, 3), groups=3),
    "conv_tbc": lambda: torch.conv_tbc(X[0], torch.randn(3, 8, 4), torch.randn(4), 0),
    "a module": lambda: torch.nn.Conv2d(3, 4, 3)(X),
    "float64": lambda: F.conv2d(X.double(), W.double()),
    "bfloat16": lambda: F.conv2d(X.bfloat16(), W.bfloat16()),
    "complex": lambda: F.conv2d(X.cfloat(), W.cfloat()),
    "a gradient": as_a_gradient,
    "nn.grad": lambda: torch.nn.grad.conv2d_input(X.shape, W, torch.randn(2, 4, 6, 6)),
    "inference mode": in_inference,
    "autocast": in_bfloat16,
    "vmap": lambda: torch.func.vmap(lambda x: F.conv2d(x, W))(X),
    "a trace": traced,
    "an operator": lambda: torch.ops.aten.im2col(*WINDOWS),
    "an output": lambda: torch.ops.aten.convolution.out(*CONVOLVE, out=torch.empty(2, 4, 6, 6)),
    "a key": lambda: torch.ops.aten.convolution.default.redispatch(CPU, *CONVOLVE),
    "_C._nn": lambda: torch._C._nn.im2col(*WINDOWS),
    "thnn": lambda: torch._C._nn.thnn_conv2d(X, W, (3, 3)),
    "slow": lambda: torch.ops.aten._slow_conv2d_forward(X, W, [3, 3], None, [1, 1], [0, 0]),
    "dilated": lambda: torch.ops.aten.slow_conv_dilated2d(X, W, [3, 3]),
    "nnpack": lambda: torch._nnpack_spatial_convolution(X, W, None, [0, 0]),
    "mkldnn": lambda: torch.mkldnn_convolution(X, W, None, [0, 0], [1, 1], [1, 1], 1),
    "an mkldnn tensor": lambda: F.conv2d(X.to_mkldnn(), W).to_dense(),
    "packed": packed,
    "F.max_pool1d": lambda: F.max_pool1d(X[0], 2),
    "a gradient of it": lambda: F.max_pool1d(X[0].clone().requires_grad_(), 2),
    "dropout of what wants a gradient": lambda: F.dropout(X.clone().requires_grad_(), 0.5),
    "F.max_pool2d": lambda: F.max_pool2d(X, 2),
    "with indices": lambda: F.max_pool2d(X, 2, return_indices=True),
    "F.max_unpool2d": lambda: F.max_unpool2d(X, torch.arange(64).expand(2, 3, -1).view_as(X), 1),
    "F.adaptive_max_pool2d": lambda: F.adaptive_max_pool2d(X, 2),
    "F.fractional_max_pool2d": lambda: F.fractional_max_pool2d(X, 2, output_size=4),
    "mkldnn_max_pool2d": lambda: torch.mkldnn_max_pool2d(X.to_mkldnn(), [2, 2]),
    "F.avg_pool2d": lambda: F.avg_pool2d(X, 2),
    "F.avg_pool3d": lambda: F.avg_pool3d(X, (1, 2, 2)),
    "F.lp_pool2d": lambda: F.lp_pool2d(X, 2.0, 2),
    "F.adaptive_avg_pool2d": lambda: F.adaptive_avg_pool2d(X, 2),
    "F.dropout": lambda: F.dropout(X, 0.5),
    "dropout_": lambda: torch.dropout_(X.clone(), 0.5, True),
    "native_dropout": lambda: torch.native_dropout(X, 0.5, True),
    "F.alpha_dropout": lambda: F.alpha_dropout(X, 0.5, True),
    "F.batch_norm": lambda: F.batch_norm(X, None, None, training=True),
    "F.instance_norm": lambda: F.instance_norm(X),
    "F.group_norm": lambda: F.group_norm(X, 3),
    "F.layer_norm": lambda: F.layer_norm(X, X.shape[1:]),
}
ALLOWED = {
    "windows": lambda: X.unfold(2, 3, 1).unfold(3, 3, 1),
    "sums of products": lambda: torch.einsum("ncij,fcij->nf", X[:, :, :3, :3], W),
    "matrices": lambda: X.flatten(1) @ torch.randn(192, 5),
    "padding": lambda: F.pad(X, (1, 1)),
    "maximum": lambda: X.amax(dim=(2, 3)),
    "mean": lambda: X.mean(dim=(2, 3)),
    "masks": lambda: X * torch.bernoulli(torch.full_like(X, 0.5)),
    "conversion": lambda: X.to(torch.float64).to_dense().conj(),
}


@pytest.fixture(scope="module")
def tried():
    """{way: what it raised, in this thread and in a new one}, while all is refused."""
    refusal, found = Refusal(), {}

    def attempt():
        for name, way in (WAYS | ALLOWED).items():
            try:
                way()
                found.setdefault(name, []).append(None)
            except Exception as error:
                found.setdefault(name, []).append(error)

    refusal.of(REHEARSED)
    try:
        attempt()
        other = threading.Thread(target=attempt)
        other.start()
        other.join()
    finally:
        refusal.of(())
    return found


@pytest.mark.parametrize("way", WAYS)
def test_it_is_refused_in_every_thread_and_works_again_afterward(tried, way):
    assert [type(error) for error in tried[way]] == [Refused, Refused], tried[way]
    WAYS[way]()


@pytest.mark.parametrize("way", ALLOWED)
def test_what_answers_are_made_of_is_allowed(tried, way):
    assert tried[way] == [None, None]


def test_one_family_is_refused_and_others_are_not():
    refusal = Refusal()
    refusal.of(["torch.nn.functional.conv1d"])
    try:
        with pytest.raises(Refused, match=r"aten.convolution does the whole task"):
            F.conv2d(X, W)
        assert refusal.used == ["aten.convolution"]
        assert F.max_pool2d(X, 2).shape == (2, 3, 4, 4) and F.unfold(X, 3).shape == (2, 27, 36)
        refusal.of(["aten.max_pool2d"])
        assert refusal.used == [] and F.conv2d(X, W).shape == (2, 4, 6, 6)
        with pytest.raises(Refused):
            F.max_pool1d(X[0], 2)
    finally:
        refusal.of(())


def test_a_name_without_a_family_stands_for_itself():
    assert family("aten.relu") == ["aten::relu"]
    assert family("torch.autograd.grad") == family("aten.no_such_thing") == []


DELEGATE = """
import threading, torch
import torch.nn.functional as F

def windows(x):
    def run():
        answer.append(F.unfold(x, 2))
    answer = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answer[0]

class Later(torch.Tensor):
    @staticmethod
    def __new__(cls, x):
        made = torch.Tensor._make_wrapper_subclass(cls, (1, 8, 9), dtype=x.dtype)
        made.x = x
        return made
    @classmethod
    def __torch_dispatch__(cls, f, types, args=(), kwargs=None):
        x = args[0].x
        return F.unfold(x, 2) if f is torch.ops.aten.detach.default else f(F.unfold(x, 2))

def later(x):
    return Later(x)

def caught(x):
    try:
        return F.unfold(x, 2)
    except BaseException:
        return torch.ops.aten.im2col(x, [2, 2], [1, 1], [0, 0], [1, 1])

def plain(x):
    return F.unfold(x, 2)
student = 1
"""


@pytest.mark.parametrize(
    "name, said",
    [
        ("windows", "which does the whole task"),
        ("caught", "this calls torch"),
        ("plain", "this calls torch.nn.functional.unfold, which does the whole task"),
        ("later", "does the whole task"),
    ],
)
def test_a_submission_that_delegates_is_told(passes, name, said):
    names = ("torch.nn.functional.unfold", "aten.im2col")
    test = (
        "import torch\nfrom cnncourse.checks import by_hand\n"
        "x = torch.arange(32.0).view(1, 2, 4, 4)\n"
        f"found = by_hand({name}, x, without={names})\n"
        "assert torch.equal(found, torch.nn.functional.unfold(x, 2)), 'wrong'"
    )
    assert said in str(passes(test, DELEGATE))
    free = f"import torch\nassert torch.equal({name}(torch.ones(1, 2, 4, 4)), torch.ones(1, 8, 9))"
    if name != "later":
        assert passes(f"{test.partition('found')[0]}\n{free}", DELEGATE) is True
