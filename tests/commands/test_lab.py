"""`cnncourse lab`: what JupyterLab opens."""

import subprocess

import pytest

from cnncourse import __main__ as command
from cnncourse.commands import lab


@pytest.fixture
def started(tmp_path, monkeypatch):
    """The folder of a course with two chapters and an assignment, and what is run instead."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_toc.yml").write_text(
        "root: intro\nchapters:\n  - file: b\n  - file: a\n"
    )
    for file in ("book/a.ipynb", "book/b.ipynb", "exercises/tiny/tiny.ipynb"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("{}")
    calls = []

    def run(words, cwd):
        calls.append((words, cwd))
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(lab, "checkout", lambda: tmp_path)
    monkeypatch.setattr(lab.subprocess, "run", run)
    return tmp_path, calls


@pytest.mark.parametrize(
    "words, opened",
    [
        ([], "/lab/tree/book/b.ipynb"),  # the first chapter
        (["a"], "/lab/tree/book/a.ipynb"),
        (["tiny"], "/lab/tree/exercises/tiny/tiny.ipynb"),
    ],
)
def test_it_opens_the_first_chapter_or_what_was_named(started, words, opened):
    folder, calls = started
    assert command.main(["lab", *words]) == 0
    [(line, where)] = calls
    assert f"--LabApp.default_url={opened}" in line and where == folder
    assert f"--ServerApp.root_dir={folder}" in line


def test_a_name_of_nothing_starts_nothing(started, capsys):
    assert command.main(["lab", "nothing"]) == 2
    assert "'nothing'" in capsys.readouterr().err and started[1] == []


def test_without_jupyterlab_it_says_how_to_get_it(started, monkeypatch, capsys):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert command.main(["lab"]) == 2
    assert "pip install" in capsys.readouterr().err
