"""The official CIFAR-10: fetched, verified, unpacked and read."""

import errno
import hashlib
import http.client
import logging
import os
import pickle
import queue
import ssl
import tarfile
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm.auto import tqdm

from .images import DataError, Images

log = logging.getLogger(__name__)

FOLDER = "cifar-10-batches-py"  # of the archive, and of torchvision below its root
TIMEOUT = 10  # seconds without an answer, or without a next byte
CHUNK = 1 << 18  # bytes read at once
UNFINISHED = "cifar-10-unfinished-"  # prefix of the temporary folder, never read from


class OfflineError(DataError):
    """The server cannot be reached."""


def fetch_official(root: Path) -> Path:
    """Download CIFAR-10 to `root`/cifar-10-batches-py unless it is there; return that folder.

    An archive that lies in `root` already is used instead of the network. Whatever is written is
    written to a temporary folder, verified and only then renamed. Raises OfflineError if the
    server cannot be reached, DataError for all else that goes wrong.
    """
    from torchvision.datasets import CIFAR10  # here because importing torchvision takes seconds

    folder = root / FOLDER
    if folder.exists():
        return folder
    archive = root / CIFAR10.filename
    try:
        root.mkdir(parents=True, exist_ok=True)
        # In `root` itself, because only within one file system is a rename atomic.
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=root) as part:
            if not archive.exists():
                archive = Path(part) / CIFAR10.filename
                log.debug("fetching %s", CIFAR10.url)
                download(CIFAR10.url, archive)
            verify(
                archive.read_bytes(),
                CIFAR10.tgz_md5,
                archive,
                f"Delete it if it is there, and fetch it again from {CIFAR10.url}.",
            )
            unpack(archive, Path(part) / FOLDER, [name for name, _ in _files(CIFAR10)])
            _rename(Path(part) / FOLDER, folder)
    except OSError as error:
        raise _cannot_write(root, error) from error
    return folder


def read_official(root: Path) -> tuple[Images, Images]:
    """Train and test images of `root`/cifar-10-batches-py, every file verified before it is read.

    Raises DataError if a file is missing or is not the official one.
    """
    from torchvision.datasets import CIFAR10

    folder = root / FOLDER
    read = {name: _read_pickle(folder / name, md5) for name, md5 in _files(CIFAR10)}
    classes = tuple(read[CIFAR10.meta["filename"]][CIFAR10.meta["key"]])

    def join(files: list[list[str]]) -> Images:
        images = np.concatenate([read[name]["data"] for name, _ in files])
        labels = [label for name, _ in files for label in read[name]["labels"]]
        return Images(
            torch.from_numpy(images).view(-1, 3, 32, 32), torch.tensor(labels), classes, "CIFAR-10"
        )

    return join(CIFAR10.train_list), join(CIFAR10.test_list)


def _files(source: Any) -> list[tuple[str, str]]:
    meta = (source.meta["filename"], source.meta["md5"])
    return [*map(tuple, source.train_list), *map(tuple, source.test_list), meta]


def _read_pickle(path: Path, md5: str) -> Any:
    remedy = f"Delete the folder {path.parent} and run `cnncourse data`."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). {remedy}") from error
    verify(content, md5, path, remedy)  # unpickling runs code: only that of known bytes
    return pickle.loads(content, encoding="latin1")


def verify(content: bytes, md5: str, path: Path, remedy: str) -> None:
    """Raise DataError unless `content`, which was read from `path`, has this MD5 checksum."""
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise DataError(
            f"{path} is damaged or not the official file: its MD5 checksum is {found} "
            f"and should be {md5}. {remedy}"
        )


# torchvision's own download has no timeout, writes under the final name at once, and tries http
# when https fails. Hence these lines on urllib.
def download(url: str, path: Path) -> None:
    """Copy `url` to `path` with a progress bar.

    Raises OfflineError if no connection comes about or it falls silent for TIMEOUT seconds,
    DataError if the server refuses or sends less than it announced, OSError if `path` cannot be
    written.
    """
    with _open(url) as response, open(path, "wb") as file:
        total = int(response.headers.get("Content-Length", 0)) or None
        with tqdm(total=total, unit="B", unit_scale=True, desc="CIFAR-10") as progress:
            while chunk := _read(response, url):
                file.write(chunk)
                progress.update(len(chunk))
            if total is not None and progress.n < total:
                raise DataError(
                    f"{url} ended after {progress.n:,} of {total:,} bytes. Nothing "
                    "was kept; try again."
                )


def _open(url: str) -> Any:
    # A socket's timeout counts for each address, each redirection and each byte of the answer
    # anew, and not for the look-up of the name; a thread that is waited for bounds them together.
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def connect() -> None:
        try:
            answers.put(urllib.request.urlopen(url, timeout=TIMEOUT))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=connect, daemon=True).start()
    try:
        answer = answers.get(timeout=TIMEOUT)
    except queue.Empty:
        raise OfflineError(f"{url} gave no answer within {TIMEOUT} seconds.") from None
    if isinstance(answer, urllib.error.HTTPError):
        raise DataError(
            f"{url} was refused: HTTP status {answer.code} ({answer.reason}). Try again later."
        ) from answer
    if isinstance(getattr(answer, "reason", None), ssl.SSLCertVerificationError):
        raise DataError(
            f"{url} did not prove that it is the official server ({answer.reason}). "
            "Fetch the file through another network."
        ) from answer
    if isinstance(answer, Exception):
        raise OfflineError(
            f"{url} cannot be reached ({getattr(answer, 'reason', answer)})."
        ) from answer
    return answer


def _read(response: Any, url: str) -> bytes:
    try:
        return bytes(response.read1(CHUNK))
    except http.client.IncompleteRead:
        return b""  # the end, too early: the caller counts, and the checksum would not fit
    except OSError as error:
        raise OfflineError(
            f"{url} fell silent in the middle of the file ({error}). Nothing was kept."
        ) from error


def unpack(archive: Path, folder: Path, names: list[str]) -> None:
    """Copy the files `names` of a verified tar archive's folder into the new folder `folder`."""
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for name in names:
            member = tar.extractfile(f"{FOLDER}/{name}")
            assert member is not None  # a folder or a link; the official archive has files here
            (folder / name).write_bytes(member.read())


def _rename(source: Path, target: Path) -> None:
    try:
        os.rename(source, target)
    except OSError:
        if not target.exists():  # if it does, another process was faster: its copy serves
            raise


def _cannot_write(root: Path, error: OSError) -> DataError:
    if error.errno == errno.ENOSPC:
        return DataError(
            f"No space left for CIFAR-10 in {root}: it takes 180 MB, twice that "
            "while it is unpacked. Free some, or set CNNCOURSE_DATA to another "
            "folder."
        )
    return DataError(
        f"CIFAR-10 cannot be written to {root} ({error}). Set CNNCOURSE_DATA to a "
        "folder that you may write to."
    )
