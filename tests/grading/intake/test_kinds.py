"""What a file is that is no notebook, in words for its student."""

import pytest

from cnncourse.grading.intake.kinds import held, kind


@pytest.mark.parametrize(
    "path, words",
    [
        ("a/b/Tiny.PY", "a Python program"),
        ("t.pyc", "a compiled Python program"),
        *((f"t.{end}", "data that Python stored") for end in ("pkl", "npy", "npz")),
        *((f"t.{end}", "weights of a network") for end in ("pt", "pth")),
        *((f"t.{end}", "Markdown, no notebook") for end in ("md", "qmd", "Rmd")),
        *((f"t.{end}", "a page made of a notebook") for end in ("html", "htm", "mhtml")),
        ("t.pdf", "a printed page"),
        ("t.tar.gz", "an archive that is not opened"),
        ("t.zip", "an archive"),
        ("t.docx", "a text document"),
        ("t.xlsx", "a spreadsheet"),
        ("t.pptx", "slides"),
        ("t.jpeg", "a picture"),
        ("t.lnk", "a link, not the file that it leads to"),
        ("t.gdoc", "a link, not the file that it leads to"),
        ("t.ipynb.part", "a download that did not end"),
        (".t.ipynb.icloud", "a mark of a file that is still in the cloud"),
        ("a/.ipynb_checkpoints/t.ipynb", "JupyterLab's own copy, perhaps of an earlier state"),
        ("t.ipynb", ""),
        ("t", ""),
    ],
)
def test_by_its_name(path, words):
    assert kind(path) == words


@pytest.mark.parametrize(
    "data, words",
    [
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "a web page, not the file that was to be saved"),
        (b"<html lang=en>", "a web page, not the file that was to be saved"),
        (b"http://a", "a link, not the file that it leads to"),
        (b"[InternetShortcut]\r\n", "a link, not the file that it leads to"),
        (b"version https://git-lfs.github.com", "Git LFS's note of a file, without the file"),
        (b"%PDF-1.7", "a printed page"),
        (b"PK\3\4", "an archive"),
        (b"Rar!\x1a", "an archive that is not opened"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\0\5\x16\7\0", "macOS's notes on another file"),
        (b"\0" * 99, "zeros alone, as a cloud leaves a file that it has not fetched"),
        (b"{}", ""),
        (b"", ""),
        (b" " * 4090 + b"http://", ""),
        (b" " * 4089 + b"http://", "a link, not the file that it leads to"),
    ],
    ids=lambda value: value.strip()[:20].hex() if isinstance(value, bytes) else None,
)
def test_by_what_it_holds(data, words):
    assert held(data) == words
    assert kind("t.ipynb", data) == words and kind("t.py", data) == "a Python program"
