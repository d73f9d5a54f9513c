"""What matters on a GPU and can be seen without one."""

import nbformat
import pytest
import torch

from cnncourse import steady, training
from cnncourse.data import Images
from cnncourse.models import LeNet


def test_training_leaves_cudnn_on():
    """torch.backends.cudnn.flags turns off what it is not told, above all cuDNN itself."""
    before = torch.backends.cudnn.enabled, torch.backends.cudnn.deterministic
    seen = []

    def note(layer, inputs):
        seen.append((torch.backends.cudnn.enabled, torch.backends.cudnn.deterministic))

    model = LeNet(16)
    model.register_forward_pre_hook(note)
    images = torch.zeros(4, 1, 16, 16, dtype=torch.uint8)
    data = Images(images, torch.arange(4), tuple("abcd"), "black")
    training.fit(model, data, epochs=1, progress=False)
    assert set(seen) == {(True, True)}
    assert (torch.backends.cudnn.enabled, torch.backends.cudnn.deterministic) == before


def row(machine, device, lenet, resnet):
    speeds = {"LeNet": lenet, "ResNet-18": resnet}
    return {"machine": machine, "device": device, "images_per_second": speeds}


@pytest.mark.parametrize(
    "gpus, said",
    [
        ([], "No GPU has been measured yet, so the table does not say what one gains."),
        (
            [row("the old one", "cuda", 1, 1), row("G 1", "cuda", 8_000, 3_600)],
            "One GPU (G 1) trains LeNet 2 times and ResNet-18 30 times as fast as "
            "one of 16 CPU cores.",
        ),
    ],
)
def test_the_book_says_what_a_gpu_gains_by_what_was_measured(gpus, said):
    chapter = nbformat.read(steady.COURSE / "book/why_cnns.ipynb", as_version=4)
    (cell,) = (cell for cell in chapter.cells if cell.id == "gpu-gain")
    glued, table = (
        {},
        {
            "rows": [
                row("elsewhere", "cpu", 1, 1),
                row("one of 16 CPU cores", "cpu", 4_000, 120),
                *gpus,
            ]
        },
    )
    exec(cell.source, {"table": table, "gpus": gpus, "glue": glued.__setitem__})
    assert glued["gpu-gain"] == said
