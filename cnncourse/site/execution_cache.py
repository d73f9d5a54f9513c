"""Execute the chapters two at a time, and again when what they are made from changes.

MyST-NB's cache knows a notebook by its cells alone, so a page would silently keep the outputs of an
older library. Here the cache's folder is named after a hash of all else that outputs depend on.
MyST-NB executes what its cache lacks one after the other; here that is done before, side by side.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from sysconfig import get_path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from cnncourse.course import NOT_FOR_STUDENTS, PACKAGE

# Each kernel computes with two threads (cnncourse.steady), and most of a chapter keeps one busy.
SIDE_BY_SIDE = 2


def made_from(book: Path, package: Path = PACKAGE) -> Iterator[Path]:
    """The files whose contents can change a chapter's outputs, other than the chapter itself.

    They are the modules that a chapter can import, and the numbers that were measured elsewhere.
    """
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] not in NOT_FOR_STUDENTS:
            yield path
    yield from sorted(path for path in Path(book, "measured").rglob("*") if path.is_file())


def cache_key(book: Path, package: Path = PACKAGE) -> str:
    """A short hash of those files, their places, and the versions of all that is installed."""
    digest = hashlib.sha256()
    for path in made_from(book, package):
        place = path.relative_to(package if path.is_relative_to(package) else book)
        digest.update(f"{place.as_posix()}\n".encode() + path.read_bytes())
    # Of this environment, whatever paths the process that asks has beside; the course's own sources
    # are above.
    places = sorted({get_path("purelib"), get_path("platlib")})
    installed = {f"{found.name} {found.version}" for found in distributions(path=places)}
    others = sorted(name for name in installed if not name.startswith("cnncourse "))
    digest.update("\n".join([sys.version, *others]).encode())
    return digest.hexdigest()[:16]


def cache_folder(build: Path, book: Path) -> Path:
    """Where the executions of the chapters in `book` are kept, below the folder of the build."""
    return build / ".jupyter_cache" / cache_key(book)


def choose_cache(app: Sphinx, config: Config) -> None:
    folder = cache_folder(Path(app.outdir).parent, Path(app.srcdir))
    config.nb_execution_cache_path = str(folder)


def fill_cache(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute the notebooks that the cache lacks; MyST-NB repeats one that fails, and reports."""
    if app.config.nb_execution_mode != "cache":
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    missing = {}
    for path in (Path(env.doc2path(name)) for name in docnames):
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                missing[path] = notebook

    def execute(path: Path) -> Any:
        timeout = app.config.nb_execution_timeout
        return single_nb_execution(missing[path], str(path.parent), timeout, allow_errors=False)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for path, result in zip(missing, pool.map(execute, missing), strict=True):
            if result.err is None:
                data = {"execution_seconds": result.time}  # shown by cnncourse.site.runtime
                bundle = CacheBundleIn(missing[path], str(path), data=data)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def delete_older_caches(app: Sphinx, exception: Exception | None) -> None:
    chosen = Path(app.config.nb_execution_cache_path)
    for folder in chosen.parent.glob("*"):
        if folder.is_dir() and folder != chosen:
            shutil.rmtree(folder, ignore_errors=True)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", choose_cache)
    app.connect("env-before-read-docs", fill_cache)
    app.connect("build-finished", delete_older_caches)
