"""Execute the chapters and store their outputs so that two runs give the same bytes.

    python tools/refresh.py                        every notebook under book/
    python tools/refresh.py lenet book/intro.ipynb these

Text outputs are kept, for the tests compare them; image data is dropped, for it depends on the
versions of the machine and the site draws its own, and so are the random names of widgets. Measured
numbers, which nbval does not compare (tests/nbval_sanitize.cfg), stay as they were where nothing
else has changed. A notebook that fails is left as it was, and so is one whose text names a number
that no cell gives.
"""

import argparse
import configparser
import json
import os
import re
import sys
import time
from pathlib import Path

import glued
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from cnncourse import steady

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
SANITIZE = ROOT / "tests" / "nbval_sanitize.cfg"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS_PER_CELL = 600
WIDGET = "application/vnd.jupyter.widget-view+json"  # a figure's name in one kernel, random


class Unresolved(Exception):
    """The text names what no cell gives."""


def refresh(path):
    """Execute one notebook in a fresh kernel and rewrite it; returns whether its bytes changed.

    Raises CellExecutionError, and Unresolved, which lists all numbers that the text lacks.
    """
    notebook = nbformat.read(path, as_version=4)
    stored = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    if unresolved := glued.problems(notebook, path.parent):
        raise Unresolved("\n".join(unresolved))
    normalize(notebook)
    for cell in notebook.cells:
        if compared(cell.get("outputs", [])) == compared(stored[cell.id]):
            cell.update({"outputs": stored[cell.id]} if "outputs" in cell else {})
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)
    if not text.endswith("\n"):
        text += "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    # Written beside and moved over, so that an interruption leaves the old notebook whole.
    partial = path.with_suffix(".ipynb.partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
    return True


def compared(outputs):
    """A cell's outputs as nbval compares them: its rules for numbers that differ are applied."""
    rules = configparser.RawConfigParser()
    rules.read(SANITIZE, encoding="utf-8")
    text = json.dumps(outputs, ensure_ascii=False, sort_keys=True)
    for name in rules.sections():
        text = re.sub(rules[name]["regex"], rules[name]["replace"], text)
    return text


def normalize(notebook):
    """Remove from an executed notebook, in place, all that differs between two runs."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(METADATA)
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        cell.outputs = _merge_streams(cell.outputs)
        if cell.source.strip():
            count += 1
            cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = cell.execution_count
            if "data" in output:
                _drop_images_and_widgets(output)


def _drop_images_and_widgets(output):
    for mime in [mime for mime in output.data if mime.startswith("image/") or mime == WIDGET]:
        del output.data[mime]
        output.metadata.pop(mime, None)


def _merge_streams(outputs):
    """One output for what a cell printed in a row: where a stream is cut is a matter of timing."""
    merged = []
    for output in outputs:
        if (
            output.output_type == "stream"
            and merged
            and merged[-1].output_type == "stream"
            and merged[-1].name == output.name
        ):
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def find(name):
    """The notebook that `name` means: a path, or a chapter's name with or without its suffix."""
    for path in (Path(name), BOOK / name, BOOK / f"{name}.ipynb"):
        if path.suffix == ".ipynb" and path.is_file():
            return path.resolve()
    raise SystemExit(f"refresh: no notebook {name!r}; give a path, or the name of one in {BOOK}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="chapters; all of them if none is given")
    names = parser.parse_args().names
    paths = [find(name) for name in names] or sorted(BOOK.rglob("[!.]*.ipynb"))

    steady.hold()
    failed = []
    for path in paths:
        start = time.perf_counter()
        try:
            result = "rewritten" if refresh(path) else "unchanged"
        except (CellExecutionError, Unresolved) as error:
            failed.append(path)
            result = f"FAILED, left as it was\n{error}"
        print(f"{path.name}: {result} ({time.perf_counter() - start:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
