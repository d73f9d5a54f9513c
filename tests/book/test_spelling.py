"""American spelling, and no well-known misspelling, in everything that someone reads."""

import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("book", "solutions", "cnncourse", "tools", "benchmarks", "tests")


LANGUAGES = {path.name for path in (ROOT / "locale").iterdir()}


def is_english(path):
    return path.stem not in LANGUAGES and path.parts[:2] != ("tests", "translating")


def texts():
    """(path, text) of each English file: of a notebook only its cells, not JSON's escapes."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if not is_english(path.relative_to(ROOT)):
                continue
            if path.suffix == ".ipynb":
                cells = nbformat.read(path, as_version=4).cells
                yield path, "\n\n".join(cell.source for cell in cells)
            elif path.suffix in (".md", ".py", ".js"):
                yield path, path.read_text("utf-8")
    for path in ROOT.glob("*.md"):
        yield path, path.read_text("utf-8")


def codespell(folder):
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "codespell_lib",
            "--toml",
            str(ROOT / "pyproject.toml"),
            str(folder),
        ],
        capture_output=True,
        text=True,
    ).stdout


def test_spelling(tmp_path):
    for path, text in texts():
        name = "__".join(path.relative_to(ROOT).parts)
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    assert len(list(tmp_path.iterdir())) > 30
    assert codespell(tmp_path) == ""


def test_british_forms_and_misspellings_are_found(tmp_path):
    (tmp_path / "page.txt").write_text("The " + "col" + "our of the neig" + "bour")
    assert codespell(tmp_path).count("==>") == 2
