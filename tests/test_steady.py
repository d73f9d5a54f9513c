"""The caller's environment changes no output: of a page, of a stored notebook, of a comparison."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from cnncourse import selfcheck, steady

ROOT = Path(__file__).resolve().parents[1]
while not (ROOT / "pyproject.toml").is_file():
    ROOT = ROOT.parent

# Each line prints, shows or warns of something that the environment can change.
CELLS = [
    """\
import locale
import os
import statistics
import sys
import time
import warnings

import matplotlib.pyplot as plt
import torch

from cnncourse import training
""",
    "fig = plt.figure()\nplt.plot([1, 2])\nplt.show()",
    """\
print("left by a start-up file:", "left" in globals())
print("device", training.device(), "threads", torch.get_num_threads())
print(locale.getpreferredencoding(False), time.tzname, sys.flags.optimize)
print(plt.rcParams["lines.linewidth"], fig.get_size_inches(), statistics.mean([1, 3]))
print([name for name in os.environ if name.startswith("CNNCOURSE")])
warnings.warn_explicit("a library's own", DeprecationWarning, "library.py", 1)
try:
    torch.ones(2, 3) @ torch.ones(2, 3)
except RuntimeError as error:
    print(str(error))
""",
]


def notebook(folder, cells=CELLS):
    """A page with these cells, not executed; returns its path."""
    path = folder / "index.ipynb"
    page = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Page", id="title")]
        + [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(cells)]
    )
    page.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(page, path)
    return path


@pytest.fixture
def hostile(tmp_path):
    """What a caller's environment may hold, and the files that it leads to."""
    home = tmp_path / "hostile"
    for name, text in {
        "start.py": "left = 1",
        "ipython/profile_default/startup/00.py": "left = 2",
        "ipython/profile_default/ipython_kernel_config.py": "c = get_config()\n"
        "c.InlineBackend.rc = {'lines.linewidth': 7}\nc.InteractiveShellApp.matplotlib = 'agg'",
        "jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "no Python", '
        '"language": "python"}',
        "matplotlibrc": "lines.linewidth: 9\nfigure.figsize: 1, 1",
        "modules/statistics.py": "def mean(numbers):\n    return 'another'",
    }.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {
        "CLICOLOR_FORCE": "1",
        "CNNCOURSE_CIFAR10": "synthetic",
        "CNNCOURSE_DATA": str(home),
        "CNNCOURSE_DEVICE": "abacus",
        "COLUMNS": "20",
        "CUBLAS_WORKSPACE_CONFIG": ":16:8",
        "FORCE_COLOR": "1",
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_PATH": str(home / "jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "LANG": "de_DE.ISO-8859-1",
        "LANGUAGE": "de",
        "LC_ALL": "C",
        "MATPLOTLIBRC": str(home / "matplotlibrc"),
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "NO_COLOR": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PY_COLORS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONOPTIMIZE": "1",
        "PYTHONPATH": str(home / "modules"),
        "PYTHONSTARTUP": str(home / "start.py"),
        "PYTHONUTF8": "0",
        "PYTHONWARNINGS": "default",
        "SOURCE_DATE_EPOCH": "1",
        "TERM": "dumb",
        "TORCH_SHOW_CPP_STACKTRACES": "1",
        "TZ": "Asia/Kathmandu",
    }


# Little more than what Python needs to start.
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
LAUNCHER = [sys.executable, "-I", "-m", "cnncourse.steady", sys.executable]


def run(*command, environment):
    """Run a Python command; its output. Fails with what it said if it fails."""
    done = subprocess.run(
        command,
        check=False,
        env=CLEAN | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def without_pythonpath(environment):
    """PYTHONPATH decides what a command called by hand itself imports; the Makefile's is shielded."""
    return {name: value for name, value in environment.items() if name != "PYTHONPATH"}


def refresh(folder, environment, launcher=(sys.executable,)):
    """The stored notebook, as text."""
    path = notebook(folder)
    run(*launcher, ROOT / "tools/refresh.py", path, environment=environment)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    return refresh(tmp_path_factory.mktemp("clean"), {})


def test_refresh_stores_the_same_outputs(tmp_path, hostile, refreshed):
    assert "<Figure size" in refreshed and "left by a start-up file: False" in refreshed
    assert refresh(tmp_path, without_pythonpath(hostile)) == refreshed


def test_refresh_through_make_stores_the_same_outputs(tmp_path, hostile, refreshed):
    assert refresh(tmp_path, hostile, LAUNCHER) == refreshed


def test_a_stored_notebook_compares_equal(tmp_path, hostile, refreshed):
    path = tmp_path / "index.ipynb"
    path.write_text(refreshed, encoding="utf-8")
    nbval = ["-m", "pytest", "--nbval", "-p", "no:cacheprovider", path]
    run(*LAUNCHER, *nbval, environment=hostile)


CONF = """\
extensions = ["myst_nb", "cnncourse.site.execution"]
html_theme = "basic"
nb_execution_mode = "force"
"""


def build(folder, environment, cells=CELLS):
    """Build a site of one page; all files of it that a reader sees, by name."""
    source = folder / "source"
    source.mkdir(parents=True)
    notebook(source, cells)
    (source / "conf.py").write_text(CONF, encoding="utf-8")
    sphinx = ["-m", "sphinx", "-q", "-W", source, folder / "site"]
    run(sys.executable, *sphinx, environment=environment)
    return {
        path.name: path.read_bytes()
        for path in (folder / "site").rglob("*")
        if path.suffix in (".html", ".png")
    }


def test_a_page_is_the_same(tmp_path, hostile):
    clean = build(tmp_path / "clean", {})
    assert any(name.endswith(".png") for name in clean), "the figure"
    assert build(tmp_path / "foreign", without_pythonpath(hostile)) == clean


def test_a_cell_that_leaves_no_picture_stops_the_build(tmp_path):
    cells = ["import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt", CELLS[1]]
    with pytest.raises(AssertionError, match=r"left no picture.*\n.*plt\.figure\(\)"):
        build(tmp_path, {}, cells=cells)


def test_students_keep_their_choices_and_nothing_else(hostile, monkeypatch):
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    left = steady.steady(os.environ, keep=steady.CHOICES)
    kept = {name for name in hostile if left.get(name) == hostile[name]}
    chosen = {name for name in hostile if name.startswith("CNNCOURSE") or "THREADS" in name}
    assert kept == chosen | {"TERM"}
    # Their own modules come after the library that the command belongs to.
    assert left["PYTHONPATH"].split(os.pathsep) == [str(steady.COURSE), hostile["PYTHONPATH"]]
    assert steady.steady(left, keep=steady.CHOICES) == left, "a second time changes nothing"


def test_without_a_choice_every_name_is_fixed_or_gone(hostile):
    left = steady.steady(hostile)
    assert {name for name in hostile if left.get(name) == hostile[name]} == {"TERM"}
    assert left["CNNCOURSE_DEVICE"] == "cpu"


def test_a_student_is_checked_in_a_kernel_without_start_up_files(hostile, monkeypatch, tmp_path):
    for name in ("IPYTHONDIR", "JUPYTER_PATH", "MPLBACKEND", "PYTHONSTARTUP", "PYTHONWARNINGS"):
        monkeypatch.setenv(name, hostile[name])
    page = nbformat.read(notebook(tmp_path, ["'left' in globals()"]), as_version=4)
    monkeypatch.setattr(os, "environ", os.environ.copy())  # what `hold` changes ends with the test
    assert selfcheck.execute(page, tmp_path, timeout=60) is None
    assert page.cells[1].outputs[0].data["text/plain"] == "False"


@pytest.mark.parametrize("target", ["test", "refresh", "book", "release"])
def test_make_runs_what_is_compared_or_kept_through_the_launcher(target):
    """Dry: what each target would run, were everything out of date."""
    said = run("make", "--dry-run", "--always-make", "-C", ROOT, target, environment={})
    tools = ("jupyter-book build", "-m pytest", "tools/refresh.py", "cnncourse release")
    lines = [line for line in said.splitlines() if any(tool in line for tool in tools)]
    assert lines and all("-I -m cnncourse.steady" in line for line in lines)
