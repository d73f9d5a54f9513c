"""The network of the figure LeNetLive, read from its script file without JavaScript."""

import base64
import json

import numpy as np
import torch

from cnncourse import models
from cnncourse.figures import assemble


def stored_weights():
    """What lenet_weights.js says, read without JavaScript, and LeNet with these weights."""
    text = assemble.read("lenet_weights")
    weights = json.loads(text[text.index("{") : text.rindex("}") + 1])
    numbers = torch.from_numpy(np.frombuffer(base64.b64decode(weights["float16"]), "<f2").copy())
    model = models.LeNet(32)
    with torch.no_grad():
        for parameter, values in zip(
            model.parameters(),
            numbers.float().split([parameter.numel() for parameter in model.parameters()]),
            strict=True,
        ):
            parameter.copy_(values.reshape(parameter.shape))
    return weights, model.eval()
