"""After a change of a text the site is what a whole build would make of it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cnncourse.course import checkout

ROOT = checkout()
PAGES = {
    "intro": "# The book\n\nIt begins with {ref}`a-figure`.\n\n[To the second](two.md#the-end)\n",
    "one": "# One\n\n(a-figure)=\n## A heading\n\nThe formula $a + b$.\n\n$$a^2$$ (eq-square)\n",
    "two": "# Two\n\nWords.\n\n## The end\n\nAs in {eq}`eq-square`, it ends.\n",
}
# Others in every build: fonts say when they were made, checksums follow what was there.
VOLATILE = re.compile(r"\.(?:woff2|pickle)$|/(?:\.buildinfo|environment)")
CHECKSUM = re.compile(r"\?v=[0-9a-f]{8}")


@pytest.fixture
def book(tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["execute"]["execute_notebooks"] = "off"
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
    for name in ("pyproject.toml", "THIRD-PARTY.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    contents = {
        "format": "jb-book",
        "root": "intro",
        "chapters": [{"file": "one"}, {"file": "two"}],
    }
    (book / "_toc.yml").write_text(yaml.safe_dump(contents), "utf-8")
    (book / "references.bib").touch()
    (tmp_path / "licenses").mkdir()
    for name, text in PAGES.items():
        (book / f"{name}.md").write_text(text, "utf-8")
    return book


def build(book, output, *options):
    command = [Path(sys.executable).with_name("jupyter-book"), "build", book, "--quiet", *options]
    made = subprocess.run([*command, "--path-output", output], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    out = output / "_build" / "html"
    return {
        path.relative_to(out).as_posix(): CHECKSUM.sub("", path.read_text("utf-8"))
        for path in out.rglob("*")
        if path.suffix in (".html", ".js", ".css", ".md") and not VOLATILE.search(str(path))
    }


def test_a_changed_text_is_seen_wherever_a_whole_build_shows_it(book, tmp_path):
    build(book, tmp_path / "a", "--all")
    other = tmp_path / "a" / "_build" / "html" / "two.html"
    written = other.stat().st_mtime_ns
    (book / "one.md").write_text(PAGES["one"].replace("formula", "sum"), "utf-8")
    words = build(book, tmp_path / "a")
    assert "The sum" in words["one.html"] and other.stat().st_mtime_ns == written

    text = PAGES["one"].replace("# One", "# The first, renamed").replace("$a + b$", "$\\alpha$")
    (book / "one.md").write_text(text + "\n## A new section\n\nNew words.\n", "utf-8")
    titles = build(book, tmp_path / "a")
    assert titles == build(book, tmp_path / "b", "--all")
    assert "The first, renamed" in titles["two.html"]
