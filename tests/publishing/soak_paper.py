"""The whole book as PDF and EPUB: made from a copy of the built site, and looked at from end to end."""

import shutil
import subprocess
import zipfile

import needs
import pytest
from browsing import ROOT, SITE
from pypdf import PdfReader
from test_paper import outline

from cnncourse.course import course_languages, edition_folder, pages
from cnncourse.publishing.paper import offer
from cnncourse.publishing.paper.both import make


@pytest.fixture(scope="module", params=course_languages(ROOT))
def copied(site, request, tmp_path_factory):
    """A copy of the site in a language, with its two files."""
    needs.require("chromium")
    language = request.param
    built = SITE if language == "en" else SITE / language
    if not built.is_dir():
        pytest.skip(f"no site in this language: make book LANGUAGE={language}")
    copy = tmp_path_factory.mktemp("site") / "html"
    shutil.copytree(built, copy)
    make(edition_folder(ROOT, language), copy, language=language)
    return copy


def test_every_page_is_in_the_pdf_with_its_bookmarks_and_no_page_is_empty(copied):
    printed = PdfReader(copied / offer.FILES["pdf"])
    assert set(pages(ROOT)) <= {name.removeprefix("/") for name in printed.named_destinations}
    assert len(list(outline(printed.outline))) > 150
    for number, page in enumerate(printed.pages, 1):
        assert len(page.extract_text()) > 40 or "/XObject" in page["/Resources"], number


def test_every_link_in_the_pdf_arrives(copied):
    printed = PdfReader(copied / offer.FILES["pdf"])
    known = printed.named_destinations
    for page in printed.pages:
        for link in (each.get_object() for each in page.get("/Annots", [])):
            assert str(link["/Dest"]) in known if "/Dest" in link else link["/A"]["/URI"]


def test_epubcheck_has_nothing_to_say(copied):
    command = [needs.require("epubcheck"), copied / offer.FILES["epub"]]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "cnncourse.epub/" in line]
    assert done.returncode == 0 and said == []


def test_every_page_is_in_the_epub(copied):
    with zipfile.ZipFile(copied / offer.FILES["epub"]) as archive:
        assert {f"book/{name}.xhtml" for name in pages(ROOT)} <= set(archive.namelist())
    assert (copied / "intro.html").read_text("utf-8").count("cnncourse.epub") == 1
