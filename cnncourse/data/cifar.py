"""CIFAR-10, from the best source there is."""

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from cnncourse.course import data_folder, told
from cnncourse.language import tr

from .folder import read_folder
from .images import Images
from .official import OfflineError, fetch_official, read_official
from .places import find_archives, find_batches
from .synthetic import NAME, synthetic_cifar10

# Set where test images are out of reach, as for a submission while it is graded.
WITHHELD = "CNNCOURSE_TEST_IMAGES_WITHHELD"
SOURCES = ("auto", "official", "folder", "synthetic")


def cifar10(
    root: Path | str | None = None,
    source: str = "auto",
    download: bool = True,
    allow_synthetic: bool = False,
) -> tuple[Images, Images]:
    """CIFAR-10 as (train, test), uint8 (N, 3, 32, 32); officially 50,000 and 10,000 images.

    `root` is the folder of all data sets, `data_folder()` by default. `source` is one of

    - "official": `root`/cifar-10-batches-py (also one folder deeper, or `root` itself), or the
      archive in `root`, under whatever number a browser gave it; downloaded first if none of them
      is there and `download`;
    - "folder": the image files `root`/cifar10/{train,test}/<class>/*.{png,jpg,jpeg};
    - "synthetic": `synthetic_cifar10()`, with a UserWarning;
    - "auto": the value of $CNNCOURSE_CIFAR10 if set, otherwise the first of the official copy,
      the folder copy and the official download; the synthetic stand-in only if the archive is not
      to be had, for whatever reason (or `download` is false), and `allow_synthetic`.

    Where $CNNCOURSE_TEST_IMAGES_WITHHELD is set, test images are never looked for: every sixth of
    the training images takes their place, and the name says so.

    Raises DataError, naming the path and the remedy, if a copy is damaged or none is to be had:
    damage is never a reason to take another source. ValueError for an unknown source.
    Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.

    >>> cifar10("no/such/folder", source="official", download=False)
    Traceback (most recent call last):
      ...
    cnncourse.data.official.OfflineError: CIFAR-10 is not in no/such/folder and was not to be ...
    """
    root = Path(root or data_folder()).expanduser()
    chosen = choose_source(root, source)
    if chosen == "synthetic":
        return _stand_in(tr("It was asked for."))
    if chosen == "folder":
        return _parts(lambda parts: read_folder(root / "cifar10", parts))
    try:
        folder = fetch_official(root, download)
    except OfflineError as error:
        if allow_synthetic and chosen == "auto":
            return _stand_in(str(error))
        raise OfflineError(f"{error} {by_hand(root)}") from error
    return _parts(lambda parts: read_official(folder, parts))


def by_hand(root: Path) -> str:
    """How to get CIFAR-10 into `root` without this computer's network."""
    from torchvision.datasets import CIFAR10

    return tr(
        "Run `{told}` where there is a network. Or fetch the archive by hand, on "
        "any computer, from {url}, and copy it to {value}; it is then used "
        "without a network.",
        told=told("data"),
        url=CIFAR10.url,
        value=root / CIFAR10.filename,
    )


def _parts(read: Callable[[Sequence[str]], Sequence[Images]]) -> tuple[Images, Images]:
    """(train, test) of what `read` gives for "train" and "test"."""
    if WITHHELD not in os.environ:
        train, test = read(("train", "test"))
        return train, test
    (train,) = read(("train",))
    held_out = torch.arange(len(train)) % 6 == 5
    test = train[held_out]
    name = tr("{name}, held out of the training images", name=train.name)
    return train[~held_out], type(test)(test.images, test.labels, test.classes, name)


def choose_source(root: Path, source: str) -> str:
    """The source that `cifar10` takes: "auto" if none is there and none is asked for."""
    if source == "auto":
        source = os.environ.get("CNNCOURSE_CIFAR10") or "auto"
    if source not in SOURCES:
        raise ValueError(
            tr(
                "source must be one of {names}, not {source!r}",
                names=", ".join(SOURCES),
                source=source,
            )
        )
    if source == "auto" and (find_batches(root) or find_archives(root)):
        return "official"
    if source == "auto" and (root / "cifar10").exists():
        return "folder"
    return source


def _stand_in(reason: str) -> tuple[Images, Images]:
    warnings.warn(
        tr(
            "{name}: {reason} Accuracies on it say nothing about CIFAR-10.",
            name=NAME,
            reason=reason,
        ),
        UserWarning,
        stacklevel=3,
    )
    seed = int(os.environ.get("CNNCOURSE_SEED", "0"))  # a grader's: nobody else can draw its images
    return _parts(lambda parts: synthetic_cifar10(test_seed=seed)[: len(parts)])
