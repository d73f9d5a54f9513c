"""Execute the chapters two at a time, and again when what they are made from changes.

MyST-NB's cache knows a notebook by its cells alone, so a page would silently keep the outputs of an
older library. Here the cache's folder is named after a hash of all else that outputs depend on.
MyST-NB executes what its cache lacks one after the other; here that is done before, side by side.
"""

import hashlib
import json
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
from cnncourse.translating import messages

from .editions import course_folder

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


def sentences_key(spoken: str, book: Path, package: Path = PACKAGE) -> str:
    """A short hash of what the library tells chapters in a language."""
    path = package / "language" / f"{spoken}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    told = {
        text.words: known.get(text.words)
        for path in made_from(book, package)
        if path.suffix == ".py"
        for text in messages.texts(path.read_text(encoding="utf-8"))
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]


def cache_folder(build: Path, book: Path, spoken: str = "en") -> Path:
    """Where the executions of the chapters in `book` are kept, below the folder of the build.

    spoken: the language of the chapters. Each has a folder, because the library speaks it too.
    """
    key = cache_key(book)
    if spoken != "en":
        key = f"{spoken}-{key}-{sentences_key(spoken, book)}"
    return build / ".jupyter_cache" / key


def choose_cache(app: Sphinx, config: Config) -> None:
    """All languages keep their executions side by side, in the folder of the English build."""
    spoken = config.language or "en"
    build = Path(app.outdir).parent if spoken == "en" else course_folder(app) / "_build"
    config.nb_execution_cache_path = str(cache_folder(build, Path(app.srcdir), spoken))


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
                if not taken_over(app, path, notebook):
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


def taken_over(app: Sphinx, path: Path, notebook: Any) -> bool:
    """Take the outputs of a chapter whose programs are those of the English one from there."""
    if app.config.language == "en":
        return False
    cache = get_cache(app.config.nb_execution_cache_path)
    english = cache_folder(course_folder(app) / "_build", Path(app.srcdir))
    if not english.is_dir():  # of a course whose English site was never built
        return False
    try:
        record = get_cache(str(english)).match_cache_notebook(notebook)
        executed = get_cache(str(english)).get_cache_bundle(record.pk)
    except KeyError:
        return False
    bundle = CacheBundleIn(executed.nb, str(path), data=record.data)
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return True


def delete_older_caches(app: Sphinx, exception: Exception | None) -> None:
    """Delete what earlier builds of the same language kept."""
    chosen = Path(app.config.nb_execution_cache_path)
    for folder in chosen.parent.glob("*"):
        if folder.is_dir() and folder != chosen and _spoken(folder) == _spoken(chosen):
            shutil.rmtree(folder, ignore_errors=True)


def _spoken(folder: Path) -> str:
    return folder.name.partition("-")[0] if "-" in folder.name else ""


def setup(app: Sphinx) -> None:
    app.connect("config-inited", choose_cache)
    app.connect("env-before-read-docs", fill_cache)
    app.connect("build-finished", delete_older_caches)
