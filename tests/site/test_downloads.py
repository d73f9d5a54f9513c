"""What the site offers to take along."""

import re
import shutil
import zipfile
from types import SimpleNamespace

import nbformat
import pytest
from answers import COURSE
from browsing import SITE as SITE_FOLDER
from docutils import nodes

from cnncourse.course import assignments, chapter_of
from cnncourse.publishing.book import read_book
from cnncourse.publishing.getting import KIT, WHEEL, pip_command
from cnncourse.publishing.jupyter import markup_left
from cnncourse.publishing.paper import offer
from cnncourse.site import downloads

SITE = "https://someone.github.io/course"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A folder of a site whose sources are those of the book, after the downloads were written."""
    out = tmp_path_factory.mktemp("html")
    (out / "_sources").mkdir()
    for path in [*(COURSE / "book").glob("*.ipynb"), *(COURSE / "book").glob("*.md")]:
        shutil.copy(path, out / "_sources")
    (out / "cnncourse-0.0.1-py3-none-any.whl").write_text("of an earlier build")
    app = SimpleNamespace(
        srcdir=COURSE / "book",
        outdir=out,
        builder=SimpleNamespace(format="html"),
        config=SimpleNamespace(
            nb_execution_cache_path=str(out / "no-cache"), course_folder="..", language="en"
        ),
    )
    downloads.write_downloads(app, None)
    return out


def test_the_kit_and_the_library_lie_beside_the_pages(out):
    with zipfile.ZipFile(out / KIT) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"student-kit"}
    assert {"student-kit/start.py", "student-kit/book/lenet.ipynb"} <= set(names)
    assert [path.name for path in out.glob("*.whl")] == [WHEEL]


def test_what_a_page_downloads_is_made_for_jupyter(out):
    assert len(list((out / "_sources").iterdir())) >= 12
    for path in (out / "_sources").iterdir():
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            assert next(cell for cell in cells if cell.cell_type == "code").id == "set-up"
            texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        else:
            texts = [path.read_text(encoding="utf-8")]
        assert [markup_left(text) for text in texts] == [[]] * len(texts), path.name


def role(monkeypatch, what, site=None, address=None):
    """The text and the links that {get}`what` becomes on a site with these addresses."""
    monkeypatch.setattr(downloads, "site_address", lambda root: site)
    monkeypatch.setattr(downloads, "public_address", lambda root: address)
    get = downloads.GetRole()
    env = SimpleNamespace(srcdir=COURSE / "book", docname="get", note_dependency=lambda path: None)
    get.text, get.inliner = (
        what,
        SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env))),
    )
    made = nodes.paragraph("", "", *get.run()[0])
    return made.astext(), [link["refuri"] for link in made.findall(nodes.reference)]


def test_each_way_leads_somewhere_without_an_address(monkeypatch):
    assert role(monkeypatch, "kit") == (KIT, [KIT])  # beside the page, in a folder too
    assert role(monkeypatch, "wheel") == (WHEEL, [WHEEL])
    assert role(monkeypatch, "pip") == (f'pip install "./{WHEEL}[lab,figures]"', [])
    text, links = role(monkeypatch, "colab")
    assert "without an address" in text and links == []
    assert role(monkeypatch, "paper") == (offer.MARK, [])


def test_with_addresses_pip_and_colab_use_them(monkeypatch):
    assert role(monkeypatch, "pip", site=SITE)[0] == pip_command(SITE)
    assert f"{SITE}/{WHEEL}" in pip_command(SITE)
    assert role(monkeypatch, "colab", address="https://github.com/a/b")[1] == [
        "https://github.com/a/b"
    ]


def test_numbers_and_places_in_notebooks_are_those_of_the_built_site(site):
    book = read_book(COURSE)
    pages = {page: (SITE_FOLDER / f"{page}.html").read_text("utf-8") for page in book.suffixes}
    assert len(book.equations) > 40 and len(book.figures) > 60
    for label, number in book.equations.items():
        place = book.labels[label]
        equation = pages[place.page].partition(f'id="{place.anchor}"')[2]
        assert re.search(r'class="eqno">\(([\d.]+)\)', equation)[1] == number, label
    for page, number in book.chapters.items():
        title = pages[page].partition("<article")[2].partition("<h1>")[2]
        assert title.startswith(f'<span class="section-number">{number}. </span>'), page
    for (page, cell), number in book.figures.items():
        cells = nbformat.read(COURSE / "book" / f"{page}.ipynb", as_version=4).cells
        (metadata,) = (found.metadata for found in cells if found.id == cell)
        figure = pages[page].partition(f'id="{metadata.mystnb.figure.name}"')[2]
        assert re.search(r'caption-number">Fig. ([\d.]+)', figure)[1] == number, (page, cell)
    for place in [*book.sections.values(), *book.labels.values()]:
        assert f'id="{place.anchor}"' in pages[place.page], place


def test_the_site_leads_to_the_kit_from_its_first_page_and_beside_each_assignment(site):
    assert (SITE_FOLDER / KIT).is_file() and (SITE_FOLDER / WHEEL).is_file()
    assert f'href="{KIT}"' in (SITE_FOLDER / "intro.html").read_text("utf-8")
    for name in assignments(COURSE):
        page = (SITE_FOLDER / f"{chapter_of(name, COURSE)}.html").read_text("utf-8")
        assert 'href="get.html"' in page.partition("<article")[2].partition("</article>")[0], name
