"""What a change costs until it is seen: the site built from nothing, and after each kind of change.

A clone of this checkout, as it is committed, gets an environment of its own below _build/, and its
English site is built there by the Makefile's own rule. Rounds do not make sense of a cold build, so
each row is one measurement; run it three times. Takes about fifteen minutes.
"""

import shutil
import subprocess
import time
from pathlib import Path

import nbformat

from benchmarks.measure import limit_row

ROOT = Path(__file__).parents[1]
CLONE = ROOT / "_build" / "bench-building"
COLD, TEXT = 360, 10  # seconds
CHAPTER = "pooling"


def make():
    """Seconds until the site is up to date, and how many chapters were executed for it."""
    before = executed()
    start = time.perf_counter()
    subprocess.run(
        ["make", "_build/.site-en"], cwd=CLONE, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - start, len(executed() - before)


def executed():
    """The executions that the clone keeps."""
    return set((CLONE / "_build/.jupyter_cache").glob("*/executed/*"))


def change_text():
    _change("markdown", "\n\nOne more sentence.")


def change_cell():
    _change("code", "\n# one more line")


def _change(kind, words):
    path = CLONE / "book" / f"{CHAPTER}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells[2:] if cell.cell_type == kind)
    cell.source += words
    nbformat.write(notebook, path)


def change_library():
    path = CLONE / "cnncourse" / "windows.py"
    path.write_text(path.read_text("utf-8") + "\n# one more line\n", encoding="utf-8")


def change_nothing():
    pass


def rows():
    shutil.rmtree(CLONE, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", ROOT, CLONE], check=True)
    subprocess.run(["make", ".venv/.ready"], cwd=CLONE, check=True, capture_output=True)
    for name, change, most in [
        ("from nothing", change_nothing, COLD),
        ("nothing changed", change_nothing, None),
        ("a text", change_text, TEXT),
        ("a cell of one chapter", change_cell, None),
        ("the library", change_library, None),
    ]:
        change()
        time.sleep(1)  # whoever compares times sees the change
        seconds, chapters = make()
        group = "building the English site after a change of"
        yield limit_row(group, f"{name}: {chapters} chapters executed", [seconds], "s", most)
    shutil.rmtree(CLONE)
