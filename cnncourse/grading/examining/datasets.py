"""The data sets that a submission may read, and a fingerprint of them for the verdict's key."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What file managers and archives leave behind is no data; nor is anything hidden.
LITTER = {"Thumbs.db", "desktop.ini", "__MACOSX", "__pycache__"}


@dataclass(frozen=True)
class DataSets:
    """A folder of data sets, or None, and which CIFAR-10 is asked for ($CNNCOURSE_CIFAR10).

    What the master found is what every worker's sandbox shows, whatever their own variables say.
    """

    folder: Path | None = None
    cifar10: str | None = None

    @classmethod
    def here(cls, folder: str | Path | None) -> "DataSets":
        """Those of this machine: the folder if there is one, and the variable as it is set."""
        found = Path(folder).resolve() if folder and Path(folder).is_dir() else None
        return cls(found, os.environ.get("CNNCOURSE_CIFAR10") or None)

    def variables(self) -> dict[str, str]:
        """What a process must be told of them."""
        found = {"CNNCOURSE_CIFAR10": self.cifar10, "CNNCOURSE_DATA": self.folder}
        return {name: str(value) for name, value in found.items() if value is not None}

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """(path below the folder, what the system knows of it) of every file of data, sorted."""
        if self.folder is None:
            return
        for where, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not is_litter(name))
            for name in sorted(names):
                path = Path(where, name)
                if not is_litter(name) and path.is_file():
                    yield path.relative_to(self.folder).as_posix(), path.stat()

    def fingerprint(self, memory: str | Path | None = None) -> str:
        """A hash of the data's contents and of which are asked for.

        memory: a file that keeps the hash with the sizes and times of all files, so that 50,000
        images are read only when one of them may have changed.
        """
        seen = [(path, about.st_size, about.st_mtime_ns) for path, about in self.files()]
        signature = _hash(json.dumps([str(self.folder), seen]))
        known = _remembered(memory)
        if known.get("signature") != signature:
            contents = hashlib.sha256()
            for path, size, _ in seen:
                contents.update(f"{path}\0{size}\0".encode("utf-8", "surrogateescape"))
                contents.update((self.folder or Path()).joinpath(path).read_bytes())
            known = {"signature": signature, "contents": contents.hexdigest()}
            if memory is not None:
                Path(memory).parent.mkdir(parents=True, exist_ok=True)
                Path(memory).write_text(json.dumps(known), encoding="utf-8")
        return _hash(json.dumps([known["contents"], self.cifar10]))


def is_litter(name: str) -> bool:
    return name.startswith(".") or name in LITTER


def _remembered(memory: str | Path | None) -> dict[str, str]:
    try:
        found = json.loads(Path(memory or "").read_bytes())
    except (OSError, ValueError):
        return {}
    whole = isinstance(found, dict) and isinstance(found.get("contents"), str)
    return found if whole else {}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
