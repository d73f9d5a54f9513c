"""CIFAR-10 as a folder of image files: train/<class>/*.png or *.jpg, and test/<class>/."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from cnncourse.language import tr

from .images import DataError, Images

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SUFFIXES = (".png", ".jpg", ".jpeg")
CACHE = "decoded.npz"


def read_folder(folder: Path, splits: Sequence[str] = ("train", "test")) -> list[Images]:
    """The images of `folder`/SPLIT/<class>/ for each split; labels in the order of `CLASSES`.

    Decoding 50,000 files takes about ten seconds, so the result is kept in
    `folder`/SPLIT.decoded.npz, which counts only while every file has the name, size and time that
    it had then.
    Raises DataError if a class folder is missing or empty, or an image cannot be read or is not
    32 × 32 RGB.
    """
    files = {split: [_image_files(folder / split / name) for name in CLASSES] for split in splits}
    return [_read_split(folder / f"{split}.{CACHE}", files[split]) for split in splits]


def _read_split(cache: Path, files: list[list[os.DirEntry[str]]]) -> Images:
    """files: those of each class."""
    key = _key(files)
    arrays = _load(cache, key)
    if arrays is None:
        pairs = [(entry.path, label) for label, entries in enumerate(files) for entry in entries]
        pixels = np.stack([_read_image(path) for path, _ in pairs])
        arrays = {
            "images": np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)),
            "labels": np.array([label for _, label in pairs], dtype=np.int64),
        }
        _save(cache, key, arrays)
    images, labels = (torch.from_numpy(arrays[kind]) for kind in ("images", "labels"))
    return Images(images, labels, CLASSES, tr("CIFAR-10 (folder copy)"))


def _key(files: list[list[os.DirEntry[str]]]) -> str:
    digest = hashlib.sha256()
    for label, entries in enumerate(files):
        for entry in entries:
            status = entry.stat()
            line = f"{label} {entry.name} {status.st_size} {status.st_mtime_ns}\n"
            digest.update(line.encode())
    return digest.hexdigest()


def _load(path: Path, key: str) -> dict[str, NDArray[Any]] | None:
    try:
        # Opened here, for NumPy leaves a damaged file open. The format has checksums of arrays.
        with path.open("rb") as opened, np.load(opened) as file:
            if file["key"].item() == key:
                return {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # none there, or damaged: decode again
    return None


def _save(path: Path, key: str, arrays: dict[str, NDArray[Any]]) -> None:
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    except OSError:
        return  # a folder that cannot be written to is as good
    try:
        with os.fdopen(descriptor, "wb") as file:
            contents: dict[str, Any] = {"key": key, **arrays}
            np.savez(file, **contents)
        os.chmod(temporary, 0o644)  # mkstemp's files are readable by their owner alone
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)


def _image_files(folder: Path) -> list[os.DirEntry[str]]:
    if not folder.is_dir():
        raise DataError(
            tr(
                "The class folder {folder} is missing. Copy it there, or move {value} "
                "away to have CIFAR-10 downloaded.",
                folder=folder,
                value=folder.parents[1],
            )
        )
    with os.scandir(folder) as entries:  # three times faster than Path.iterdir and its stat
        found = [entry for entry in entries if entry.name.lower().endswith(SUFFIXES)]
    if not found:
        raise DataError(
            tr(
                "The class folder {folder} has no {names} file. Copy the images there, or "
                "move {value} away to have CIFAR-10 downloaded.",
                folder=folder,
                names=", ".join(SUFFIXES),
                value=folder.parents[1],
            )
        )
    return sorted(found, key=lambda entry: entry.name)


def _read_image(path: str) -> NDArray[np.uint8]:
    try:
        with Image.open(path) as image:
            if image.mode != "RGB" or image.size != (32, 32):
                raise DataError(
                    tr(
                        "{path} is a {width} × {height} image of mode {mode}; CIFAR-10's are 32 × "
                        "32, RGB. Replace or delete it.",
                        path=path,
                        width=image.width,
                        height=image.height,
                        mode=image.mode,
                    )
                )
            return np.asarray(image)
    except (OSError, SyntaxError) as error:  # Pillow raises SyntaxError for a broken PNG
        raise DataError(
            tr(
                "{path} cannot be read as an image ({error}). Replace or delete it.",
                path=path,
                error=error,
            )
        ) from error
