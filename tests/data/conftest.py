"""Small copies of CIFAR-10 in each form that it comes in."""

import contextlib
import functools
import hashlib
import io
import pickle
import tarfile

import numpy as np
import pytest
from archive_server import serve
from PIL import Image

from cnncourse.data import CIFAR10_CLASSES, cifar, official, synthetic


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    monkeypatch.delenv("CNNCOURSE_CIFAR10", raising=False)
    monkeypatch.delenv("CNNCOURSE_DATA", raising=False)


@pytest.fixture
def few_drawn(monkeypatch):
    """A stand-in of few images, where it matters only that it was drawn."""
    drawn = functools.partial(synthetic.synthetic_cifar10, train=10, test=10)
    monkeypatch.setattr(cifar, "synthetic_cifar10", drawn)


@pytest.fixture
def archive(monkeypatch):
    """A small archive in the official form, whose checksums torchvision then has for official."""
    from torchvision.datasets import CIFAR10

    generator = np.random.default_rng(0)
    files = {}
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        data = generator.integers(0, 256, (10, 3072), dtype=np.uint8)
        files[name] = pickle.dumps({"data": data, "labels": list(range(10))})
    files["batches.meta"] = pickle.dumps({"label_names": list(CIFAR10_CLASSES)})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{official.FOLDER}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

    def md5(content):
        return hashlib.md5(content).hexdigest()

    monkeypatch.setattr(
        CIFAR10,
        "train_list",
        [[f"data_batch_{i}", md5(files[f"data_batch_{i}"])] for i in range(1, 6)],
    )
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5(files["test_batch"])]])
    monkeypatch.setattr(
        CIFAR10,
        "meta",
        {"filename": "batches.meta", "key": "label_names", "md5": md5(files["batches.meta"])},
    )
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(buffer.getvalue()))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:1/nothing-listens-here")
    return buffer.getvalue()


@pytest.fixture
def server(monkeypatch, archive):
    """A function that serves the archive, or other content, under the official URL."""
    from torchvision.datasets import CIFAR10

    with contextlib.ExitStack() as stack:

        def start(behavior="well", content=archive):
            url = stack.enter_context(serve(content, behavior))
            monkeypatch.setattr(CIFAR10, "url", url)

        yield start


@pytest.fixture
def copy(tmp_path, archive):
    """Two images in each class folder, the second a JPEG; each image's red is its class."""
    for split in ("train", "test"):
        for label, name in enumerate(CIFAR10_CLASSES):
            folder = tmp_path / "cifar10" / split / name
            folder.mkdir(parents=True)
            image = Image.new("RGB", (32, 32), (10 * label, 100, 200))
            image.putpixel((31, 0), (255, 255, 255))  # right, top
            image.save(folder / "a.png")
            image.save(folder / "b.JPG", quality=95)
            (folder / "notes.txt").write_text("no image")
    return tmp_path
