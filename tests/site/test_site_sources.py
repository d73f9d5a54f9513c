"""The site is built anew when anything that a page was made from changes."""

import os
import pickle
import re
import subprocess

import pytest
from browsing import ROOT

BUILT = ROOT / "_build"


@pytest.fixture(scope="module")
def sources():
    """All files and folders by whose change `make book` builds the site, as the Makefile has them."""
    printed = subprocess.run(
        ["make", "--dry-run", "--print-data-base", "book"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rules = dict(
        line.split(": ", 1)
        for line in printed.splitlines()
        if line.startswith(("_build/.site-en: ", ".venv/.ready: "))
    )
    assert len(rules) == 2
    return {(ROOT / name).resolve() for rule in rules.values() for name in rule.split()}


def test_every_file_that_a_page_was_made_from_is_a_source(site, sources):
    with open(BUILT / ".doctrees" / "environment.pickle", "rb") as file:
        env = pickle.load(file)
    pages = {ROOT / "book" / path for path in env.project._docname_to_path.values()}
    noted = {ROOT / "book" / path for paths in env.dependencies.values() for path in paths}
    copied = {ROOT / "book" / path for files in (env.dlfiles, env.images) for path in files}
    read = {path.resolve() for path in (*pages, *noted, *copied)}
    ours = {
        path
        for path in read
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] not in ("_build", ".venv")
    }
    # Else the environment was not read: a page, a module of the reference, a download, the address.
    for name in (
        "book/lenet.ipynb",
        "cnncourse/operations.py",
        "exercises/pooling/pooling.ipynb",
        "pyproject.toml",
    ):
        assert ROOT / name in ours, name
    assert sorted(ours - sources) == []


@pytest.mark.parametrize(
    "name",
    [
        "_config.yml",
        "requirements.lock",
        "book/_toc.yml",
        "book/references.bib",
        "book/measured/devices.json",
        "cnncourse/site/static/site.css",
        "cnncourse/figures/static/math.js",
        "book",  # a page is added or deleted
        "exercises",
        "exercises/pooling",
    ],
)
def test_what_sphinx_does_not_note_is_a_source_too(sources, name):
    assert ROOT / name in sources


@pytest.mark.parametrize(
    "said, built", [([], {"en", "it"}), (["LANGUAGE=it"], {"it"})], ids=["all", "one"]
)
def test_languages_are_what_make_is_told_and_not_what_the_system_speaks(said, built):
    """Many systems have a variable LANGUAGE, such as en_US:en."""
    command = ["make", "--dry-run", "--always-make", "book-paper", *said]
    environment = os.environ | {"LANGUAGE": "en_US:en"}
    printed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert set(re.findall(r"book_paper\.py (\S+)", printed)) == built
    assert set(re.findall(r"translate generate (\S+)", printed)) == built - {"en"}
