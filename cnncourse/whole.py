"""Files that are replaced whole: nothing half-written is ever found under their names."""

import os
from pathlib import Path


def write_whole(path: str | Path, text: str) -> None:
    """Replace a file's text in one step, which neither a kill nor a power cut can halve."""
    write_bytes_whole(path, text.encode("utf-8", "replace"))


def write_bytes_whole(path: str | Path, data: bytes) -> None:
    """The same for bytes."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with open(unfinished, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
