"""What matters on a GPU and can be seen without one."""

import torch

from cnncourse import training
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
