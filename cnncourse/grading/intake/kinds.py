"""What a file is that is no notebook, in words for its student: by what it holds, or its ending."""

from pathlib import PurePosixPath

from cnncourse.language import later, tr

LINK = later("a link, not the file that it leads to")
PAGE = later("a web page, not the file that was to be saved")
PICTURE = later("a picture")
ARCHIVE = later("an archive")
CLOSED = later("an archive that is not opened")
TEXT = later("a text document")
TABLE = later("a spreadsheet")
UNFINISHED = later("a download that did not end")
CLOUD = later("a mark of a file that is still in the cloud")
ENDINGS = {
    ".py": later("a Python program"),
    ".pyc": later("a compiled Python program"),
    **dict.fromkeys((".pkl", ".npy", ".npz"), later("data that Python stored")),
    **dict.fromkeys((".pt", ".pth"), later("weights of a network")),
    **dict.fromkeys((".md", ".qmd", ".rmd"), later("Markdown, no notebook")),
    **dict.fromkeys((".html", ".htm", ".mhtml"), later("a page made of a notebook")),
    ".pdf": later("a printed page"),
    **dict.fromkeys((".7z", ".rar", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst"), CLOSED),
    ".zip": ARCHIVE,
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".pages"), TEXT),
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".csv", ".numbers"), TABLE),
    **dict.fromkeys((".pptx", ".ppt", ".odp", ".key"), later("slides")),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".heic", ".gif", ".webp", ".tif", ".tiff"), PICTURE),
    **dict.fromkeys((".url", ".webloc", ".desktop", ".lnk"), LINK),
    **dict.fromkeys((".gdoc", ".gsheet", ".gslides", ".gcolab"), LINK),
    **dict.fromkeys((".crdownload", ".part", ".partial"), UNFINISHED),
    ".icloud": CLOUD,
}
BEGINNINGS = {
    b"<!doctype html": PAGE,
    b"<html": PAGE,
    b"http://": LINK,
    b"https://": LINK,
    b"[internetshortcut]": LINK,
    b"version https://git-lfs": later("Git LFS's note of a file, without the file"),
    b"%pdf": ENDINGS[".pdf"],
    b"pk\3\4": ARCHIVE,
    **dict.fromkeys((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"bzh", b"\xfd7zxz"), CLOSED),
    **dict.fromkeys((b"\x89png", b"\xff\xd8\xff", b"gif8"), PICTURE),
    b"\0\5\x16\7": later("macOS's notes on another file"),
}
LONG = 4096  # bytes that are looked at


def kind(path: str, data: bytes = b"") -> str:
    """What a file is, "" if that cannot be told.

    >>> kind("im2col.py"), kind("im2col.ipynb", b"https://example.org/"), kind("im2col.ipynb")
    ('a Python program', 'a link, not the file that it leads to', '')
    """
    if ".ipynb_checkpoints" in PurePosixPath(path).parts:
        return tr("JupyterLab's own copy, perhaps of an earlier state")
    ending = PurePosixPath(path.lower()).suffix
    return tr(ENDINGS[ending]) if ending in ENDINGS else held(data)


def held(data: bytes) -> str:
    """What a file is by its first bytes, "" if that cannot be told."""
    start = data[:LONG].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if data and not data.strip(b"\0"):
        return tr("zeros alone, as a cloud leaves a file that it has not fetched")
    return next((tr(what) for begins, what in BEGINNINGS.items() if start.startswith(begins)), "")
