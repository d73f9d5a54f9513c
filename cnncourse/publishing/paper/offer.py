"""What the site says of the PDF and the EPUB: nothing, until both lie beside its pages."""

from pathlib import Path

from cnncourse.language import tr

FILES = {"pdf": "cnncourse.pdf", "epub": "cnncourse.epub"}
MARK = '<span class="offer-paper"></span>'  # where a page says it


def words(site: Path) -> str:
    """The sentence with the links, for the files that lie in the folder of the site."""
    pdf, epub = (
        f'<a class="reference internal" href="{name}">{kind}</a> '
        f"({(site / name).stat().st_size / 1e6:.0f} MB)"
        for kind, name in ((tr("one PDF"), FILES["pdf"]), (tr("an EPUB"), FILES["epub"]))
    )
    return tr("The whole book is also {pdf} and {epub}.", pdf=pdf, epub=epub)


def show(site: Path) -> None:
    """Have the pages of a built site offer the files that were made from it."""
    sentence = MARK.replace("></", f">{words(site)}</")
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        if MARK in text:
            page.write_text(text.replace(MARK, sentence), encoding="utf-8")


def withdraw(site: Path) -> None:
    """Delete the files: the pages that they were made from have been built anew."""
    for name in FILES.values():
        (site / name).unlink(missing_ok=True)
