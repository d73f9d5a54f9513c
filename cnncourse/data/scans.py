"""Scikit-learn's embedded digits: real scans of handwriting that need no download."""

import numpy as np
import torch
import torch.nn.functional as F

from cnncourse.language import tr

from .images import Images

SCAN_SIZE = 8
MARGIN = 2  # pixels a side: a 5 × 5 kernel can center on every pixel of the digit


def digits(size: int = 32, mode: str = "pad", seed: int = 0) -> tuple[Images, Images]:
    """The 1,797 handwritten digits of scikit-learn as (train, test): 1,437 and 360 gray images.

    Each image is uint8 (1, size, size), white on black. `mode` "pad" enlarges the 8 × 8 scan by
    the largest whole factor that leaves a margin of two pixels (3 for size 32) and pads with
    zeros; "resize" interpolates bilinearly to the full size. The split keeps the proportions of
    the classes and depends on `seed` alone. Raises ValueError for another mode or size < 8.
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.

    >>> train, test = digits()
    >>> train
    Images('digits': 1,437 images, 1 × 32 × 32, 10 classes, on cpu)
    >>> len(test)
    360
    """
    if size < SCAN_SIZE:
        raise ValueError(
            tr(
                "size must be at least {scan_size}, the size of the scans, not {size}",
                scan_size=SCAN_SIZE,
                size=size,
            )
        )
    # Imported here because importing scikit-learn takes a second.
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    scans = load_digits()
    labels = torch.from_numpy(scans.target).long()
    x = torch.from_numpy(scans.images).float()[:, None] * 255 / 16  # scans have values 0..16
    if mode == "pad":
        factor = max(1, (size - 2 * MARGIN) // SCAN_SIZE)
        x = F.interpolate(x, scale_factor=factor, mode="nearest")
        before = (size - x.shape[-1]) // 2
        after = size - x.shape[-1] - before
        x = F.pad(x, (before, after, before, after))
    elif mode == "resize":
        x = F.interpolate(x, size=(size, size), mode="bilinear", align_corners=False)
    else:
        raise ValueError(tr('mode must be "pad" or "resize", not {mode!r}', mode=mode))

    data = Images(x.round().to(torch.uint8), labels, tuple("0123456789"), "digits")
    train, test = train_test_split(
        np.arange(len(data)), test_size=0.2, random_state=seed, stratify=scans.target
    )
    return data[train], data[test]
