"""Train the network of the figure LeNetLive and store its weights for the page.

    python tools/train_lenet_live.py

The slides' LeNet learns scikit-learn's real digits, each also in copies that are turned, slanted
and scaled a little, because pens in a browser write less neatly than the forms of 1998. Weights are
rounded to float16, 123 KB, and stored in base64 with the number of held-out digits that the rounded
network reads, and what it answered before it was rounded. Written:
cnncourse/figures/static/lenet_weights.js; about a minute on a processor.
"""

import base64
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

from cnncourse import models, training
from cnncourse.data import digits
from cnncourse.data.images import Images

COMMAND = "python tools/train_lenet_live.py"
COPIES = 8  # warped ones of each training digit
EPOCHS = 15
# Not by way of cnncourse.figures, which reads this file.
FILE = Path(models.__file__).parent / "figures" / "static" / "lenet_weights.js"


def warped(images, generator):
    """Copies of uint8 images (N, 1, H, W), each turned, slanted and scaled at random."""

    def uniform(most):
        return (2 * torch.rand(len(images), generator=generator) - 1) * most

    turn, slant = uniform(math.radians(12)), uniform(0.25)
    width, height = 1 + uniform(0.15), 1 + uniform(0.1)
    zero = torch.zeros(len(images))
    affine = torch.stack(
        [
            torch.stack([turn.cos() * width, slant - turn.sin(), zero], 1),
            torch.stack([turn.sin(), turn.cos() * height, zero], 1),
        ],
        1,
    )
    grid = F.affine_grid(affine, images.shape, align_corners=False)
    return F.grid_sample(images.float(), grid, align_corners=False).round().to(torch.uint8)


def train():
    """The network with weights rounded to float16, its answers before that, the held-out digits."""
    torch.set_num_threads(1)  # the order of sums, and so the weights, depend on it
    training.seed_everything(0)
    data, test = digits()
    generator = torch.Generator().manual_seed(0)
    copies = [data.images] + [warped(data.images, generator) for _ in range(COPIES)]
    more = Images(torch.cat(copies), data.labels.repeat(len(copies)), data.classes, data.name)
    model = models.LeNet(32)
    training.fit(model, more, epochs=EPOCHS, batch_size=128, shift=2)
    answers = training.predict(model, test)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half())
    return model, answers, test


def script(model, answers, test):
    """The weights as text that defines LENET_WEIGHTS."""
    state = model.state_dict()
    numbers = torch.cat([tensor.flatten() for tensor in state.values()]).half().numpy()
    right = int((training.predict(model, test) == test.labels).sum())
    weights = {
        "made": COMMAND,
        "right": right,
        "of": len(test),
        "unrounded": "".join(map(str, answers.tolist())),
        "shapes": {name: list(tensor.shape) for name, tensor in state.items()},
        "float16": base64.b64encode(numbers.astype("<f2").tobytes()).decode(),
    }
    return (
        f"// The weights of the figure LeNetLive, float16 in base64. Made by: {COMMAND}\n"
        f"const LENET_WEIGHTS = {json.dumps(weights, indent=1)};\n"
    )


def main():
    model, answers, test = train()
    FILE.write_text(script(model, answers, test), encoding="utf-8")
    result = training.evaluate(model, test)
    print(f"{result.accuracy:.2%} of {len(test)} held-out digits; {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
