"""Execute the chapters again when the library changes, not only when their own cells do.

MyST-NB's cache knows a notebook by its cells, so a page would silently keep the outputs of an
older library. Here the cache's folder is named after a hash of the library's sources.
"""

import hashlib
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from cnncourse.course import NOT_FOR_STUDENTS, PACKAGE


def library_hash(folder: Path = PACKAGE) -> str:
    """A short hash of the sources that a chapter can import, names included."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        if name.parts[0] not in NOT_FOR_STUDENTS:
            digest.update(f"{name.as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def choose_cache(app: Sphinx, config: Config) -> None:
    config.nb_execution_cache_path = str(_caches(app) / library_hash())


def delete_older_caches(app: Sphinx, exception: Exception | None) -> None:
    for folder in _caches(app).glob("*"):
        if folder.is_dir() and str(folder) != app.config.nb_execution_cache_path:
            shutil.rmtree(folder, ignore_errors=True)


def _caches(app: Sphinx) -> Path:
    return Path(app.outdir).parent / ".jupyter_cache"


def setup(app: Sphinx) -> None:
    app.connect("config-inited", choose_cache)
    app.connect("build-finished", delete_older_caches)
