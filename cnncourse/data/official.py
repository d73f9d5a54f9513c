"""The official CIFAR-10: fetched, verified, unpacked and read."""

import contextlib
import errno
import gzip
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
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm.auto import tqdm

from cnncourse.course import told
from cnncourse.language import later, tr

from .images import DataError, Images
from .places import FOLDER, UNFINISHED, find_archives, find_batches

log = logging.getLogger(__name__)

TIMEOUT = 10  # seconds without an answer, or without a next byte
CHUNK = 1 << 18  # bytes read at once
GZIP = b"\x1f\x8b"  # how the archive begins, and no page that a network's portal shows instead


AGAIN = later("Delete it if it is there, and fetch it again from {}.")


class OfflineError(DataError):
    """The archive is not to be had: no server answers, it refuses, or something else answers."""


def fetch_official(root: Path, download: bool = True) -> Path:
    """Download CIFAR-10 to `root`/cifar-10-batches-py unless it is there; return its folder.

    Folders and archives that lie in `root` already are used instead of the network, under the
    names that places.py knows. Whatever is written is written to a temporary folder, verified and
    only then renamed. Raises OfflineError if the archive is not to be had (or `download` is
    false), DataError for all else that goes wrong.
    """
    from torchvision.datasets import CIFAR10  # here because importing torchvision takes seconds

    if there := find_batches(root):
        return there
    folder = root / FOLDER
    if not download and not find_archives(root):
        raise OfflineError(tr("CIFAR-10 is not in {root} and was not to be downloaded.", root=root))
    try:
        root.mkdir(parents=True, exist_ok=True)
        # In `root` itself, because only within one file system is a rename atomic.
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=root) as part:
            archive = _whole(find_archives(root), CIFAR10)
            if archive is None:
                archive = Path(part) / CIFAR10.filename
                log.debug("fetching %s", CIFAR10.url)
                fetch(CIFAR10.url, archive)
                verify(
                    archive.read_bytes(), CIFAR10.tgz_md5, archive, tr(AGAIN).format(CIFAR10.url)
                )
            unpack(archive, Path(part) / FOLDER, [name for name, _ in _files(CIFAR10)])
            _rename(Path(part) / FOLDER, folder)
    except OSError as error:
        raise _cannot_write(root, error) from error
    return folder


def _whole(archives: list[Path], source: Any) -> Path | None:
    """The first archive with the official checksum; None if there is none at all.

    One that a browser has unpacked to a .tar has no checksum; its files have one each. Raises
    DataError if all are damaged.
    """
    damaged = None
    for archive in archives:
        if archive.suffix == ".tar":
            return archive
        try:
            verify(archive.read_bytes(), source.tgz_md5, archive, tr(AGAIN).format(source.url))
        except DataError as error:
            damaged = damaged or error
        else:
            return archive
    if damaged:
        raise damaged
    return None


def read_official(folder: Path, splits: Sequence[str] = ("train", "test")) -> list[Images]:
    """The splits of the official files in `folder`, each file verified before it is read.

    Raises DataError if a file is missing or is not the official one.
    """
    from torchvision.datasets import CIFAR10

    known = {"train": CIFAR10.train_list, "test": CIFAR10.test_list}
    meta = [CIFAR10.meta["filename"], CIFAR10.meta["md5"]]
    wanted = [file for split in splits for file in known[split]] + [meta]
    read = {name: _read_pickle(folder / name, md5) for name, md5 in wanted}
    classes = tuple(read[CIFAR10.meta["filename"]][CIFAR10.meta["key"]])

    def join(files: list[list[str]]) -> Images:
        images = np.concatenate([read[name]["data"] for name, _ in files])
        labels = [label for name, _ in files for label in read[name]["labels"]]
        return Images(
            torch.from_numpy(images).view(-1, 3, 32, 32), torch.tensor(labels), classes, "CIFAR-10"
        )

    return [join(known[split]) for split in splits]


def _files(source: Any) -> list[tuple[str, str]]:
    meta = (source.meta["filename"], source.meta["md5"])
    return [*map(tuple, source.train_list), *map(tuple, source.test_list), meta]


def _read_pickle(path: Path, md5: str) -> Any:
    remedy = tr(
        "Delete the folder {parent} and run `{told}`.", parent=path.parent, told=told("data")
    )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            tr(
                "{path} cannot be read ({strerror}). {remedy}",
                path=path,
                strerror=error.strerror,
                remedy=remedy,
            )
        ) from error
    verify(content, md5, path, remedy)  # unpickling runs code: only that of known bytes
    return pickle.loads(content, encoding="latin1")


def verify(content: bytes, md5: str, path: Path, remedy: str) -> None:
    """Raise DataError unless `content`, which was read from `path`, has this MD5 checksum."""
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise DataError(
            tr(
                "{path} is damaged or not the official file: its MD5 checksum is {found} "
                "and should be {md5}. {remedy}",
                path=path,
                found=found,
                md5=md5,
                remedy=remedy,
            )
        )


# torchvision's own download has no timeout, writes under the final name at once, and tries http
# when https fails. Hence these lines on urllib.
def fetch(url: str, path: Path) -> None:
    """Copy `url` to `path` with a progress bar.

    Raises OfflineError if no connection comes about, it falls silent for TIMEOUT seconds, or the
    server refuses, sends a page instead or less than the whole; OSError if `path` cannot be
    written.
    """
    with _open(url) as response, open(path, "wb") as file:
        total = _announced(response)
        with tqdm(total=total, unit="B", unit_scale=True, desc="CIFAR-10") as progress:
            while chunk := _read(response, url):
                if progress.n == 0 and not chunk.startswith(GZIP):
                    raise OfflineError(
                        tr(
                            "{url} was answered by something else than the archive, as by the "
                            "page on which a network asks one to log in.",
                            url=url,
                        )
                    )
                file.write(chunk)
                progress.update(len(chunk))
            if progress.n < (total or 1):
                of = tr(" of {total:,}", total=total) if total else ""
                raise OfflineError(
                    tr(
                        "{url} ended after {n:,}{of} bytes. Nothing was kept.",
                        url=url,
                        n=progress.n,
                        of=of,
                    )
                )
    if total is None and not _ends(path):
        raise OfflineError(
            tr("{url} ended in the middle of the archive. Nothing was kept.", url=url)
        )


def _announced(response: Any) -> int | None:
    """How many bytes the server says it sends; None if it does not say so."""
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() and int(text) else None


def _ends(path: Path) -> bool:
    """Does a compressed file reach its end, be it right or wrong on the way?"""
    with contextlib.suppress(zlib.error, gzip.BadGzipFile), gzip.open(path) as file:
        try:
            while file.read(CHUNK):
                pass
        except EOFError:
            return False
    return True


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
        raise OfflineError(
            tr("{url} gave no answer within {timeout} seconds.", url=url, timeout=TIMEOUT)
        ) from None
    if isinstance(answer, urllib.error.HTTPError):
        answer.close()  # it holds the connection
        raise OfflineError(
            tr(
                "{url} was refused: HTTP status {code} ({reason}).",
                url=url,
                code=answer.code,
                reason=answer.reason,
            )
        ) from answer
    if isinstance(getattr(answer, "reason", None), ssl.SSLCertVerificationError):
        raise OfflineError(
            tr(
                "{url} did not prove that it is the official server ({reason}).",
                url=url,
                reason=answer.reason,
            )
        ) from answer
    if isinstance(answer, Exception):
        raise OfflineError(
            tr(
                "{url} cannot be reached ({getattr}).",
                url=url,
                getattr=getattr(answer, "reason", answer),
            )
        ) from answer
    return answer


def _read(response: Any, url: str) -> bytes:
    try:
        return bytes(response.read1(CHUNK))
    except http.client.IncompleteRead:
        return b""  # the end, too early: the caller counts, and the checksum would not fit
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OfflineError(
            tr(
                "{url} fell silent in the middle of the file ({error}). Nothing was kept.",
                url=url,
                error=error,
            )
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
    if error.errno == errno.EROFS and not find_archives(root):  # as where a notebook is graded
        return OfflineError(
            tr("CIFAR-10 is not in {root}, where nothing can be written.", root=root)
        )
    if error.errno == errno.ENOSPC:
        return DataError(
            tr(
                "No space left for CIFAR-10 in {root}: it takes 180 MB, twice that while "
                "it is unpacked. Free some, or set CNNCOURSE_DATA to another folder.",
                root=root,
            )
        )
    return DataError(
        tr(
            "CIFAR-10 cannot be written to {root} ({error}). Set CNNCOURSE_DATA to a "
            "folder that you may write to.",
            root=root,
            error=error,
        )
    )
