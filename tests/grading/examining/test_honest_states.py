"""Settings that an honest notebook may leave on: its answers are graded all the same."""

import pytest
import torch
from cells import added, answer, cell
from tiny_notebook import RIGHT, notebook, tiny

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.protocol.wire import decode, encode

LIMITS = Limits(cell_seconds=120)
ANSWERS = """
import torch

def scale(x, factor):
    return x * factor

def empty(n):
    return torch.empty(n, 0)

def where(x):
    return str(x.device)
"""
TESTS = """
import torch
from cnncourse.checks import expect, gradient
x = torch.rand(3, 4, generator=torch.Generator().manual_seed(1))
expect(scale(x, 2.5), 2.5 * x, "scale")
expect(scale(x.T, 2.5), 2.5 * x.T, "scale")
expect(gradient(scale, x, 4.0)[0], torch.full((3, 4), 4.0), "gradient")
expect(empty(2), torch.empty(2, 0), "empty")
expect(where(x), "cpu", "where")
assert (scale(torch.ones(1, requires_grad=True), 2)).item() == 2
"""


@pytest.fixture
def said(worker):
    """What a cell puts out that leaves a setting on; the answers come before it, or after it."""

    def said(setting, before=True):
        cells = [answer(ANSWERS), added(f"import torch\n{setting}", "setting")]
        cells = cells if before else cells[::-1]
        source = notebook(answer(ANSWERS), cell("test", TESTS, 1))
        outcome = worker.examine(source, notebook(*cells, source.cells[1]), {}, 0)
        assert (outcome.verdict, outcome.points) == ("ok", {"test": 1}), outcome
        return "".join(output.get("text", "") for output in outcome.outputs["setting"])

    return said


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    "setting",
    [
        'torch.set_default_device("cuda")',
        'torch.set_default_device(torch.device("cuda:0"))',
        'torch.set_default_device("mps")',
        "torch.set_default_tensor_type(torch.cuda.FloatTensor)",
        'torch.set_default_tensor_type("torch.cuda.FloatTensor")',
    ],
)
def test_a_gpu_that_is_not_there_is_replaced_by_the_cpu(said, setting, before):
    assert "this notebook runs on the CPU" in said(setting, before)


@pytest.mark.parametrize(
    "setting",
    [
        'torch.set_default_device("cpu")',
        "torch.inference_mode(True).__enter__()",
        "torch.set_grad_enabled(False)",
        "torch.set_default_dtype(torch.float64)",
        "torch.set_printoptions(precision=1, threshold=2, profile='short')",
        "torch.use_deterministic_algorithms(True)",
        "torch.autograd.set_detect_anomaly(True)",
        "torch.set_num_threads(4)",
        "import numpy as np; np.seterr(all='raise'); np.set_printoptions(threshold=1)",
        "import warnings; warnings.simplefilter('error')",
        "import sys; sys.setrecursionlimit(60)",
        "import sys, os; sys.stdout = sys.stderr = open(os.devnull, 'w')",
        "import os; os.mkdir('x'); os.chdir('x'); os.environ.clear()",
        "import gc; gc.disable()",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); signal.alarm(1000)",
        "list = dict = len = sum = map = type = int = None",
        "import sys; sys.modules.pop('json'); sys.path.clear()",
    ],
)
def test_other_settings_change_nothing(said, setting):
    said(setting)


def test_a_test_leaves_the_students_random_numbers_alone(worker):
    draw = "import torch\nprint(torch.rand(2).tolist(), torch.is_inference_mode_enabled())"
    first = "import torch\ntorch.manual_seed(3)"
    for setting in ("", "\ntorch.inference_mode(True).__enter__()"):
        alone = notebook(added(first + setting), added(draw, "draw"))
        tested = notebook(
            answer(f"{RIGHT}\n{first}{setting}"),
            cell("t", "assert half(4) == 2", 1),
            added(draw, "draw"),
        )
        source = notebook(answer(RIGHT), tested.cells[1])
        outputs = [worker.examine(source, n, {}, 0).outputs["draw"] for n in (alone, tested)]
        assert outputs[0] == outputs[1], outputs


def test_values_arrive_on_the_cpu_whatever_the_default():
    for value in (torch.ones(2, 3), torch.ones(3, 2).T, torch.empty(0), torch.ones(()).bool()):
        form = encode(value, buffers := [], None, trusted=True)
        torch.set_default_device("meta")
        try:
            found = decode(form, list(map(bytearray, buffers)), None, None, trusting=True)
        finally:
            torch.set_default_device(None)
        assert found.device.type == "cpu" and torch.equal(found, value)


# An endless cell


ENDLESS = [
    "while True: pass",
    "import time\ntime.sleep(1000)",
    "while True:\n    try:\n        pass\n    except Exception:\n        pass",
    "import subprocess\nsubprocess.run(['sleep', '1000'])",
    "!sleep 1000",
    "import torch\nwhile True: torch.ones(9) + 1",
    "import asyncio\nawait asyncio.sleep(1000)",
    "import threading\nthreading.Event().wait()",
]


@pytest.fixture
def impatient(worker):
    limits, worker.limits = worker.limits, Limits(cell_seconds=2, submission_seconds=60)
    yield worker
    worker.limits = limits


@pytest.mark.parametrize("endless", ENDLESS)
def test_an_endless_cell_costs_its_time_and_not_the_answers_after_it(impatient, endless):
    submission = tiny()
    submission.cells.insert(0, added(endless))
    outcome = impatient.examine(tiny(), submission, {}, 0)
    assert (outcome.verdict, sum(outcome.points.values())) == ("ok", 9), outcome
    assert "it ran longer than 2 s. The cells after it are run" in str(outcome.outputs["added"])


def test_a_cell_that_does_not_give_way_ends_everything(impatient):
    submission = tiny()
    submission.cells.insert(
        0, added("import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {14})\nwhile True: pass")
    )
    outcome = impatient.examine(tiny(), submission, {}, 0)
    assert (outcome.verdict, sum(outcome.points.values())) == ("time limit", 0), outcome
