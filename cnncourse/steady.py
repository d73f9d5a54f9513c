"""The same outputs whoever runs the course: the environment variables that would change them.

    python -I -m cnncourse.steady COMMAND …

runs a command without them. Chapters and notebooks run in kernels, which inherit the environment
of whoever starts them; all who do (the site's extension, tools/refresh.py, `make check`, pytest)
call `hold` first. Imports the standard library only.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]

THREADS = ("OMP_*", "GOMP_*", "MKL_*", "OPENBLAS_*", "BLIS_*", "VECLIB_*", "NUMEXPR_*")

# What a person decides for runs of their own: the device, the data, the processor's cores, where
# Python finds modules. The book, its stored outputs and `make test` are the same for all.
CHOICES = ("CNNCOURSE_*", "PYTHONPATH", *THREADS)

# How text looks in the person's own terminal.
LOOKS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR*", "PY_COLORS", "PYTHON_COLORS", "COLUMNS", "LINES")

REST = (
    "PYTHON*",  # warnings, start-up files, encodings, optimization
    *("IPYTHON*", "JUPYTER_CONFIG_*", "JUPYTER_DATA_DIR", "JUPYTER_NO_CONFIG", "JUPYTER_P*"),
    *("MPLBACKEND", "MATPLOTLIB*", "TQDM_*", "SKLEARN_*", "NPY_*", "DASK_*"),
    *("TORCH_*", "ATEN_*", "ONEDNN_*", "DNNL_*", "CUBLAS_*", "CUDNN_*", "NVIDIA_TF32_OVERRIDE"),
    *("LANG", "LANGUAGE", "LC_*", "TZ", "SOURCE_DATE_EPOCH"),
)

SETTINGS = Path(sys.prefix, "var", "cnncourse")  # of IPython and Jupyter; nobody writes any here

FIXED = {
    "CNNCOURSE_DEVICE": "cpu",
    "CNNCOURSE_STILLS": "off",  # figures show none of themselves: outputs are stored
    "IPYTHONDIR": str(SETTINGS / "ipython"),
    "JUPYTER_CONFIG_DIR": str(SETTINGS / "jupyter"),
    "JUPYTER_PREFER_ENV_PATH": "1",  # this Python's kernel, not one that the user installed
    "LC_ALL": "C.UTF-8",
    # Sums in another order differ in their last digits, and training enlarges that.
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "2"),
    # Threads that wait do it asleep: where kernels run side by side on few cores, spinning ones
    # take the time of those that work.
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
}


def steady(environment: Mapping[str, str], keep: Iterable[str] = ()) -> dict[str, str]:
    """The environment without what changes outputs, except for the names and patterns in `keep`.

    >>> changed = steady({"HOME": "/home/ada", "MPLBACKEND": "agg", "NO_COLOR": "1"}, keep=LOOKS)
    >>> changed["HOME"], changed["NO_COLOR"], changed["CNNCOURSE_DEVICE"], "MPLBACKEND" in changed
    ('/home/ada', '1', 'cpu', False)
    """
    keep = tuple(keep)
    drop = (*CHOICES, *LOOKS, *REST)
    left = {
        name: value
        for name, value in environment.items()
        if _matches(name, keep) or not _matches(name, drop)
    }
    left |= {name: value for name, value in FIXED.items() if not _matches(name, keep)}
    if settings := _matplotlibs_own_settings():
        left["MATPLOTLIBRC"] = settings
    # A kernel finds the library that started it, installed or not.
    others = [path for path in left.get("PYTHONPATH", "").split(os.pathsep) if path]
    left["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([str(COURSE), *others]))
    return left


def hold(keep: Iterable[str] = ()) -> None:
    """Make this process's environment, and so that of all kernels it starts, `steady`."""
    left = steady(os.environ, keep)
    _make_folder_of_settings()
    os.environ.clear()
    os.environ.update(left)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _make_folder_of_settings() -> None:
    with contextlib.suppress(OSError):  # where it cannot be, IPython takes a temporary one
        SETTINGS.mkdir(parents=True, exist_ok=True)


def _matplotlibs_own_settings() -> str | None:
    """The file of settings that comes with matplotlib, which then reads no other."""
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "mpl-data" / "matplotlibrc"
    return str(path) if path.is_file() else None


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("python -I -m cnncourse.steady COMMAND …: no command was given")
    _make_folder_of_settings()
    os.execvpe(sys.argv[1], sys.argv[1:], steady(os.environ, keep=LOOKS))
