"""The data sets that a submission may read."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What file managers and archives leave behind is no data; nor is anything hidden.
LITTER = {"Thumbs.db", "desktop.ini", "__MACOSX", "__pycache__"}
# Names of what submissions may see: to train on, never what they are measured on.
BATCHES = "cifar-10-batches-py"  # may lie a folder deeper
TRAINING = re.compile(r"train.*|data_batch_\d|batches\.meta", re.IGNORECASE)


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

    def entries(self) -> dict[str, Path]:
        """What lies in the folder, by name; a symbolic link there is followed, none below it."""
        paths = sorted(self.folder.iterdir()) if self.folder else []
        return {p.name: p.resolve() for p in paths if not is_litter(p.name) and p.exists()}

    def training(self) -> list[str]:
        """Paths below the folder of what submissions see: what is named so, at the top or below."""
        found = []
        for name, place in self.entries().items():
            if TRAINING.fullmatch(name):
                found.append(name)
            elif place.is_dir():
                inner = [place, *(path for path in place.glob(BATCHES) if path.is_dir())]
                paths = sorted(path for folder in inner for path in folder.iterdir())
                good = [path for path in paths if TRAINING.fullmatch(path.name)]
                found += [f"{name}/{path.relative_to(place).as_posix()}" for path in good]
        return found

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """(path below the folder, what the system knows of it) of every file of data."""
        for entry, place in self.entries().items():
            if place.is_file():
                yield entry, place.stat()
            for where, folders, names in os.walk(place):
                folders[:] = sorted(name for name in folders if not is_litter(name))
                for name in sorted(names):
                    path = Path(where, name)
                    if not is_litter(name) and path.is_file():
                        yield Path(entry, path.relative_to(place)).as_posix(), path.stat()


def is_litter(name: str) -> bool:
    return name.startswith(".") or name in LITTER
